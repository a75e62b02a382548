"""Sending: one chunk worked by one lane, a small claim at a time."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from muster.channels import email
from muster.channels.email import Answer, EmailLine, End, Letter
from muster.channels.models import EmailAccount
from muster.lib import mime
from muster.lib.times import now
from muster.messaging.claiming import Claim, Recipient, Work, claim
from muster.messaging.handover import HandoverLog, name_of
from muster.messaging.letters import Desk, desk_for
from muster.messaging.models import Sending
from muster.messaging.recovering import recover
from muster.messaging.senders import MAY_GO, Sender, this_sender
from muster.messaging.settling import Outcome, outcome_of, settle
from muster.messaging.statements import listed, run

IDLE = 20.0  # seconds after which a server may have hung up on us
SERVER_AWAY = timedelta(seconds=10)
SIGHT = 5.0  # seconds to wait for the watch to see again

STILL_OWED = """
SELECT DISTINCT d.fence FROM messaging_sending s
  JOIN messaging_delivery d ON d.month = s.month AND d.sending_id = s.id
 WHERE s.state <> 'finished' AND d.state = 1 AND d.sender_id = %(sender)s
   AND d.fence = ANY(%(fences)s::bigint[])
"""
NEXT_LOOK = """
SELECT min(CASE WHEN state = 0 THEN due_at ELSE lease_until + interval '1 second' END)
  FROM messaging_delivery d
 WHERE month = %(month)s AND sending_id = %(sending)s AND chunk = %(chunk)s AND state IN (0, 1)
   AND NOT (state = 0 AND EXISTS (SELECT 1 FROM messaging_seathold h
                                   WHERE h.sending_id = d.sending_id AND h.place_id = d.place_id))
"""


@dataclass
class Lane:
    """What one thread of a sender keeps from job to job: its log, its slot, its open lines."""

    sender: Sender
    slot: int
    log: HandoverLog
    lines: dict[int, tuple[EmailLine, float]] = field(default_factory=dict)

    def line(self, account: EmailAccount) -> EmailLine:
        """An open line to the account's service. Raises `Unreachable`, `CannotOpen`."""
        kept, used_at = self.lines.pop(account.pk, (None, 0.0))
        if kept is not None and kept.is_open:
            if time.monotonic() - used_at < IDLE:
                return kept
            kept.close()
        return email.open_line(account)

    def keep(self, account: EmailAccount, line: EmailLine) -> None:
        if line.is_open:
            self.lines[account.pk] = (line, time.monotonic())

    def forget_settled(self) -> None:
        """Claims whose settling failed are owed to the log until their leases lapsed and it was
        read: recovering settles them, here or in another lane."""
        if self.log.owed:
            asked = {"sender": self.sender.id, "fences": listed(self.log.owed)}
            self.log.owed = {row[0] for row in run(STILL_OWED, asked)}

    def close(self) -> None:
        for line, _ in self.lines.values():
            line.close()
        self.lines.clear()


_local = threading.local()
_away: dict[int, datetime] = {}  # mail accounts that did not answer, and until when they rest


def this_lane() -> Lane:
    """This thread's lane of this process's sender."""
    sender = this_sender()
    lane: Lane | None = getattr(_local, "lane", None)
    if lane is None or lane.sender is not sender:
        slot, log = sender.lane()
        lane = _local.lane = Lane(sender, slot, log)
    return lane


def work_chunk(sending_id: int, chunk: int) -> datetime | None:
    """Hand over what is due in one chunk. Safe to run again after a crash, or beside itself.

    Returns when to look again, or None: everything in it has an end, or the sending is stopped.
    """
    sending = Sending.objects.select_related(
        "organisation", "message__account__organisation", "message__page", "message__master"
    ).get(pk=sending_id)
    if sending.state not in MAY_GO:
        return None
    lane = this_lane()
    work = Work(sending, chunk, lane.sender.id, lane.slot)
    with lane.sender.working_on(sending_id):
        recover(work, at=now())
        lane.forget_settled()
        again = _work(work, lane)
    return again or next_look(work)


def next_look(work: Work) -> datetime | None:
    """When the next message of a chunk is due, or its next lease lapses.

    Who waits in a held seat is not due: letting the seat go queues the chunk again.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT_LOOK, work.key())
        row = cursor.fetchone()
    return row[0] if row else None


def _work(work: Work, lane: Lane) -> datetime | None:
    """Claim and hand over until nothing is due. Returns when to try again, if it had to stop."""
    desk = desk_for(work.sending, now())
    if (until := _away.get(desk.account.pk)) and until > now():
        return until
    try:
        line = lane.line(desk.account)
    except email.Unreachable:
        # No thread of this process asks it again meanwhile: each would wait for it in vain.
        _away[desk.account.pk] = now() + SERVER_AWAY
        return _away[desk.account.pk]
    except email.CannotOpen as refusal:
        _refuse_all(work, lane, desk, str(refusal))
        return None
    turn = 0
    while _sees(lane.sender, work.sending.pk):
        held = lane.sender.held(work.sending.pk)
        claimed = claim(work, desk.law(now()), at=now(), from_turn=turn, held=held)
        if not claimed.seen:
            break
        turn = claimed.last_turn
        if not claimed.recipients:
            continue
        if not line.is_open:
            line = _reopened(lane, desk, line)
        with lane.sender.holding(claimed.fence):
            Handing(work, lane, desk, claimed).run(line)
    lane.keep(desk.account, line)
    return None


def _reopened(lane: Lane, desk: Desk, closed: EmailLine) -> EmailLine:
    try:
        return lane.line(desk.account)
    except (email.Unreachable, email.CannotOpen):
        return closed  # and everything handed to it comes back as not begun


def _sees(sender: Sender, sending_id: int) -> bool:
    """May another claim be made? Waits a little for a watch that has only just begun to look."""
    gives_up = time.monotonic() + SIGHT
    while not sender.may_go(sending_id):
        if sender.is_stopped(sending_id) or time.monotonic() > gives_up:
            return False
        time.sleep(0.02)
    return True


def _refuse_all(work: Work, lane: Lane, desk: Desk, words: str) -> None:
    """An account that can never be used: each message fails with its reason."""
    held = lane.sender.held(work.sending.pk)
    while (claimed := claim(work, desk.law(now()), at=now(), held=held)).seen:
        at = now()
        refused = [
            outcome_of(
                r.person_id, claimed.fence, Answer(End.REFUSED, words), attempts=r.attempts, at=at
            )
            for r in claimed.recipients
        ]
        settle(work, refused, at=at)


class Handing:
    """One claim on its way: filled, handed over, written down."""

    def __init__(self, work: Work, lane: Lane, desk: Desk, claimed: Claim) -> None:
        self.work, self.lane, self.desk, self.claimed = work, lane, desk, claimed
        self.ended: list[tuple[Recipient, Answer, datetime]] = []
        self._people: dict[str, tuple[Recipient, str]] = {}
        self._begun = ""

    def run(self, line: EmailLine) -> None:
        """Hand the claim over and settle it. What raises here leaves the claim to its lease, and
        the log to say how far it got."""
        self.lane.log.owed.add(self.claimed.fence)
        # All filled before the first is handed over: between words to a server it takes thrice
        # as long.
        letters = list(self._letters(line.takes_8bit))
        try:
            line.hand_over(letters, before_body=self._before_body, on_answer=self._on_answer)
        except BaseException:
            line.close()
            raise
        settle(self.work, self._outcomes(), at=now())
        self.lane.log.owed.discard(self.claimed.fence)
        self.lane.log.trim()

    def _letters(self, takes_8bit: bool) -> Iterator[Letter]:
        at, sending_id = now(), int(self.work.sending.pk)
        for recipient in self.claimed.recipients:
            try:
                letter = self.desk.letter(recipient, takes_8bit=takes_8bit, at=at)
            except (mime.BreaksHeader, UnicodeError):
                words = "Their name or address cannot stand in a message."
                self.ended.append((recipient, Answer(End.REFUSED, words), at))
                continue
            self._people[letter.code] = recipient, name_of(sending_id, recipient.person_id)
            yield letter

    def _before_body(self, letter: Letter) -> bool:
        """The last look before a message can no longer be called back."""
        if time.monotonic() > self.claimed.lease_ends:
            return False
        recipient, name = self._people[letter.code]
        if not self.lane.sender.may_go(self.work.sending.pk, recipient.place_id):
            return False
        self.lane.log.begun(name, self.claimed.fence)
        self._begun = letter.code
        return True

    def _on_answer(self, letter: Letter, answer: Answer) -> None:
        recipient, name = self._people[letter.code]
        if letter.code == self._begun and answer.end is not End.UNANSWERED:
            self.lane.log.answered(name, self.claimed.fence, answer)
        self.ended.append((recipient, answer, now()))

    def _outcomes(self) -> list[Outcome]:
        fence = self.claimed.fence
        return [
            outcome_of(who.person_id, fence, answer, attempts=who.attempts, at=at)
            for who, answer, at in self.ended
        ]

"""Sending: one chunk worked by one lane, a small claim at a time."""

import ipaddress
import time
from datetime import datetime, timedelta

from muster.channels import email, standing_in
from muster.channels.email import Answer, EmailLine, End
from muster.channels.models import EmailAccount
from muster.lib.times import now
from muster.messaging import capping
from muster.messaging.blocking.finding import is_known_as_refused
from muster.messaging.claiming import Work, claim
from muster.messaging.handing import Handing, Unsettled
from muster.messaging.lanes import Address, Lane, address_of, this_lane
from muster.messaging.letters import Desk, desk_for
from muster.messaging.models import Sending
from muster.messaging.opens import counting
from muster.messaging.pace.pacing import FREE, limits_of
from muster.messaging.recovering import recover
from muster.messaging.senders import MAY_GO, Sender
from muster.messaging.settling import outcome_of, settle
from muster.messaging.statements import plan_anew, run
from muster.messaging.timing.turns import NOT_YET

SERVER_AWAY = timedelta(seconds=10)
SIGHT = 5.0  # seconds to wait for the watch to see again

NEXT_LOOK = """
SELECT min(CASE WHEN state = 0 THEN due_at ELSE lease_until + interval '1 second' END)
  FROM messaging_delivery d
 WHERE month = %(month)s AND sending_id = %(sending)s AND chunk = %(chunk)s AND state IN (0, 1)
   AND NOT (state = 0 AND due_at = %(not_yet)s)
   AND NOT (state = 0 AND EXISTS (SELECT 1 FROM messaging_seathold h
                                   WHERE h.sending_id = d.sending_id AND h.place_id = d.place_id))
"""


Way = tuple[EmailAccount, EmailLine]

_away: dict[Address, datetime] = {}  # servers that did not answer, and until when they rest


def work_chunk(sending_id: int, chunk: int) -> datetime | None:
    """Hand over what is due in one chunk. Safe to run again after a crash, or beside itself.

    Returns when to look again, or None: everything in it has an end, or the sending is stopped.
    """
    sending = Sending.objects.select_related(
        "organisation",
        "freeze",
        "message__account__organisation",
        "message__page",
        "message__master",
    ).get(pk=sending_id)
    if sending.state not in MAY_GO:
        return None
    lane = this_lane()
    cap, counts = capping.cap_of(sending.message), counting.counts_of(sending)
    work = Work(sending, chunk, lane.sender.id, lane.slot, cap, counts)
    with lane.sender.working_on(sending_id):
        plan_anew()
        recover(work, at=now())
        lane.forget_settled()
        # Of one given up, whoever waits is left out at the end of its chunk's job.
        again = None if sending.given_up_at else _work(work, lane)
    return again or next_look(work)


def next_look(work: Work) -> datetime | None:
    """When the next message of a chunk is due, or its next lease lapses.

    Who waits in a held seat is not due: letting the seat go queues the chunk again.
    """
    return next((row[0] for row in run(NEXT_LOOK, work.key() | {"not_yet": NOT_YET})), None)


def _work(work: Work, lane: Lane) -> datetime | None:
    """Claim and hand over until nothing is due. Returns when to try again, if it had to stop."""
    desk = desk_for(work.sending, now())
    try:
        way = _opened(work, lane, desk)
    except email.Unreachable:
        return now() + SERVER_AWAY
    except email.CannotOpen as refusal:
        _refuse_all(work, desk, str(refusal))
        return None
    with Unsettled(work, lane.sender, lane.log) as unsettled:
        way, again = _hand_over_all(work, lane, desk, way, unsettled)
    lane.keep(*way)
    return again


def _opened(work: Work, lane: Lane, desk: Desk) -> Way:
    """A line to its own account, or to the first that stands in and answers. One that rests or is
    refused by those it sends to comes last.

    Raises `Unreachable` where one may answer later, `CannotOpen` where none ever will.
    """
    if desk.cannot_sign:  # it waits: nothing goes unsigned because a key is lost
        raise email.Unreachable(desk.cannot_sign)
    if work.sending.is_rehearsal and not _is_here(desk.account.host):
        raise email.CannotOpen("A rehearsal goes to this machine only, never to a real server.")
    problem: Exception = email.Unreachable(f"{desk.account.name} is turned off.")
    for account in sorted(desk.ways, key=lambda way: _is_out(way, now())):
        try:
            return account, _line(lane, account)
        except email.Unreachable as away:
            problem = away
        except email.CannotOpen as refusal:
            problem = refusal if len(desk.ways) == 1 else problem
    raise problem


def _line(lane: Lane, account: EmailAccount) -> EmailLine:
    """Raises `Unreachable`, `CannotOpen`. No thread of this process asks a server that did not
    answer again for a while: each would wait for it in vain."""
    address = address_of(account)
    if (until := _away.get(address)) and until > now():
        raise email.Unreachable(f"{account.name} did not answer.")
    try:
        line = lane.line(account)
    except (email.Unreachable, email.CannotOpen) as trouble:
        if isinstance(trouble, email.Unreachable):
            _away[address] = now() + SERVER_AWAY
        standing_in.note_trouble(account, str(trouble), now())
        raise
    if address in _away or account.trouble:
        _away.pop(address, None)
        standing_in.note_well(account)
        account.trouble = ""
    return line


def _is_out(account: EmailAccount, at: datetime) -> bool:
    """Is it left alone for a while, or refused by the receiving side, so that another should go?"""
    limits = limits_of(account)
    return limits is not None and (limits.rests(at) or is_known_as_refused(account, at))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hand_over_all(
    work: Work, lane: Lane, desk: Desk, way: Way, unsettled: Unsettled
) -> tuple[Way, datetime | None]:
    """Claim after claim; the line that is open at the end and whose it is, and when to go on if
    that account is to be left alone until then."""
    turn = 0
    while _sees(lane.sender, work.sending.pk):
        at = now()
        if not way[1].is_open:
            way = _reopened(work, lane, desk, way)
        limits = limits_of(way[0]) or FREE  # of whose line it is: another may stand in
        most, again = limits.allowed(lane.most, at)
        if not most:
            other = _another(work, lane, desk, way)
            if other is None:
                return way, again
            way = other
            continue
        claimed = claim(
            *(work, desk.law(at)), at=at, from_turn=turn, most=most, seats=desk.seats, limits=limits
        )
        limits.give_back(most - len(claimed.recipients), at)
        if not claimed.seen:
            break
        turn = claimed.last_turn
        if not claimed.recipients:
            continue
        unsettled.take(claimed)
        began = time.monotonic()
        handing = Handing(work, lane.sender, lane.log, claimed)
        outcomes = handing.run(way[1], desk)
        took = time.monotonic() - began
        lane.learn(took)
        heard = handing.heard()
        # Whoever was not begun after all is counted at their next claim.
        limits.give_back(sum(answer.end is End.NOT_BEGUN for _, answer in heard), at)
        limits.hear(heard, took)
        unsettled.add(outcomes)
    return way, None


def _another(work: Work, lane: Lane, desk: Desk, way: Way) -> Way | None:
    """A line to one that stands in for an account that rests, if there is one that does not."""
    limits = limits_of(way[0])
    if limits is None or not limits.rests(now()):
        return None
    if not any(not _is_out(account, now()) for account in desk.ways):
        return None
    try:
        found = _opened(work, lane, desk)
    except (email.Unreachable, email.CannotOpen):
        return None
    if _is_out(found[0], now()):
        lane.keep(*found)
        return None
    lane.keep(*way)
    return found


def _reopened(work: Work, lane: Lane, desk: Desk, closed: Way) -> Way:
    try:
        return _opened(work, lane, desk)
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


def _refuse_all(work: Work, desk: Desk, words: str) -> None:
    """An account that can never be used: each message fails with its reason."""
    answer = Answer(End.REFUSED, words)
    while (claimed := claim(work, desk.law(now()), at=now(), seats=desk.seats)).seen:
        at, fence = now(), claimed.fence
        refused = [
            outcome_of(r.person_id, fence, answer, attempts=r.attempts, at=at)
            for r in claimed.recipients
        ]
        settle(work, refused, at=at)

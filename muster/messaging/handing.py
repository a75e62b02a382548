"""Handing over: claims on their way, and their answers until they are settled."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from muster.channels.email import Answer, EmailLine, End, Letter
from muster.lib import mail_headers
from muster.lib.times import now
from muster.messaging.claiming import Claim, Recipient, Work
from muster.messaging.handover import HandoverLog, name_of
from muster.messaging.letters import Desk
from muster.messaging.senders import Sender
from muster.messaging.settling import Outcome, outcome_of, settle

SETTLE_AT = 256  # answers
SETTLE_AFTER = 0.5  # seconds


class Unsettled:
    """The answers of one job that the database does not know yet: half a second's at most.

    Settled together, as that is the dearest part of a message. The hand-over log has them
    already, so a sender that dies meanwhile loses none; the claims are held until then.
    """

    def __init__(self, work: Work, sender: Sender, log: HandoverLog) -> None:
        self.work, self.sender, self.log = work, sender, log
        self._held = ExitStack()
        self._fences: list[int] = []
        self._outcomes: list[Outcome] = []
        self._since = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What raised leaves its claims to their leases, and the log to say how far they got."""
        with self._held:
            if error is None:
                self.settle()

    def take(self, claimed: Claim) -> None:
        """A claim in hand from here on."""
        self._held.enter_context(self.sender.holding(claimed.fence))
        self._fences.append(claimed.fence)
        self.log.owed.add(claimed.fence)
        if not self._since:
            self._since = time.monotonic()

    def add(self, outcomes: list[Outcome]) -> None:
        """A claim that is through, to be settled with others or now."""
        self._outcomes += outcomes
        is_old = time.monotonic() - self._since > SETTLE_AFTER
        if is_old or len(self._outcomes) >= SETTLE_AT:
            self.settle()

    def settle(self) -> None:
        settle(self.work, self._outcomes, at=now())
        self.log.owed.difference_update(self._fences)
        self.log.trim()
        self._held.close()
        self._fences, self._outcomes, self._since = [], [], 0.0


class Handing:
    """One claim on its way: filled, then handed over."""

    def __init__(self, work: Work, sender: Sender, log: HandoverLog, claimed: Claim) -> None:
        self.sender, self.log, self.claimed = sender, log, claimed
        self._sending_id = int(work.sending.pk)
        self._ended: list[tuple[Recipient, Answer, datetime]] = []
        self._people: dict[str, tuple[Recipient, str]] = {}
        self._begun: set[str] = set()  # by several lines at once, where there are

    def run(self, line: EmailLine, desk: Desk) -> list[Outcome]:
        """Hand the claim over; how each message ended."""
        # All filled before the first is handed over: between words to a server it takes thrice
        # as long.
        letters = list(self._letters(desk, line.takes_8bit))
        try:
            line.hand_over(letters, before_body=self._before_body, on_answer=self._on_answer)
        except BaseException:
            line.close()
            raise
        fence = self.claimed.fence
        return [
            outcome_of(who.person_id, fence, answer, attempts=who.attempts, at=at)
            for who, answer, at in self._ended
        ]

    def heard(self) -> list[tuple[str, Answer]]:
        """Who was answered what, by address."""
        return [(who.address, answer) for who, answer, _ in self._ended]

    def _letters(self, desk: Desk, takes_8bit: bool) -> Iterator[Letter]:
        at = now()
        for recipient in self.claimed.recipients:
            try:
                letter = desk.letter(recipient, takes_8bit=takes_8bit, at=at)
            except (mail_headers.BreaksHeader, UnicodeError):
                words = "Their name or address cannot stand in a message."
                self._ended.append((recipient, Answer(End.REFUSED, words), at))
                continue
            self._people[letter.code] = recipient, name_of(self._sending_id, recipient.person_id)
            yield letter

    def _before_body(self, letter: Letter) -> bool:
        """The last look before a message can no longer be called back."""
        if time.monotonic() > self.claimed.lease_ends:
            return False
        recipient, name = self._people[letter.code]
        if not self.sender.may_go(self._sending_id, recipient.place_id):
            return False
        if self.sender.is_gone(recipient.person_id, self.claimed.made):
            return False
        self.log.begun(name, self.claimed.fence)
        self._begun.add(letter.code)
        return True

    def _on_answer(self, letter: Letter, answer: Answer) -> None:
        recipient, name = self._people[letter.code]
        if letter.code in self._begun and answer.end is not End.UNANSWERED:
            self.log.answered(name, self.claimed.fence, answer)
        self._ended.append((recipient, answer, now()))

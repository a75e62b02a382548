"""Keeping to the pace: who may go now, who waits a while, and what the answers teach.

A claim asks before it is handed over; whoever comes too fast for their domain is put off and lets
everybody else pass. An account that rests, or whose day is used up, is asked for nothing until it
may again. Known to every sender by rows, read once a second; where there are none it costs nothing.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from muster.channels.email import Answer, End
from muster.channels.models import EmailAccount
from muster.lib.times import now
from muster.messaging.masking import masked
from muster.messaging.models import Pace, WarmUp
from muster.messaging.pace import rules, warming
from muster.messaging.statements import run

FRESH = 1.0  # seconds that rows are kept before they are read again
WHOLE = ""  # the account's own server

# Turns lie side by side: some that were not used are kept for a few seconds, never saved up.
TURNS = """
WITH mine AS (
    SELECT id, greatest(next_at, %(at)s - make_interval(
               secs => greatest(5, 1.5 / per_second))) AS since
      FROM messaging_pace WHERE id = %(pace)s FOR UPDATE),
granted AS (
    SELECT mine.id, mine.since, least(%(asked)s, greatest(0, floor(0.001 + p.per_second
               * extract(epoch FROM %(at)s - mine.since)::float8)))::integer AS n
      FROM mine JOIN messaging_pace p ON p.id = mine.id)
UPDATE messaging_pace p
   SET next_at = granted.since + make_interval(secs => granted.n / p.per_second),
       queue_until = CASE WHEN granted.n = %(asked)s THEN p.queue_until ELSE least(
           greatest(p.queue_until, %(at)s)
               + make_interval(secs => (%(asked)s - granted.n) / p.per_second),
           %(at)s + interval '5 minutes') END
  FROM granted WHERE p.id = granted.id
RETURNING granted.n, p.queue_until
"""
# Lanes that are refused at the same moment halve it once.
SLOW_DOWN = """
INSERT INTO messaging_pace AS p (organisation_id, account_id, domain, per_second, rests_until,
                                 refusals, refused_at, learnt_at, why, next_at, queue_until)
VALUES (%(organisation)s, %(account)s, %(domain)s, %(pace)s, %(at)s + %(rest)s, 1, %(at)s, %(at)s,
        %(why)s, %(at)s + %(rest)s, %(at)s)
    ON CONFLICT (account_id, domain) DO UPDATE
   SET per_second = greatest(%(slowest)s, p.per_second / 2),
       rests_until = %(at)s + CASE WHEN %(is_told)s THEN %(rest)s ELSE least(
           %(rest)s * power(2, least(p.refusals, 10)), make_interval(secs => %(longest)s)) END,
       refusals = p.refusals + 1, refused_at = %(at)s, learnt_at = %(at)s, why = %(why)s,
       next_at = greatest(p.next_at, %(at)s)
 WHERE p.rests_until <= %(at)s
"""
SPEED_UP = """
UPDATE messaging_pace
   SET per_second = per_second + least(%(accepted)s, 10 * extract(
           epoch FROM %(at)s - greatest(learnt_at, %(at)s - interval '10 seconds'))::float8)
           * greatest(0.1, per_second * 0.01) / 10,
       refusals = 0, learnt_at = %(at)s
 WHERE account_id = %(account)s AND domain = %(domain)s AND rests_until <= %(at)s
"""
FORGET = """
DELETE FROM messaging_pace
 WHERE account_id = %(account)s AND refused_at < %(since)s AND rests_until < %(at)s
"""


@dataclass
class Limits:
    """What one account keeps to, as last read. Shared by the lanes of a process."""

    account: EmailAccount
    read_at: float = float("-inf")
    paces: dict[str, Pace] = field(default_factory=dict)
    warm_up: WarmUp | None = None

    def look(self) -> None:
        """Read the rows again, once a second."""
        if time.monotonic() - self.read_at < FRESH:
            return
        self.read_at = time.monotonic()
        found = Pace.objects.filter(account_id=self.account.pk)
        self.paces = {pace.domain: pace for pace in found}
        warm = WarmUp.objects.filter(account_id=self.account.pk).select_related("organisation")
        self.warm_up = warm.first()

    def rests(self, at: datetime) -> bool:
        """Is its own server left alone for now?"""
        self.look()
        whole = self.paces.get(WHOLE)
        return whole is not None and whole.rests_until > at

    def allowed(self, asked: int, at: datetime) -> tuple[int, datetime]:
        """How many the account may be given now; of none: when to ask again."""
        self.look()
        whole = self.paces.get(WHOLE)
        if whole is not None:
            if whole.rests_until > at:
                return 0, whole.rests_until
            asked, _ = turns(whole, asked, at)
            if not asked:
                return 0, at + timedelta(seconds=min(60.0, max(0.5, 1 / whole.per_second)))
        if self.warm_up is not None:
            granted = warming.take(self.warm_up, asked, at)
            return granted, at if granted else warming.standing(self.warm_up, at).goes_on_at
        return asked, at

    def give_back(self, unused: int, at: datetime) -> None:
        """Whom a day allowed and who was left out."""
        if self.warm_up is not None:
            warming.give_back(self.warm_up, unused, at)

    def wait_of(self, addresses: Sequence[str], at: datetime) -> dict[int, datetime]:
        """Who is to wait, by their place in the row, and until when."""
        if not self.paces or self.paces.keys() == {WHOLE}:
            return {}
        by_domain: dict[str, list[int]] = {}
        for place, address in enumerate(addresses):
            if (domain := domain_of(address)) in self.paces:
                by_domain.setdefault(domain, []).append(place)
        waits: dict[int, datetime] = {}
        for domain, places in sorted(by_domain.items()):
            pace = self.paces[domain]
            granted, until = 0, pace.rests_until
            if until <= at:
                granted, until = turns(pace, len(places), at)
            waits |= dict.fromkeys(places[granted:], until)
        return waits

    def hear(self, ended: Sequence[tuple[str, Answer]], seconds: float) -> None:
        """Learn from a claim's answers, if there is anything to learn."""
        if self.paces or any(answer.end is End.REFUSED_FOR_NOW for _, answer in ended):
            self.learn(ended, seconds, now())

    def learn(self, ended: Iterable[tuple[str, Answer]], seconds: float, at: datetime) -> None:
        """Slow down for whoever refused for coming too fast, speed up for who accepts."""
        lesson = rules.learn((domain_of(address), answer) for address, answer in ended)
        accepted = lesson.accepted | {WHOLE: lesson.accepted.total()}
        with transaction.atomic():
            for domain, heard in sorted(lesson.too_fast.items()):
                self._slow_down(domain, heard, seconds, at)
            for domain, taken in sorted(accepted.items()):
                if taken and domain in self.paces and domain not in lesson.too_fast:
                    run(SPEED_UP, self._asked(domain, at) | {"accepted": taken})
            if self.paces:
                since = at - rules.FORGOTTEN_AFTER
                run(FORGET, {"account": self.account.pk, "since": since, "at": at})
        if lesson.too_fast:
            self.read_at = float("-inf")

    def _slow_down(self, domain: str, heard: rules.Heard, seconds: float, at: datetime) -> None:
        rest = rules.rest_after(1, heard.wait_s)
        asked = self._asked(domain, at) | {
            "organisation": self.account.organisation_id,
            "pace": rules.halved(heard.accepted, seconds),
            "slowest": rules.SLOWEST,
            "longest": rules.LONGEST_REST,
            "rest": rest,
            "is_told": heard.wait_s is not None,
            "why": masked(heard.too_fast)[:200],
        }
        run(SLOW_DOWN, asked)

    def _asked(self, domain: str, at: datetime) -> dict[str, Any]:
        return {"account": self.account.pk, "domain": domain[:253], "at": at}


def turns(pace: Pace, asked: int, at: datetime) -> tuple[int, datetime]:
    """How many turns there are now, of so many asked, and until when the others wait."""
    rows = run(TURNS, {"pace": pace.pk, "asked": asked, "at": at})
    return (int(rows[0][0]), rows[0][1]) if rows else (asked, at)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


class Free(Limits):
    """No limits: a rehearsal's own mailbox."""

    def look(self) -> None:
        """There is nothing to read."""

    def learn(self, ended: Iterable[tuple[str, Answer]], seconds: float, at: datetime) -> None:
        """And nothing to learn."""


FREE = Free(EmailAccount())
_limits: dict[int, Limits] = {}
_guard = threading.Lock()


def limits_of(account: EmailAccount) -> Limits | None:
    """What an account keeps to; a rehearsal's own mailbox keeps to nothing."""
    if account.pk is None or account.pk < 0:
        return None
    with _guard:
        found = _limits.get(account.pk)
        if found is None:
            found = _limits[account.pk] = Limits(account)
        return found


def forget_limits() -> None:
    with _guard:
        _limits.clear()

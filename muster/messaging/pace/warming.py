"""Warming an account up: each day's messages are counted as they are claimed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from muster.channels.models import EmailAccount
from muster.messaging import chunks
from muster.messaging.models import Sending, WarmUp
from muster.messaging.pace import rules
from muster.organisations.models import Member

TODAY = """
INSERT INTO messaging_warmday (warm_up_id, day, taken) VALUES (%(warm_up)s, %(day)s, 0)
    ON CONFLICT (warm_up_id, day) DO NOTHING
"""
TAKE = """
WITH today AS (
    SELECT id, least(%(asked)s, greatest(0, %(ceiling)s - taken)) AS granted
      FROM messaging_warmday WHERE warm_up_id = %(warm_up)s AND day = %(day)s FOR UPDATE)
UPDATE messaging_warmday d SET taken = d.taken + today.granted
  FROM today WHERE d.id = today.id
RETURNING today.granted
"""
GIVE_BACK = """
UPDATE messaging_warmday SET taken = greatest(0, taken - %s) WHERE warm_up_id = %s AND day = %s
"""


@dataclass(frozen=True)
class Standing:
    """How an account's warm-up stands today: `ceiling` None: it is over."""

    day: int
    ceiling: int | None
    taken: int
    goes_on_at: datetime

    @property
    def number(self) -> int:
        """The day as people count: from one."""
        return self.day + 1

    @property
    def is_used_up(self) -> bool:
        return self.ceiling is not None and self.taken >= self.ceiling


def begin(account: EmailAccount, *, by: Member, at: datetime) -> WarmUp:
    """Let it send few today and more each day. Twice is once."""
    zone = ZoneInfo(account.organisation.time_zone)
    made, _ = WarmUp.objects.get_or_create(
        account=account,
        defaults={
            "organisation": account.organisation,
            "begun_on": rules.day_of(at, zone),
            "by": by,
            "at": at,
        },
    )
    return made


def end(account: EmailAccount) -> None:
    """Let it send as many as it takes. Twice is once."""
    with transaction.atomic():
        if not WarmUp.objects.filter(account=account).delete()[0]:
            return
        waiting = Sending.objects.filter(message__account=account, state=Sending.State.RELEASING)
        for pk in waiting.values_list("pk", flat=True):
            chunks.queue_again(pk)


def of(account: EmailAccount) -> WarmUp | None:
    """Its warm-up, if it has one."""
    return WarmUp.objects.filter(account=account).select_related("organisation").first()


def standing(warm_up: WarmUp, at: datetime) -> Standing:
    """How many of today's are gone."""
    zone = ZoneInfo(warm_up.organisation.time_zone)
    today = rules.day_of(at, zone)
    row = warm_up.days.filter(day=today).first()
    day = (today - warm_up.begun_on).days
    taken = row.taken if row else 0
    return Standing(day, rules.ceiling(day), taken, rules.next_morning(at, zone))


def take(warm_up: WarmUp, asked: int, at: datetime) -> int:
    """Count in as many of these as today still allows; how many that is. Committed at once, so
    that all senders keep to it together."""
    zone = ZoneInfo(warm_up.organisation.time_zone)
    today = rules.day_of(at, zone)
    most = rules.ceiling((today - warm_up.begun_on).days)
    if most is None:
        return asked
    said: dict[str, Any] = {"warm_up": warm_up.pk, "day": today, "asked": asked, "ceiling": most}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TODAY, said)
        cursor.execute(TAKE, said)
        return int(cursor.fetchone()[0])


def give_back(warm_up: WarmUp, unused: int, at: datetime) -> None:
    """Count out who was left out after all."""
    zone = ZoneInfo(warm_up.organisation.time_zone)
    if unused > 0:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, [unused, warm_up.pk, rules.day_of(at, zone)])

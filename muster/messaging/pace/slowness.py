"""Why a sending goes no faster, in words: its account's warm-up, and who finds it too fast."""

from datetime import datetime
from zoneinfo import ZoneInfo

from muster.lib.words import when
from muster.messaging.models import Pace, Sending
from muster.messaging.pace import warming
from muster.messaging.pace.warming import Standing

SHOWN = 8  # domains


def words_of(sending: Sending, at: datetime) -> list[str]:
    """Each reason in a sentence; none: nothing holds it up."""
    account = sending.message.account
    zone = ZoneInfo(sending.organisation.time_zone)
    warm_up = warming.of(account)
    found = [_of_warm_up(warming.standing(warm_up, at), at, zone)] if warm_up else []
    paces = Pace.objects.filter(account=account).order_by("per_second", "domain")[:SHOWN]
    return [*filter(None, found), *(_of_pace(pace, at, zone) for pace in paces)]


def _of_warm_up(stands: Standing, at: datetime, zone: ZoneInfo) -> str:
    if stands.ceiling is None:
        return ""
    if stands.is_used_up:
        goes_on = when(stands.goes_on_at, at, zone)
        return f"Today's {stands.ceiling:,} have gone; the rest goes from {goes_on} (warm-up)."
    return f"Warm-up: {stands.taken:,} of today's {stands.ceiling:,} have gone."


def _of_pace(pace: Pace, at: datetime, zone: ZoneInfo) -> str:
    whom = pace.domain or "Its server"
    if pace.rests_until > at:
        return f"{whom} is left alone until {when(pace.rests_until, at, zone)}: {pace.why}"
    return f"{whom} gets {pace.per_second:.3g} a second: {pace.why}"

"""As often as people chose: once a week, or once a month, at most; and as often as the
organisation allows itself, which an urgent message may pass.

Days count whole, in the organisation's own: who had a message on Monday may have one next Monday,
whatever the hour. A month is four weeks, so that a monthly letter keeps its weekday.
"""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from muster.lib.words import counted
from muster.messaging import facts
from muster.messaging.models import Cap, Message
from muster.messaging.rules import CAPPED
from muster.organisations.models import Organisation
from muster.people.record.models import Preference

DAYS = {Preference.Frequency.WEEKLY: 7, Preference.Frequency.MONTHLY: 28}

FREE, BY_CHOICE, BY_US = 0, 1, 2
HOW_CAPPED = f"""
CASE WHEN NOT %(is_marketing)s::boolean THEN {FREE}
     WHEN EXISTS (
    SELECT 1 FROM people_preference often
      JOIN journal_fact had ON had.organisation_id = p.organisation_id AND had.person_id = p.id
       AND had.kind = %(delivered)s AND had.at >= %(monthly)s
       AND (often.frequency = 'monthly' OR had.at >= %(weekly)s)
       AND had.codes->>'purpose' = 'marketing'
     WHERE often.person_id = p.id AND often.frequency <> 'as_it_comes') THEN {BY_CHOICE}
     WHEN %(cap_most)s::integer > 0 AND (
    SELECT count(*) FROM journal_fact had
     WHERE had.organisation_id = p.organisation_id AND had.person_id = p.id
       AND had.kind = %(delivered)s AND had.at >= %(cap_since)s
       AND had.codes->>'purpose' = 'marketing') >= %(cap_most)s::integer THEN {BY_US}
     ELSE {FREE} END
"""
"""Has a person `p` had as many as they chose, or as many as we allow ourselves? On all channels;
service mail neither counts nor is held back."""


def cap_of(message: Message) -> Cap | None:
    """The organisation's own limit, if this message keeps to it."""
    if message.is_urgent or message.purpose == "service":
        return None
    return Cap.objects.filter(organisation_id=message.organisation_id).first()


def words_of(cap: Cap | None, how: int) -> str:
    """Why somebody is left out; empty: they are not."""
    if how == BY_CHOICE:
        return CAPPED
    if how == BY_US and cap is not None:
        had = counted(cap.most, "message", "messages")
        days = counted(cap.days, "day", "days")
        return f"Had {had} from us in {days}: as many as we allow ourselves."
    return ""


def since(organisation: Organisation, at: datetime) -> dict[str, datetime]:
    """From when on one message was enough, by how often someone chose to hear."""
    zone = ZoneInfo(organisation.time_zone)
    today = at.astimezone(zone).date()
    return {
        str(often): datetime.combine(today - timedelta(days - 1), time(), zone)
        for often, days in DAYS.items()
    }


def asked(
    organisation: Organisation, purpose: str, at: datetime, cap: Cap | None = None
) -> dict[str, Any]:
    """What `HOW_CAPPED` asks."""
    zone = ZoneInfo(organisation.time_zone)
    today = at.astimezone(zone).date()
    first = today - timedelta(cap.days - 1 if cap else 0)
    return {
        "is_marketing": purpose != "service",
        "delivered": facts.MESSAGE_DELIVERED,
        "cap_most": cap.most if cap else 0,
        "cap_since": datetime.combine(first, time(), zone),
        **since(organisation, at),
    }

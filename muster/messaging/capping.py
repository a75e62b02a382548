"""As often as people chose: once a week, or once a month, at most.

Days count whole, in the organisation's own: who had a message on Monday may have one next Monday,
whatever the hour. A month is four weeks, so that a monthly letter keeps its weekday.
"""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from muster.messaging import facts
from muster.organisations.models import Organisation
from muster.people.record.models import Preference

DAYS = {Preference.Frequency.WEEKLY: 7, Preference.Frequency.MONTHLY: 28}

IS_CAPPED = """
%(is_marketing)s::boolean AND EXISTS (
    SELECT 1 FROM people_preference often
      JOIN journal_fact had ON had.organisation_id = p.organisation_id AND had.person_id = p.id
       AND had.kind = %(delivered)s AND had.at >= %(monthly)s
       AND (often.frequency = 'monthly' OR had.at >= %(weekly)s)
       AND had.codes->>'purpose' = 'marketing'
     WHERE often.person_id = p.id AND often.frequency <> 'as_it_comes')
"""
"""Has a person `p` had as many as they chose? Service mail neither counts nor is held back."""


def since(organisation: Organisation, at: datetime) -> dict[str, datetime]:
    """From when on one message was enough, by how often someone chose to hear."""
    zone = ZoneInfo(organisation.time_zone)
    today = at.astimezone(zone).date()
    return {
        str(often): datetime.combine(today - timedelta(days - 1), time(), zone)
        for often, days in DAYS.items()
    }


def asked(organisation: Organisation, purpose: str, at: datetime) -> dict[str, Any]:
    """What `IS_CAPPED` asks."""
    is_marketing = purpose != "service"
    return {
        "is_marketing": is_marketing,
        "delivered": facts.MESSAGE_DELIVERED,
        **since(organisation, at),
    }

"""How someone may be reached: four switches, each with the consent beneath and its history."""

from typing import Any
from zoneinfo import ZoneInfo

from muster.people import consenting, suppressing
from muster.people.explicit import SPECIAL
from muster.people.models import Channel, ConsentEvent, Person, Wording
from muster.people.opens import OPENS
from muster.web import people_timeline

ICONS = {"email": "mail", "sms": "message-square", "call": "phone", "post": "mailbox"}
MARKETING = "marketing"
PURPOSES = {
    SPECIAL: "to be chosen by special data (DP-9T)",
    OPENS: "to have what they open counted (PECR-6)",
}


def switches(person: Person, emails: list[Any], phones: list[Any]) -> list[dict[str, Any]]:
    """Each channel: on or off, why, its history, and what may be done about it."""
    standing = consenting.standing(person)
    stopped = suppressing.suppressed_channels(person)
    wordings = list(Wording.objects.filter(organisation=person.organisation_id).order_by("-id"))
    askable = [wording for wording in wordings if wording.purpose != OPENS]
    has = {"email": emails, "sms": phones, "call": phones, "post": person.address}
    known = {wording.pk: wording for wording in wordings}
    by = {e.pk: e.by for e in _events(person, standing)}
    past = _history(person)
    is_on = {c: bool(has[c]) and s.is_given and c not in stopped for c, s in standing.items()}
    return [
        {
            "channel": c,
            "words": Channel(c).label,
            "icon": ICONS[c],
            "has": bool(has[c]),
            "said": standing[c],
            "said_on": people_timeline.said_on(standing[c].source),
            "by": by.get(standing[c].event_id or 0),
            "wording": known.get(standing[c].wording_id or 0),
            "stopped": stopped.get(c),
            "is_on": is_on[c],
            "wordings": [
                w for w in askable if w.channel == c and not (is_on[c] and w.purpose == MARKETING)
            ],
            "past": past.get(c, []),
        }
        for c in Channel.values
    ]


def _events(person: Person, standing: dict[str, consenting.Standing]) -> list[ConsentEvent]:
    ids = [said.event_id for said in standing.values() if said.event_id]
    return list(ConsentEvent.objects.filter(person=person, pk__in=ids).select_related("by"))


def _history(person: Person) -> dict[str, list[people_timeline.Moment]]:
    """Every yes and no of each channel, newest first."""
    zone = ZoneInfo(person.organisation.time_zone)
    events = ConsentEvent.objects.filter(person=person).select_related("wording", "by")
    found: dict[str, list[people_timeline.Moment]] = {}
    for event in events.order_by("-at", "is_given")[:100]:
        found.setdefault(event.channel, []).append(people_timeline.consent_moment(event, zone))
    return found


def other_purposes(person: Person) -> list[dict[str, Any]]:
    """What they agreed to beyond marketing, channel by channel; each has its own press to stop."""
    said = ConsentEvent.objects.filter(person=person).exclude(purpose=MARKETING)
    purposes = said.order_by("purpose").values_list("purpose", flat=True).distinct()
    return [
        {"channel": c, "words": Channel(c).label, "purpose": purpose, "said": standing}
        | {"what": PURPOSES.get(purpose, purpose)}
        for purpose in purposes
        for c, standing in consenting.standing(person, purpose).items()
        if standing.is_given
    ]

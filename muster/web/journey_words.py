"""Journeys in words: what starts them, what each step says."""

from collections.abc import Mapping, Sequence
from typing import Any

from muster.actions.models import ActionPage
from muster.audiences import deeds
from muster.audiences.deeds import Deed
from muster.audiences.models import Audience
from muster.lib.words import counted
from muster.messaging.journeys.models import Journey, Step
from muster.messaging.models import Message
from muster.organisations.models import Member, Organisation

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPANS = ((7 * 24 * 60, "week", "weeks"), (24 * 60, "day", "days"), (60, "hour", "hours"))
STATES = {
    "draft": ("waiting", "Draft"),
    "live": ("live", "Live"),
    "paused": ("failed", "Paused"),
    "ended": ("", "Ended"),
}
"""The badge and the word of each state."""
ICONS = {
    "wait": "clock",
    "wait_for": "hourglass",
    "wait_until": "alarm-clock",
    "branch": "split",
    "send": "mail",
    "ask": "megaphone",
    "tag": "tag",
    "hand": "hand-helping",
}


class Words:
    """Everything named in one organisation's journeys, asked once for all their steps."""

    def __init__(self, organisation: Organisation, steps: Sequence[Step]) -> None:
        said = [step.definition for step in steps]
        self.organisation = organisation
        self.deeds = deeds.known()
        self.audiences = _names(Audience, organisation, [one.get("audience") for one in said])
        self.members = _names(Member, organisation, [one.get("member") for one in said])
        ids = [one.get("message") for one in said if one.get("message")]
        found = Message.objects.filter(organisation=organisation, pk__in=ids)
        self.messages = dict(found.values_list("pk", "master__name"))

    def of(self, step: Step) -> str:
        """What a step says, as one short sentence."""
        said: Mapping[str, Any] = step.definition
        match step.kind:
            case "wait":
                return span(said["minutes"])
            case "wait_for":
                return f"{self.event(said)}, at most {span(said['at_most_minutes'])}"
            case "wait_until":
                return f"{said['hour']}:00{_days(said.get('days') or [])}"
            case "branch":
                return self._branch(said)
            case "send" | "ask":
                return self.messages.get(said["message"], "An e-mail that is gone")
            case "tag":
                return f"Take off “{said['tag']}”" if said.get("take_off") else f"“{said['tag']}”"
            case "hand":
                return self.members.get(said["member"], "Somebody who is gone")
        return ""

    def start(self, journey: Journey) -> str:
        """How people enter, after “Everybody who …”."""
        said = journey.start
        if said.get("kind") == "audience":
            named = _names(Audience, self.organisation, [said.get("audience")])
            return f"is in “{named.get(said.get('audience'), 'an audience that is gone')}”"
        return self.event(said) if said.get("fact") else ""

    def event(self, said: Mapping[str, Any]) -> str:
        """ "volunteered", or “were sent a message (Saturday)”."""
        deed = self.deeds.get(said.get("fact", ""))
        if deed is None:
            return "something that is not known any more"
        about = said.get("about")
        return f"{deed.did} ({_about(deed, about, self.organisation)})" if about else deed.did

    def _branch(self, said: Mapping[str, Any]) -> str:
        if said["on"] == "audience":
            return f"In “{self.audiences.get(said['audience'], 'an audience that is gone')}”?"
        if said["on"] == "reply":
            return "Wrote to us since?"
        if said["on"] == "last_wait":
            return "Did it happen in time?"
        since = "ever" if said.get("since") == "ever" else "since they entered"
        return f"{self.event(said).capitalize()}, {since}?"


def span(minutes: int) -> str:
    """How long, in the largest unit that is whole.

    >>> span(4320), span(90), span(1)
    ('3 days', '90 minutes', '1 minute')
    """
    for size, one, many in SPANS:
        if minutes % size == 0:
            return counted(minutes // size, one, many)
    return counted(minutes, "minute", "minutes")


def events(organisation: Organisation) -> list[tuple[str, str]]:
    """Everything that may happen, for a form: ("volunteered", …), ("volunteered|page 5", …)."""
    found = []
    for deed in sorted(deeds.known().values(), key=lambda deed: deed.name):
        found.append((deed.kind, deed.name))
        found += [
            (f"{deed.kind}|{kind} {number}", f"{deed.name}: {name}")
            for kind, number, name in deed.abouts(organisation)
        ]
    return found


def read_event(typed: str) -> dict[str, Any]:
    """What a form's choice says, as data.

    >>> read_event("volunteered|page 5")
    {'fact': 'volunteered', 'about': ['page', 5]}
    """
    kind, _, about = typed.partition("|")
    name, _, number = about.rpartition(" ")
    if name and number.isascii() and number.isdigit():
        return {"fact": kind, "about": [name, int(number)]}
    return {"fact": kind}


def event_chosen(said: Mapping[str, Any]) -> str:
    """The form's choice for what is kept: the other way round."""
    about = said.get("about")
    kind = str(said.get("fact", ""))
    return f"{kind}|{about[0]} {about[1]}" if about else kind


def pages_of(organisation: Organisation) -> "dict[int, str]":
    return dict(ActionPage.objects.filter(organisation=organisation).values_list("pk", "title"))


def _about(deed: Deed, about: Sequence[Any], organisation: Organisation) -> str:
    for kind, number, name in deed.abouts(organisation):
        if [kind, number] == list(about):
            return name
    return "something that is gone"


def _days(days: Sequence[int]) -> str:
    if not days:
        return ", any day"
    return ", " + ", ".join(DAYS[day] for day in days)


def _names(model: Any, organisation: Organisation, ids: Sequence[Any]) -> dict[Any, str]:
    found = model.objects.filter(organisation=organisation, pk__in=[one for one in ids if one])
    return {one.pk: str(one.name) for one in found}

"""How what happened reads on a person's timeline: words, icon, colour, and the chip it is under."""

from typing import NamedTuple

from muster.actions import facts as actions
from muster.messaging import facts as messaging
from muster.messaging.models import Delivery
from muster.people import facts

FILTERS = {
    "consent": "Consent",
    "messages": "Messages",
    "actions": "Actions",
    "notes": "Notes",
    "details": "Details",
}
LOOKS = "looks"
"""The filter of those who may see the audit."""


class Reads(NamedTuple):
    """One kind of moment. `state`: "ready", "waiting", "failed" or nothing."""

    words: str
    icon: str
    state: str
    kind: str


FACTS = {
    facts.PERSON_JOINED: Reads("Joined the list", "user-plus", "", "details"),
    facts.PERSON_IMPORTED: Reads("Came with a file", "upload", "", "details"),
    facts.PERSON_FILLED: Reads("A file added to what is known", "upload", "", "details"),
    facts.PERSON_PLACED: Reads("Placed in {place}", "map-pin", "", "details"),
    facts.PEOPLE_MERGED: Reads("Merged with another entry of theirs", "merge", "", "details"),
    facts.PEOPLE_PARTED: Reads("A merge was undone", "split", "", "details"),
    facts.TIED: Reads("Tied to someone: {tie}", "users", "", "details"),
    facts.UNTIED: Reads("No longer tied to someone: {tie}", "users", "", "details"),
    facts.PREFERENCES_CHOSEN: Reads(
        "Chose what to hear of and how often", "sliders-horizontal", "", "consent"
    ),
    facts.ASKED_TO_STOP: Reads("Asked not to be contacted", "ban", "failed", "consent"),
    facts.STOP_LIFTED: Reads("Asked for us again", "rotate-ccw", "ready", "consent"),
    messaging.UNSUBSCRIBED: Reads(
        "Unsubscribed by the link in a message", "mail-x", "failed", "consent"
    ),
    messaging.WROTE: Reads("Wrote to us", "inbox", "ready", "messages"),
    messaging.ENTERED_JOURNEY: Reads("Entered the journey {journey}", "route", "", "messages"),
    messaging.LEFT_JOURNEY: Reads("Left the journey {journey}: {how}", "flag", "", "messages"),
    messaging.OPENED: Reads(
        "Opened a message, and had agreed that we count it", "mail-open", "", "messages"
    ),
    actions.VOLUNTEERED: Reads("Volunteered", "hand-helping", "ready", "actions"),
    actions.LEAD_CONTACTED: Reads("Heard from us about volunteering", "phone", "ready", "actions"),
    actions.LEAD_HANDED_OVER: Reads(
        "Was handed on to another organiser", "arrow-right", "", "actions"
    ),
}
DELIVERIES = {
    Delivery.State.DELIVERED: Reads("Was sent “{name}”", "mail-check", "ready", "messages"),
    Delivery.State.FAILED: Reads("“{name}” did not reach them", "mail-x", "failed", "messages"),
    Delivery.State.LEFT_OUT: Reads("Was left out of “{name}”", "mail-minus", "", "messages"),
    Delivery.State.UNCERTAIN: Reads(
        "“{name}” may have reached them", "circle-help", "waiting", "messages"
    ),
}
RETURNS = {
    "hard": Reads("{what} came back: nobody is at the address", "mail-x", "failed", "messages"),
    "complaint": Reads("Called {what} spam", "mail-x", "failed", "consent"),
    "blocked": Reads("{what} was refused by their server", "mail-x", "waiting", "messages"),
    "": Reads("{what} came back", "mail-warning", "waiting", "messages"),
}
CHANGES = {
    "given_name": "First name",
    "family_name": "Last name",
    "address": "Address",
    "postcode": "Postcode",
    "email": "E-mail",
    "phone": "Phone",
}
CHANGE_ICONS = {
    "email": "mail",
    "phone": "phone",
    "postcode": "map-pin",
    "address": "map-pin",
    "tag": "tag",
    "note": "sticky-note",
}
AUDIT = {
    "person looked at": ("Looked at this page", "eye"),
    "special data read": ("Read their special data", "eye"),
}


def icon_of(field: str) -> str:
    return CHANGE_ICONS.get(field.partition(":")[0], "pencil")

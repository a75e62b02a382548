"""The preference centre: what someone chooses by the link in their mail, without signing in.

The link is as good as the mailbox it came to: whoever has it may choose, and is shown no name,
address or number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from muster.actions.rules import name_problem
from muster.messaging import unsubscribing
from muster.messaging.opens.models import OpenCount
from muster.messaging.unsubscribing import Reading
from muster.organisations.models import Organisation
from muster.organisations.scoping import acting_for
from muster.people import consenting, suppressing
from muster.people.duplicates import merging
from muster.people.models import Channel, ContactPoint, Person, Wording
from muster.people.opens import OPENS
from muster.people.record import changing, editing, preferring
from muster.people.record.changing import CannotEdit, Who
from muster.people.record.models import Topic

SOURCE = "Preference page"
NAMES = {"given_name": "first", "family_name": "last"}
PLAIN = {"email": "E-mails", "sms": "Text messages", "call": "Phone calls", "post": "Post"}


class Gone(Exception):
    """Whoever had this link was erased: nothing is kept of them."""


class CannotChoose(Exception):
    """What was typed cannot be kept: `problems` by field, in words for the person who typed."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(*problems.values())
        self.problems = dict(problems)


@dataclass(frozen=True)
class Offer:
    """One channel as the page shows it. `wording_id` None: it may be left, not begun."""

    channel: str
    words: str
    is_on: bool
    wording_id: int | None


@dataclass(frozen=True)
class Centre:
    """Everything one person's page shows."""

    organisation: Organisation
    offers: list[Offer]
    topics: list[tuple[Topic, bool]]
    often: str
    is_stopped: bool
    opens: Offer | None = None
    """To have opens counted; None: nobody asks."""


@dataclass(frozen=True)
class Chosen:
    """What was ticked and typed, and what the page had shown: only what differs is done."""

    channels: frozenset[str] = frozenset()
    channels_shown: frozenset[str] = frozenset()
    """The channels that were ticked when the page was drawn."""
    topics: frozenset[int] = frozenset()
    topics_shown: frozenset[int] = frozenset()
    often: str = ""
    opens: bool = False
    opens_shown: bool = False
    """Was the box for opens ticked when the page was drawn?"""
    typed: Mapping[str, str] = field(default_factory=dict)
    """New given_name, family_name, postcode; empty: as it was."""


def read(token: str) -> Centre:
    """What the page shows. Raises `unsubscribing.BadToken`, `Gone`."""
    reading = unsubscribing.read(token, of_preferences=True)
    with acting_for(reading.organisation_id):
        return _centre(_person(reading))


def choose(token: str, chosen: Chosen, at: datetime) -> None:
    """Keep what someone chose. Twice is once. Raises `BadToken`, `Gone`, `CannotChoose`."""
    reading = unsubscribing.read(token, of_preferences=True)
    with acting_for(reading.organisation_id), transaction.atomic():
        person = _person(reading)
        changing.hold(person)
        _change(person, chosen.typed, at)
        _switch(person, chosen, at)
        _switch_opens(person, chosen, at)
        preferring.choose(
            person,
            wanted=chosen.topics,
            shown=chosen.topics_shown,
            often=chosen.often,
            at=at,
        )


def stop_everything(token: str, at: datetime) -> None:
    """Every address and number of theirs, on every channel, at once (DP-21).

    Someone erased since needs nothing more: theirs stayed suppressed. Raises `BadToken`.
    """
    reading = unsubscribing.read(token, of_preferences=True)
    with acting_for(reading.organisation_id), transaction.atomic():
        try:
            person = _person(reading)
        except Gone:
            return
        changing.hold(person)
        unsubscribing.stop(person, tuple(Channel.values), reading.sending_id, at, SOURCE)


def organisation_of(token: str) -> Organisation:
    """Whose link it is. Raises `BadToken`."""
    reading = unsubscribing.read(token, of_preferences=True)
    return Organisation.objects.get(pk=reading.organisation_id)


def _person(reading: Reading) -> Person:
    people = Person.objects.filter(organisation_id=reading.organisation_id)
    number = merging.current_id(reading.organisation_id, reading.person_id)
    person = people.select_related("organisation").filter(pk=number).first()
    if person is None:
        raise Gone
    return person


def _centre(person: Person) -> Centre:
    off = preferring.unwanted(person)
    ways = {channel for channel, _ in suppressing.addresses_of(person)}
    return Centre(
        person.organisation,
        _offers(person),
        [(topic, topic.pk not in off) for topic in preferring.topics(person.organisation)],
        preferring.frequency(person),
        bool(ways) and ways <= set(suppressing.suppressed_channels(person)),
        _opens(person),
    )


def _opens(person: Person) -> Offer | None:
    """Off until they tick it themselves (PECR-6). Whoever agreed can always take it back."""
    said = consenting.standing(person, OPENS)["email"]
    if said.is_given and said.wording_id:
        agreed_to = Wording.objects.get(pk=said.wording_id)
        return Offer("opens", agreed_to.text, True, agreed_to.pk)
    asking = OpenCount.objects.filter(organisation=person.organisation_id)
    count = asking.select_related("wording").first()
    return Offer("opens", count.wording.text, False, count.wording_id) if count else None


def _switch_opens(person: Person, chosen: Chosen, at: datetime) -> None:
    if chosen.opens == chosen.opens_shown:
        return
    offer = _opens(person)
    if offer is None or offer.wording_id is None or offer.is_on == chosen.opens:
        return
    if chosen.opens:
        wording = Wording.objects.get(pk=offer.wording_id)
        consenting.give(person, "email", wording=wording, source=SOURCE, at=at)
    else:
        consenting.withdraw(person, "email", purpose=OPENS, source=SOURCE, at=at)


def _offers(person: Person) -> list[Offer]:
    """Each channel they have, on or off; one that is off needs words to agree to (PECR-CON)."""
    standing, stopped = consenting.standing(person), suppressing.suppressed_channels(person)
    words = _wordings(person.organisation_id)
    found = []
    for channel in dict.fromkeys(c for c, _ in suppressing.addresses_of(person)):
        is_on = standing[channel].is_given and channel not in stopped
        wording = words.get(channel)
        if channel in stopped and _is_shared(person, channel):
            wording = None
        if is_on or wording:
            text = wording.text if wording else PLAIN[channel]
            found.append(Offer(channel, text, is_on, wording.pk if wording else None))
    return found


def _wordings(organisation_id: int) -> dict[str, Wording]:
    """The newest words of each channel."""
    kept = Wording.objects.filter(organisation_id=organisation_id, purpose="marketing")
    return {wording.channel: wording for wording in kept.order_by("id")}


def _is_shared(person: Person, channel: str) -> bool:
    """Is a number of theirs someone else's too? Then that one's stop is not theirs to lift."""
    mine = [value for c, value in suppressing.addresses_of(person) if c == channel]
    others = ContactPoint.objects.filter(organisation_id=person.organisation_id, value__in=mine)
    return others.exclude(person=person).exists()


def _switch(person: Person, chosen: Chosen, at: datetime) -> None:
    offers = {offer.channel: offer for offer in _offers(person)}
    for channel in sorted(chosen.channels_shown - chosen.channels):
        if consenting.standing(person)[channel].is_given:
            consenting.withdraw(person, channel, source=SOURCE, at=at)
    for channel in sorted(chosen.channels - chosen.channels_shown):
        offer = offers.get(channel)
        if offer and offer.wording_id and not offer.is_on:
            wording = Wording.objects.get(pk=offer.wording_id)
            consenting.give(person, channel, wording=wording, source=SOURCE, at=at)
            suppressing.lift(person, channel=channel, by=None, at=at)


def _change(person: Person, typed: Mapping[str, str], at: datetime) -> None:
    wanted = {f: text.strip() for f, text in typed.items() if text.strip()}
    problems = {
        f: problem for f, which in NAMES.items() if (problem := _name(wanted.get(f, ""), which))
    }
    if problems:
        raise CannotChoose(problems)
    try:
        editing.edit(
            person,
            wanted,
            was={f: getattr(person, f) for f in editing.FIELDS},
            who=Who(None, at, SOURCE),
        )
    except CannotEdit as refusal:
        raise CannotChoose({"postcode": " ".join(refusal.args)}) from refusal


def _name(name: str, which: str) -> str:
    return name_problem(name, which) if name else ""

"""Two people side by side: what is known of each, and where they differ."""

from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime

from muster.journal.models import Fact
from muster.organisations.models import Organisation
from muster.people import consenting, search, suppressing
from muster.people.contacts import shown_phone
from muster.people.models import Channel, CustomValue, Person
from muster.places.scope import Reach
from muster.web.people_timeline import came

WORDS = {
    "family same": "same family name",
    "family slip": "family name one slip apart",
    "family sounds alike": "family names sound alike",
    "family in part": "family name the same in part",
    "family different": "another family name",
    "given same": "same given name",
    "given nickname": "given name short or full",
    "given slip": "given name one slip apart",
    "given letters exchanged": "two letters of the given name exchanged",
    "given in part": "given name the same in part",
    "given initial": "only an initial",
    "given different": "another given name",
    "names swapped": "names the other way round",
    "titles differ": "titles differ",
    "generations differ": "one is Junior or Senior",
    "middle names differ": "middle names differ",
    "mobile same": "same mobile",
    "landline same": "same landline",
    "phones differ": "mobiles differ",
    "e-mail name same": "same name before the @",
    "e-mail name alike": "e-mail names alike",
    "born same": "same day of birth",
    "born different": "born on different days",
    "home same": "same home",
    "postcode same": "same postcode",
    "homes differ": "homes differ",
    "seats differ": "seats differ",
}
AGAINST = ("different", "differ", "another", "only an")


@dataclass(frozen=True)
class Row:
    """One thing known of both; `state`: same, differs or one (only one has it)."""

    label: str
    first: list[str]
    second: list[str]

    @property
    def state(self) -> str:
        if not (self.first and self.second):
            return "one"
        folded = [{text.casefold() for text in side} for side in (self.first, self.second)]
        if folded[0] == folded[1]:
            return "same"
        return "shares" if folded[0] & folded[1] else "differs"


def why(levels: list[str]) -> list[dict[str, Any]]:
    """What speaks for and against one person, in words."""
    told = [WORDS[level] for level in levels if level in WORDS]
    return [{"words": words, "is_against": any(a in words for a in AGAINST)} for words in told]


def rows(first: Person, second: Person) -> list[Row]:
    sides = [_known(first), _known(second)]
    labels = list(dict.fromkeys([*sides[0], *sides[1]]))
    made = [Row(label, *(side.get(label, []) for side in sides)) for label in labels]
    return [row for row in made if row.first or row.second]


def _known(person: Person) -> dict[str, list[str]]:
    points = list(person.contact_points.order_by("id"))
    known = {
        "Given name": [person.given_name],
        "Family name": [person.family_name],
        "E-mail": [p.value for p in points if p.kind == "email"],
        "Phone": [shown_phone(p.value) for p in points if p.kind == "phone"],
        "Address": [person.address],
        "Postcode": [person.postcode],
        "Seat": [person.seat.name if person.seat else ""],
        "External id": [person.external_id],
        "Tags": sorted(t.tag.name for t in person.tagged.select_related("tag")),
        **_details(person),
        **_consents(person),
        "On the list since": [f"{localtime(person.joined_at):%-d %B %Y}"],
        "Came": [came(person)],
        "History": [_history(person)],
    }
    return {label: [v for v in values if v] for label, values in known.items()}


def _details(person: Person) -> dict[str, list[str]]:
    """Custom fields; what is special is for their own page alone (DP-9)."""
    values = CustomValue.objects.filter(person=person, field__is_special=False)
    return {
        value.field.name: [str(value.text or value.on_date or value.number or "")]
        for value in values.select_related("field").order_by("field__name")
    }


def _consents(person: Person) -> dict[str, list[str]]:
    stopped = suppressing.suppressed_channels(person)
    found = {}
    for channel, said in consenting.standing(person).items():
        words = ""
        if channel in stopped:
            words = "Asked to stop"
        elif said.at:
            words = "Agreed" if said.is_given else "Said no"
        found[Channel(channel).label + " consent"] = [words]
    return found


def _history(person: Person) -> str:
    facts = Fact.objects.filter(organisation_id=person.organisation_id, person_id=person.pk)
    how_many = facts.count()
    return f"{how_many} thing{'' if how_many == 1 else 's'} happened"


def candidates(organisation: Organisation, reach: Reach, person: Person, text: str) -> list[Person]:
    """Whom somebody may be merged with: found by words, or by their own family name."""
    allowed = Reach(
        reach.everywhere & {"see people"} if reach.may_everywhere("change people") else frozenset(),
        {"see people": reach.in_seats.get("change people", frozenset())},
    )
    found = search.find(organisation, allowed, text or person.family_name, limit=21)
    return [other for other in found if other.pk != person.pk][:20]

"""What the register says of a person, in words, for them alone (DP-15).

Looked for by name and address when they ask, and joined to nobody (ER-1). An anonymous elector is
never looked for (ER-4).
"""

import re
from collections.abc import Iterable
from itertools import islice

from django.db.models import Q

from muster.organisations.models import Organisation
from muster.people.holding import Held, Row, register_held
from muster.people.models import Person
from muster.people.words import fold
from muster.registers.models import RegisterEntry, RegisterRefusal

WHY = (
    "For elections and to check donors, and for nothing else (ER-1). Found now by your name and"
    " address, because you asked; it is not joined to what else we hold of you."
)
SHARED = "nobody: the register may not be passed on (ER-1)"
MOST_REFUSED = 50
WORD = re.compile(r"[\w'’-]+")


@register_held("registers")
def held(organisation: Organisation, person_id: int) -> Iterable[Held]:
    """Their entries, and rows of a register's file that could not be kept."""
    person = Person.objects.get(organisation=organisation, pk=person_id)
    yield Held("In the electoral register", WHY, [_row(e) for e in _entries(person)], SHARED)
    refused = [_refused(row) for row in _refusals(person)]
    yield Held("Rows of a register that we did not keep", WHY, refused, SHARED)


def _entries(person: Person) -> list[RegisterEntry]:
    """Those of their family and given name at their postcode, and at their house if both say it."""
    family, given = fold(person.family_name.strip()), _first(person.given_name)
    if not (family and given and person.postcode):
        return []
    found = RegisterEntry.objects.filter(
        organisation=person.organisation_id,
        is_anonymous=False,
        postcode=person.postcode,
        folded=family,
    )
    named = [e for e in found.select_related("load__recipient") if _first(e.given_name) == given]
    return [entry for entry in named if _may_be_the_house(entry.address, person.address)]


def _first(given_name: str) -> str:
    """ "Zoë Jane" → "zoe": a register writes all of someone's names."""
    return next(iter(fold(given_name).split()), "")


def _may_be_the_house(one: str, other: str) -> bool:
    """A father and a daughter of one name may live next door to each other."""
    numbers = [set(re.findall(r"\d+\w?", fold(address))) for address in (one, other)]
    return not all(numbers) or bool(numbers[0] & numbers[1])


def _row(entry: RegisterEntry) -> Row:
    load = entry.load
    return {
        "Register": load.get_kind_display(),
        "Received by": f"{load.recipient}, {load.entitlement}",
        "Received on": load.received_on,
        "Elector number": entry.number,
        "Given name": entry.given_name,
        "Family name": entry.family_name,
        "Address": entry.address,
        "Postcode": entry.postcode,
        "May vote from": entry.attains_on,
        "Voted, by the marked register, which never says how (ER-2)": _yes(entry.voted),
        "Absent vote (ER-2)": entry.absent,
    }


def _yes(voted: bool | None) -> str:
    return "" if voted is None else "yes" if voted else "no"


def _refusals(person: Person) -> Iterable[RegisterRefusal]:
    """Rows with their whole names at their postcode: what only might be theirs is somebody's."""
    names = {*fold(person.family_name).split(), _first(person.given_name)} - {""}
    if not (person.family_name.strip() and person.given_name.strip() and person.postcode):
        return []
    here = Q(text__icontains=person.postcode)
    here |= Q(text__icontains=person.postcode.replace(" ", ""))
    found = RegisterRefusal.objects.filter(here, organisation=person.organisation_id)
    theirs = (row for row in found.order_by("pk") if names <= set(WORD.findall(fold(row.text))))
    return islice(theirs, MOST_REFUSED)


def _refused(row: RegisterRefusal) -> Row:
    return {"Line": row.line, "Row": row.text, "Why not": row.reason}

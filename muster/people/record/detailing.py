"""What custom fields say of one person: read, checked by kind, kept with history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from muster.organisations import conditions
from muster.people.imports.values import Value, in_words
from muster.people.models import ConsentEvent, CustomField, CustomValue, Person
from muster.people.record import changing
from muster.people.record.changing import CannotEdit, ChangedMeanwhile, Clash, Who

Kind = CustomField.Kind
LONGEST = 1_000
YES, NO = "Yes", "No"
SPECIAL = "special data"
"""The purpose of a consent to hold special data, where that is the organisation's condition."""
Parsed = dict[str, Any]


@dataclass(frozen=True)
class Detail:
    """One field and what it says of someone, in words; empty: nothing."""

    field: CustomField
    words: str
    source: str = ""


def details(person: Person, *, with_special: bool) -> list[Detail]:
    """Every field in use or still holding something, with its value for this person."""
    asked = CustomField.objects.filter(organisation_id=person.organisation_id).order_by("name")
    if not with_special:
        asked = asked.filter(is_special=False)
    kept = {value.field_id: value for value in CustomValue.objects.filter(person=person)}
    found = [Detail(f, _words(f, kept.get(f.pk)), _source(kept.get(f.pk))) for f in asked]
    return [d for d in found if d.words or d.field.retired_at is None]


def write(
    person: Person,
    typed: Mapping[int, str],
    *,
    was: Mapping[int, str],
    who: Who,
    with_special: bool = False,
) -> int:
    """Change the details typed otherwise than the form was drawn; how many changed.

    Raises `CannotEdit`, `ChangedMeanwhile`.
    """
    with changing.changing(person, who):
        now = {d.field.pk: d for d in details(person, with_special=with_special)}
        wanted = {
            number: " ".join(text.split())
            for number, text in typed.items()
            if number in now and " ".join(text.split()) != was.get(number, "")
        }
        parsed = _parsed(person, {n: (now[n].field, text) for n, text in wanted.items()})
        _refuse_clashes(now, wanted, was)
        return sum(_keep(person, now[n], parsed[n], who) for n in wanted)


def _words(field: CustomField, value: CustomValue | None) -> str:
    if value is None:
        return ""
    return in_words(field.kind, Value(field.pk, value.text, value.number, value.on_date))


def _source(value: CustomValue | None) -> str:
    return value.source if value else ""


def _parsed(person: Person, wanted: dict[int, tuple[CustomField, str]]) -> dict[int, Parsed]:
    problems: list[str] = []
    found: dict[int, Parsed] = {}
    for number, (field, text) in wanted.items():
        try:
            found[number] = parse(field, text)
        except CannotEdit as refusal:
            problems += refusal.args
        if field.is_special and text and (why := _may_not_hold(person)):
            problems.append(why)
    if problems:
        raise CannotEdit(*dict.fromkeys(problems))
    return found


def parse(field: CustomField, text: str) -> Parsed:
    """The columns of `CustomValue` that say `text`; empty: nothing is said. Raises `CannotEdit`."""
    nothing: Parsed = {"text": "", "number": None, "on_date": None}
    if not text:
        return nothing
    if field.kind == Kind.NUMBER:
        return nothing | {"number": _number(field, text)}
    if field.kind == Kind.DATE:
        return nothing | {"on_date": _date(field, text)}
    if field.kind == Kind.YES_NO:
        return nothing | {"number": _yes_no(field, text)}
    if field.kind == Kind.CHOICE and text not in field.choices:
        raise CannotEdit(f"{field.name}: “{text[:40]}” is none of its choices.")
    if len(text) > LONGEST:
        raise CannotEdit(f"{field.name} may have {LONGEST:,} letters at most.")
    return nothing | {"text": "".join(c for c in text if c.isprintable())}


def _number(field: CustomField, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**14 or number != round(number, 4):
        raise CannotEdit(f"{field.name}: “{text[:40]}” is no number, or too long a one.")
    return number


def _date(field: CustomField, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as refusal:
        raise CannotEdit(f"{field.name}: write the day as 2026-05-07.") from refusal


def _yes_no(field: CustomField, text: str) -> int:
    if text not in (YES, NO):
        raise CannotEdit(f"{field.name}: choose yes or no.")
    return int(text == YES)


def _may_not_hold(person: Person) -> str:
    """Why special data may not be written about someone; empty: it may (DP-9)."""
    standing = conditions.standing(person.organisation)
    if standing is None:
        return conditions.NONE
    if standing.kind != standing.Kind.CONSENT:
        return ""
    said = ConsentEvent.objects.filter(person=person, purpose=SPECIAL)
    latest = said.order_by("-at", "is_given").first()
    if latest and latest.is_given:
        return ""
    return "Their explicit consent to hold this is not recorded: add it first."


def _refuse_clashes(now: dict[int, Detail], wanted: dict[int, str], was: Mapping[int, str]) -> None:
    clashes = [
        Clash(f"custom:{n}", now[n].field.name, was.get(n, ""), now[n].words, text)
        for n, text in wanted.items()
        if now[n].words not in (was.get(n, ""), text)
    ]
    if clashes:
        raise ChangedMeanwhile(clashes)


def _keep(person: Person, detail: Detail, parsed: Parsed, who: Who) -> bool:
    field = detail.field
    if any(value not in ("", None) for value in parsed.values()):
        more = {"organisation_id": person.organisation_id, "source": who.source[:40], "at": who.at}
        kept, _ = CustomValue.objects.update_or_create(
            person=person, field=field, defaults=parsed | more
        )
        kept.refresh_from_db()
        words = _words(field, kept)
    else:
        CustomValue.objects.filter(person=person, field=field).delete()
        words = ""
    if words == detail.words:
        return False
    changing.note(person, f"custom:{field.pk}", detail.words, words, who)
    return True

"""What a cell says for a custom field, read as the field's kind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from muster.people.imports import dates
from muster.people.models import CustomField

YES = frozenset({"yes", "y", "true", "1", "t", "on"})
NO = frozenset({"no", "n", "false", "0", "f", "off"})
LONGEST = 1_000
LARGEST = Decimal(10) ** 14


class Value(NamedTuple):
    """One custom value, as it is kept: in the column of its field's kind."""

    field_id: int
    text: str = ""
    number: Decimal | None = None
    on_date: date | None = None


def in_words(kind: str, value: Value) -> str:
    """What a value says, as a person's page and history write it; empty: nothing."""
    if kind == "number":
        return "" if value.number is None else f"{value.number.normalize():f}"
    if kind == "date":
        return value.on_date.isoformat() if value.on_date else ""
    if kind == "yes_no":
        return "" if value.number is None else "Yes" if value.number else "No"
    return value.text


class NotAValue(ValueError):
    """A cell that is nothing of the field's kind; says so in words."""


@dataclass(frozen=True)
class Spec:
    """A field, as a file's rows are read for it."""

    field_id: int
    name: str
    kind: str
    choices: tuple[str, ...] = ()

    def read(self, typed: str, order: str = "dmy") -> Value:
        """The value a cell stands for. Raises `NotAValue`."""
        return _READERS[self.kind](self, typed, order)


def spec_of(field: CustomField) -> Spec:
    return Spec(field.pk, field.name, field.kind, tuple(field.choices))


def specs_of(fields: Iterable[CustomField]) -> dict[str, Spec]:
    """By the target a column is chosen as."""
    return {f"field:{field.pk}": spec_of(field) for field in fields}


def _text(spec: Spec, typed: str, order: str) -> Value:
    if len(typed) > LONGEST:
        raise NotAValue(f"{spec.name} is longer than {LONGEST:,} characters.")
    return Value(spec.field_id, text=typed)


def _number(spec: Spec, typed: str, order: str) -> Value:
    try:
        number = Decimal(typed.replace(",", "").replace(" ", "").lstrip("£$€"))
        if not number.is_finite() or abs(number) >= LARGEST:
            raise InvalidOperation
    except InvalidOperation as problem:
        raise NotAValue(f"{spec.name} is “{typed[:30]}”: not a number.") from problem
    return Value(spec.field_id, number=round(number, 4))


def _date(spec: Spec, typed: str, order: str) -> Value:
    day = dates.read_day(typed, order)
    if day is None:
        raise NotAValue(f"{spec.name} is “{typed[:30]}”: no date in the order chosen.")
    return Value(spec.field_id, on_date=day)


def _yes_no(spec: Spec, typed: str, order: str) -> Value:
    said = typed.casefold()
    if said not in YES and said not in NO:
        raise NotAValue(f"{spec.name} is “{typed[:30]}”: write yes or no.")
    return Value(spec.field_id, number=Decimal(1 if said in YES else 0))


def _choice(spec: Spec, typed: str, order: str) -> Value:
    for choice in spec.choices:
        if choice.casefold() == typed.casefold():
            return Value(spec.field_id, text=choice)
    raise NotAValue(f"{spec.name} is “{typed[:30]}”: not one of its list.")


_READERS: dict[str, Callable[[Spec, str, str], Value]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
}

"""Whom an export holds: everyone in reach, one seat, or what an upper room has a name for."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from muster.organisations.models import Organisation
from muster.people.models import Person
from muster.places.models import Place


class NoSuchChoice(Exception):
    """What was to narrow the export is not there, or is not this organisation's."""


@dataclass(frozen=True)
class Chosen:
    """The people of a choice, and whom it holds in words."""

    words: str
    people: QuerySet[Person]


Choose = Callable[[Organisation, int], Chosen]
Find = Callable[[Organisation, str], int | None]
_choices: dict[str, Choose] = {}
_finding: dict[str, Find] = {}


def register(kind: str, choose: Choose) -> None:
    """An upper room tells how to narrow an export (organisation, id). It raises `NoSuchChoice`."""
    _choices[kind] = choose


def register_name(kind: str, find: Find) -> None:
    """An upper room tells which of its choices goes by a name (organisation, name)."""
    _finding[kind] = find


def named(organisation: Organisation, name: str) -> tuple[str, int]:
    """The choice that goes by this name. Raises `NoSuchChoice`."""
    for kind, find in _finding.items():
        number = find(organisation, name)
        if number is not None:
            return kind, number
    raise NoSuchChoice(f"No audience is called “{name}”.")


def chosen(organisation: Organisation, kind: str, pk: int | None) -> Chosen:
    """Whom this choice holds, before anybody's reach. Raises `NoSuchChoice`."""
    if not kind:
        return Chosen("Everyone", Person.objects.filter(organisation=organisation))
    if kind not in _choices or pk is None:
        raise NoSuchChoice("Choose whom the file is to hold.")
    return _choices[kind](organisation, pk)


def _in_seat(organisation: Organisation, pk: int) -> Chosen:
    seat = Place.objects.seats().filter(pk=pk).first()
    if seat is None:
        raise NoSuchChoice("There is no such seat.")
    people = Person.objects.filter(organisation=organisation, seat=seat)
    return Chosen(f"Everyone in {seat.name}", people)


register("seat", _in_seat)

"""What was changed about someone: written down with every change, and what holds while it is made.

The one who reads a page and the one who changes it meanwhile are told apart field by field: a
form says what it was drawn with (`was`), so that nothing is written over unseen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from muster.organisations.models import Member
from muster.organisations.scoping import whole_organisation
from muster.people import consenting, counting, filing, suppressing
from muster.people.models import ContactPoint, Person
from muster.people.record.models import PersonChange


class CannotEdit(Exception):
    """What was typed cannot be kept; one argument for each reason."""


@dataclass(frozen=True)
class Clash:
    """A field someone else changed meanwhile: what it was, what it says now, what was typed."""

    field: str
    label: str
    was: str
    now: str
    typed: str


class ChangedMeanwhile(CannotEdit):
    """Someone else was quicker; `clashes` shows both, and nothing was written."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(
            *(
                f"{c.label}: someone changed it to “{c.now or 'nothing'}” while you wrote"
                f" “{c.typed or 'nothing'}”."
                for c in clashes
            )
        )
        self.clashes = clashes


@dataclass(frozen=True)
class Who:
    """Who changes something and when: a member, or the person themselves by way of `source`."""

    by: Member | None
    at: datetime
    source: str = ""


@contextmanager
def changing(person: Person, who: Who) -> Iterator[None]:
    """Hold someone while they are changed; afterwards their words are filed anew.

    Whoever asked not to be contacted keeps being left alone at a new address too (DP-21). Whether
    an address is someone's already is asked of the whole list.
    """
    with whole_organisation(), transaction.atomic():
        hold(person)
        stopped = suppressing.suppressed_channels(person)
        yield
        filing.file(person)
        _carry_stops(person, {c: s.reason for c, s in stopped.items()}, who)
        counting.forget(person.organisation_id)


def hold(person: Person) -> None:
    """Lock in a sign-up's own order, addresses before the person: it waits, or we do."""
    list(ContactPoint.objects.select_for_update().filter(person=person).order_by("id"))
    person.refresh_from_db(from_queryset=Person.objects.select_for_update())


def note(
    person: Person,
    field: str,
    before: str,
    after: str,
    who: Who,
    undoes: PersonChange | None = None,
) -> PersonChange:
    """Write one change down."""
    return PersonChange.objects.create(
        organisation_id=person.organisation_id,
        person=person,
        field=field,
        before=before,
        after=after,
        by=who.by,
        source=who.source[:200],
        undoes=undoes,
        at=who.at,
    )


def _carry_stops(person: Person, stopped: dict[str, str], who: Who) -> None:
    now_stopped: set[str] = set()
    for channel, value in suppressing.addresses_of(person):
        if channel in stopped:
            now_stopped.add(channel)
            suppressing.suppress(
                person.organisation,
                channel=channel,
                value=value,
                reason=stopped[channel],
                at=who.at,
            )
    for channel in set(stopped) - now_stopped:  # the stopped address itself went
        if consenting.standing(person)[channel].is_given:
            consenting.withdraw(
                person, channel, source=f"Had stopped: {stopped[channel]}", at=who.at, by=who.by
            )

"""People: read in pages, found by code, e-mail address or external id."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from muster.api import paging
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.api.paging import Text
from muster.api.person_shape import PersonOut, shown
from muster.lib.times import now
from muster.organisations import api_keys
from muster.people.models import Person
from muster.people.record import looking

router = Router(tags=["People"])
OVERLAP = timedelta(minutes=5)
"""How long a change may take to be kept: so much of the time before is told again."""


class PeopleOut(Schema):
    """One page of people."""

    people: list[PersonOut]
    next: str | None = Field(description="The cursor of the next page; none: this is the last")
    since: datetime = Field(
        description="Ask with this as `updated_since` next time: it overlaps by five minutes, so"
        " that no change is missed"
    )


class Asked(Schema):
    """Which people."""

    updated_since: datetime | None = Field(None, description="Only those changed since then")
    email: Text = Field("", max_length=254, description="Only whoever has this address")
    external_id: Text = Field(
        "", max_length=100, description="Only whoever another system calls so"
    )
    tag: Text = Field("", max_length=100, description="Only those who carry this tag")
    seat: Text = Field("", max_length=20, description="Only those of the seat with this code")


@router.get("/people", response=answers(PeopleOut), summary="List people")
@needs("see people")
def listing(
    request: KeyRequest,
    asked: Annotated[Asked, Query()],
    cursor: paging.Cursor = "",
    limit: paging.Limit = paging.USUAL,
) -> Any:
    """Everyone the key reaches, a page at a time.

    In the order they came; with `updated_since`, in the order they changed, so that whoever
    changes while you read comes once more at the end and nobody is passed over.
    """
    api_keys.note_reading(request.key, at=now())
    since = now() - OVERLAP
    found = _asked_for(within(request), asked)
    if asked.updated_since is None:
        people = found.filter(pk__gt=paging.read_number("people", cursor)).order_by("pk")
    else:
        people = _after(found.filter(changed_at__gte=paging.with_zone(asked.updated_since)), cursor)
    page = list(people[: limit + 1])
    ends = page[limit - 1] if len(page) > limit else None
    return PeopleOut(people=shown(page[:limit]), next=_next(ends, asked), since=since)


@router.get("/people/{uuid:code}", response=answers(PersonOut, 404), summary="Find one person")
@needs("see people")
def one(request: KeyRequest, code: UUID) -> Any:
    """The person with this code, if the key reaches them."""
    person = get_object_or_404(within(request), code=code)
    looking.look(person, by=request.member, at=now())
    return shown([person])[0]


def within(request: KeyRequest, permission: str = "see people") -> QuerySet[Person]:
    """The people a key reaches for this."""
    ours = Person.objects.filter(organisation=request.organisation)
    return ours.filter(request.reach.within(permission)).select_related("seat", "organisation")


def _asked_for(people: QuerySet[Person], asked: Asked) -> QuerySet[Person]:
    if asked.email:
        people = people.filter(
            contact_points__kind="email", contact_points__value=asked.email.strip().lower()
        )
    if asked.external_id:
        people = people.filter(external_id=asked.external_id)
    if asked.tag:
        people = people.filter(tagged__tag__name__iexact=asked.tag)
    if asked.seat:
        people = people.filter(seat__code=asked.seat)
    return people


def _after(people: QuerySet[Person], cursor: str) -> QuerySet[Person]:
    ordered = people.order_by("changed_at", "pk")
    ended = paging.read_moment("changed", cursor)
    if ended is None:
        return ordered
    at, pk = ended
    return ordered.filter(Q(changed_at__gt=at) | Q(changed_at=at, pk__gt=pk))


def _next(ends: Person | None, asked: Asked) -> str | None:
    if ends is None:
        return None
    if asked.updated_since is None:
        return paging.written("people", ends.pk)
    return paging.written("changed", ends.changed_at, ends.pk)

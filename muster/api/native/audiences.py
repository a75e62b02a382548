"""Audiences: which there are, how many are in one, and who."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from muster.api import paging
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.api.native.people import within
from muster.api.person_shape import PersonOut, shown
from muster.api.problems import Problem
from muster.audiences import counting, saving, special
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.lib.times import now
from muster.organisations import api_keys

router = Router(tags=["Audiences"])


class AudienceOut(Schema):
    """A description of people, kept under a name."""

    code: UUID
    name: str = Field(examples=["Gave twice, not this month"])
    version: int
    changed_at: datetime


class AudiencesOut(Schema):
    """One page of audiences."""

    audiences: list[AudienceOut]
    next: str | None


class CountOut(Schema):
    """How many people of an audience the key reaches now."""

    audience: AudienceOut
    people: int
    late: int = Field(description="Changes to people that are not counted yet")


class MembersOut(Schema):
    """One page of the people of an audience, in the order they joined."""

    people: list[PersonOut]
    next: str | None


@router.get("/audiences", response=answers(AudiencesOut), summary="List audiences")
@needs("see people")
def audiences(request: KeyRequest, cursor: paging.Cursor = "", limit: paging.Limit = 100) -> Any:
    """The audiences that whoever made the key may see."""
    after = paging.read_number("audiences", cursor)
    page = list(_visible(request).filter(pk__gt=after).order_by("pk")[: limit + 1])
    ends = paging.written("audiences", page[limit - 1].pk) if len(page) > limit else None
    return AudiencesOut(audiences=[_audience(one) for one in page[:limit]], next=ends)


@router.get("/audiences/{uuid:code}", response=answers(CountOut, 404), summary="Count an audience")
@needs("see people")
def count(request: KeyRequest, code: UUID) -> Any:
    """How many people are in it now, of those the key reaches."""
    found = _one(request, code)
    asked = (found.definition, request.organisation)
    try:
        special.check_may_look(*asked)
        figures = counting.figures(
            *asked,
            at=now(),
            seats=request.reach.seats("see people"),
            wide=special.is_wide(*asked, found),
        )
    except (Unclear, special.NotAllowed) as refusal:
        raise Problem(422, str(refusal)) from refusal
    return CountOut(audience=_audience(found), people=figures.total, late=figures.late)


@router.get(
    "/audiences/{uuid:code}/people", response=answers(MembersOut, 404), summary="Who is in it"
)
@needs("see people")
def members(
    request: KeyRequest, code: UUID, cursor: paging.Cursor = "", limit: paging.Limit = 100
) -> Any:
    """The people in it now, of those the key reaches. Worked out anew for each page."""
    found = _one(request, code)
    after = paging.read_number("members", cursor)
    api_keys.note_reading(request.key, at=now())
    try:
        rows = counting.ids(
            found.definition,
            request.organisation,
            at=now(),
            seats=request.reach.seats("see people"),
        )
    except Unclear as refusal:
        raise Problem(422, str(refusal)) from refusal
    ids = sorted(person_id for person_id, _ in rows if person_id > after)[: limit + 1]
    page = list(within(request).filter(pk__in=ids[:limit]).order_by("pk"))
    ends = paging.written("members", ids[limit - 1]) if len(ids) > limit else None
    return MembersOut(people=shown(page), next=ends)


def _visible(request: KeyRequest) -> Any:
    return saving.visible(request.organisation, request.member, request.reach, now())


def _one(request: KeyRequest, code: UUID) -> Audience:
    """An audience that may be told of over the API: none that asks of special data."""
    found: Audience = get_object_or_404(_visible(request), code=code)
    if special.fields_used(found.definition, request.organisation):
        raise Problem(403, "It asks of special data (DP-9): look at it in the campaign room.")
    return found


def _audience(one: Audience) -> AudienceOut:
    return AudienceOut(code=one.code, name=one.name, version=one.version, changed_at=one.changed_at)

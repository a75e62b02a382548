"""What people are sorted by: tags, fields of the organisation's own, seats."""

from typing import Any

from ninja import Router, Schema
from pydantic import Field

from muster.api import paging
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.people.models import CustomField, Tag
from muster.places.models import Place

router = Router(tags=["Tags, fields and seats"])


class TagOut(Schema):
    """A word that people can carry."""

    id: int = Field(examples=[7])
    name: str = Field(examples=["leafleter"])


class TagsOut(Schema):
    """One page of tags."""

    tags: list[TagOut]
    next: str | None


class FieldOut(Schema):
    """Something the organisation wants to know of its people."""

    key: str = Field(examples=["car"])
    name: str = Field(examples=["Has a car"])
    kind: str = Field(examples=["yes_no"], description="text, number, date, yes_no or choice")
    choices: list[str] = Field(description="For a choice: its words")
    is_special: bool = Field(description="Special data (DP-9): not told over the API")


class FieldsOut(Schema):
    """Every field."""

    fields: list[FieldOut]


class PlaceOut(Schema):
    """A seat the key reaches."""

    code: str = Field(examples=["E14001530"])
    name: str = Field(examples=["Stroud"])
    electorate: int | None = Field(examples=[76000])


class SeatsOut(Schema):
    """One page of seats."""

    seats: list[PlaceOut]
    next: str | None


@router.get("/tags", response=answers(TagsOut), summary="List tags")
@needs("see people")
def tags(request: KeyRequest, cursor: paging.Cursor = "", limit: paging.Limit = 100) -> Any:
    """The organisation's tags, in the order they were made."""
    after = paging.read_number("tags", cursor)
    ours = Tag.objects.filter(organisation=request.organisation, pk__gt=after).order_by("pk")
    page = list(ours[: limit + 1])
    ends = paging.written("tags", page[limit - 1].pk) if len(page) > limit else None
    return TagsOut(tags=[TagOut(id=t.pk, name=t.name) for t in page[:limit]], next=ends)


@router.get("/fields", response=answers(FieldsOut), summary="List custom fields")
@needs("see people")
def fields(request: KeyRequest) -> Any:
    """The organisation's own fields that are in use."""
    ours = CustomField.objects.filter(organisation=request.organisation, retired_at=None)
    return FieldsOut(
        fields=[
            FieldOut(
                key=f.key, name=f.name, kind=f.kind, choices=f.choices, is_special=f.is_special
            )
            for f in ours.order_by("key")
        ]
    )


@router.get("/seats", response=answers(SeatsOut), summary="List seats")
@needs("see seats")
def seats(request: KeyRequest, cursor: paging.Cursor = "", limit: paging.Limit = 100) -> Any:
    """The seats the key reaches."""
    after = paging.read_number("seats", cursor)
    found = Place.objects.seats().filter(request.reach.within("see seats", "id"), pk__gt=after)
    page = list(found.order_by("pk")[: limit + 1])
    ends = paging.written("seats", page[limit - 1].pk) if len(page) > limit else None
    told = [PlaceOut(code=s.code, name=s.name, electorate=s.electorate) for s in page[:limit]]
    return SeatsOut(seats=told, next=ends)

"""The entry point and people, as OSDI has them."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import StringConstraints

from muster.actions.models import Action
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.api.native.people import within
from muster.api.native.people_writing import refusals, who
from muster.api.osdi import filters, reading, shapes
from muster.api.osdi.reading import OsdiPersonIn, SignUpIn
from muster.api.osdi.shapes import A_PAGE, Said
from muster.api.paging import Text
from muster.api.person_shape import shown
from muster.lib.times import now
from muster.organisations import api_keys
from muster.people.imports import bringing
from muster.people.models import Person, PersonTag
from muster.people.record import contacting, looking
from muster.people.record.changing import CannotEdit

router = Router(tags=["OSDI"])
Page = Annotated[int, Query(ge=1, le=1_000_000)]
Filter = Annotated[Text, StringConstraints(max_length=500)]


@router.get("", response=answers(dict[str, Any]), summary="The entry point")
@needs("see people")
def aep(request: KeyRequest) -> Any:
    """Where everything of OSDI's is found."""
    rels = ("people", "tags", "forms", "petitions", "events")
    return {
        "motd": "Muster speaks OSDI.",
        "vendor_name": "Muster",
        "product_name": "Muster",
        "osdi_version": "1.2.0",
        "max_pagesize": A_PAGE,
        "namespace": "osdi",
        "_links": {f"osdi:{rel}": shapes.link(request, rel) for rel in rels}
        | {
            "osdi:person_signup_helper": shapes.link(request, "people"),
            "self": shapes.link(request),
            "curies": shapes.CURIES,
        },
    }


@router.get("/people", response=answers(dict[str, Any]), summary="List people")
@needs("see people")
def listing(request: KeyRequest, page: Page = 1, filter: Filter = "") -> Any:
    """25 people at a time; `filter` narrows them: `email_address eq 'cleo@example.org'`."""
    api_keys.note_reading(request.key, at=now())
    found = within(request).filter(filters.read(filter)).order_by("pk")
    people, has_more = turn(found, page)
    several = shapes.several(request, shown(people))
    return shapes.page_of(request, "people", "people", several, page, has_more=has_more)


@router.get("/people/{uuid:code}", response=answers(dict[str, Any], 404), summary="Find someone")
@needs("see people")
def one(request: KeyRequest, code: UUID) -> Any:
    """The person with this id."""
    person = get_object_or_404(within(request), code=code)
    looking.look(person, by=request.member, at=now())
    return shapes.person(request, shown([person])[0])


@router.post("/people", response=answers(dict[str, Any], 409), summary="Sign someone up")
@needs("change people")
def sign_up(request: KeyRequest, asked: SignUpIn, background_processing: bool = False) -> Any:
    """OSDI's person_signup_helper: makes someone, or changes whoever has the address.

    “subscribed” without proof is no consent (PECR-CON): they are kept as a contact, and `told` says
    so. “unsubscribed” stops their addresses for good.
    """
    brought, more, told = reading.brought(request.organisation, asked.person, tuple(asked.add_tags))
    with refusals():
        taken = bringing.bring(
            request.organisation, brought, reach=request.reach, who=who(request), overwrite=True
        )
    told += taken.told + _more_addresses(request, taken.person, more)
    return _told(request, taken.person, told)


@router.put(
    "/people/{uuid:code}", response=answers(dict[str, Any], 404, 409), summary="Change them"
)
@needs("change people")
def change(
    request: KeyRequest, code: UUID, asked: OsdiPersonIn, background_processing: bool = False
) -> Any:
    """Write over what is known of someone with what is sent."""
    person = get_object_or_404(within(request, "change people"), code=code)
    brought, more, told = reading.brought(request.organisation, asked)
    with refusals():
        told += bringing.change(person, brought, reach=request.reach, who=who(request))
    return _told(request, person, told + _more_addresses(request, person, more))


@router.get(
    "/people/{uuid:code}/taggings", response=answers(dict[str, Any], 404), summary="Their taggings"
)
@needs("see people")
def taggings(request: KeyRequest, code: UUID, page: Page = 1) -> Any:
    """The tags someone carries."""
    person = get_object_or_404(within(request), code=code)
    found = PersonTag.objects.filter(person=person).select_related("person").order_by("pk")
    rows, has_more = turn(found, page)
    several = [shapes.tagging(request, row) for row in rows]
    path = f"people/{code}/taggings"
    return shapes.page_of(request, "taggings", path, several, page, has_more=has_more)


@router.get(
    "/people/{uuid:code}/submissions",
    response=answers(dict[str, Any], 404),
    summary="Their submissions",
)
@needs("see people")
def submissions(request: KeyRequest, code: UUID, page: Page = 1) -> Any:
    """What someone did on action pages."""
    person = get_object_or_404(within(request), code=code)
    found = Action.objects.filter(person=person).select_related("person").order_by("pk")
    rows, has_more = turn(found, page)
    several = [shapes.submission(request, row) for row in rows]
    path = f"people/{code}/submissions"
    return shapes.page_of(request, "submissions", path, several, page, has_more=has_more)


def turn(found: Any, page: int) -> tuple[list[Any], bool]:
    """One page of rows; is there another after it?"""
    first = (page - 1) * A_PAGE
    rows = list(found[first : first + A_PAGE + 1])
    return rows[:A_PAGE], len(rows) > A_PAGE


def _more_addresses(request: KeyRequest, person: Person, emails: list[str]) -> list[str]:
    told = []
    for email in emails:
        try:
            contacting.add(person, "email", email, who=who(request))
        except CannotEdit as refusal:
            told.append(f"{refusal} {email[:100]} was not kept.")
    return told


def _told(request: KeyRequest | HttpRequest, person: Person, told: list[str]) -> Said:
    request.told_of = person.pk  # type: ignore[union-attr]
    fresh = Person.objects.select_related("seat").get(pk=person.pk)
    return shapes.person(request, shown([fresh])[0]) | {"told": told}

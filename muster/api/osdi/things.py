"""Tags and their taggings, forms and their submissions, as OSDI has them."""

from typing import Any
from uuid import UUID, uuid4

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Router

from muster.actions.models import Action, ActionPage
from muster.actions.signing import SignUp, sign
from muster.api import paging
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.api.native.people import within
from muster.api.native.people_writing import refusals, who
from muster.api.osdi import shapes
from muster.api.osdi.people import Page, turn
from muster.api.osdi.reading import LinkedIn, TagNameIn
from muster.api.problems import Problem
from muster.lib.times import now
from muster.people.models import CustomField, Person, PersonTag, Tag
from muster.people.record import tagging

router = Router(tags=["OSDI"])
Hal = dict[str, Any]


@router.get("/tags", response=answers(Hal), summary="List tags")
@needs("see people")
def tags(request: KeyRequest, page: Page = 1) -> Any:
    """25 tags at a time."""
    rows, has_more = turn(
        Tag.objects.filter(organisation=request.organisation).order_by("pk"), page
    )
    several = [shapes.tag(request, row) for row in rows]
    return shapes.page_of(request, "tags", "tags", several, page, has_more=has_more)


@router.post("/tags", response=answers(Hal), summary="Make a tag")
@needs("change people")
def make_tag(request: KeyRequest, asked: TagNameIn) -> Any:
    """Make a tag; one of that name is found again."""
    with refusals():
        return shapes.tag(request, tagging.named(request.organisation, asked.name))


@router.get("/tags/{int:id}", response=answers(Hal, 404), summary="Find a tag")
@needs("see people")
def tag(request: KeyRequest, id: int) -> Any:
    """The tag with this id."""
    return shapes.tag(request, _tag(request, id))


@router.get("/tags/{int:id}/taggings", response=answers(Hal, 404), summary="Who carries a tag")
@needs("see people")
def taggings(request: KeyRequest, id: int, page: Page = 1) -> Any:
    """25 taggings at a time, of people the key reaches."""
    rows, has_more = turn(_taggings(request, _tag(request, id)), page)
    several = [shapes.tagging(request, row) for row in rows]
    path = f"tags/{id}/taggings"
    return shapes.page_of(request, "taggings", path, several, page, has_more=has_more)


@router.post("/tags/{int:id}/taggings", response=answers(Hal, 404), summary="Give a tag")
@needs("change people")
def make_tagging(
    request: KeyRequest, id: int, asked: LinkedIn, background_processing: bool = False
) -> Any:
    """Give the tag to the person linked. Twice is once."""
    person, found = _person(request, asked.person, "change people"), _tag(request, id)
    with refusals():
        tagging.add(person, found.name, who(request))
    request.told_of = person.pk
    row = PersonTag.objects.select_related("person").get(person=person, tag=found)
    return shapes.tagging(request, row)


@router.get(
    "/tags/{int:id}/taggings/{int:number}", response=answers(Hal, 404), summary="Find a tagging"
)
@needs("see people")
def one_tagging(request: KeyRequest, id: int, number: int) -> Any:
    """One tagging."""
    found = get_object_or_404(_taggings(request, _tag(request, id)), pk=paging.fits(number))
    return shapes.tagging(request, found)


@router.delete(
    "/tags/{int:id}/taggings/{int:number}", response=answers(Hal, 404), summary="Take a tag"
)
@needs("change people")
def end_tagging(
    request: KeyRequest, id: int, number: int, background_processing: bool = False
) -> Any:
    """Take the tag from whoever carries it by this tagging."""
    found = _tag(request, id)
    row = get_object_or_404(_taggings(request, found, "change people"), pk=paging.fits(number))
    tagging.remove(row.person, found, who(request))
    return {"notice": "The tag is taken away."}


@router.get("/forms", response=answers(Hal), summary="List forms")
@needs("see people")
def forms(request: KeyRequest, page: Page = 1) -> Any:
    """Muster's action pages, as forms."""
    rows, has_more = turn(_forms(request), page)
    several = [shapes.form(request, row, row.number) for row in rows]
    return shapes.page_of(request, "forms", "forms", several, page, has_more=has_more)


@router.get("/forms/{int:id}", response=answers(Hal, 404), summary="Find a form")
@needs("see people")
def form(request: KeyRequest, id: int) -> Any:
    """The action page with this id."""
    found = get_object_or_404(_forms(request), pk=paging.fits(id))
    return shapes.form(request, found, found.number)


@router.get("/forms/{int:id}/submissions", response=answers(Hal, 404), summary="List submissions")
@needs("see people")
def submissions(request: KeyRequest, id: int, page: Page = 1) -> Any:
    """What people whom the key reaches did on a page."""
    found = get_object_or_404(_forms(request), pk=paging.fits(id))
    rows, has_more = turn(_submissions(request, found), page)
    several = [shapes.submission(request, row) for row in rows]
    path = f"forms/{id}/submissions"
    return shapes.page_of(request, "submissions", path, several, page, has_more=has_more)


@router.get(
    "/forms/{int:id}/submissions/{uuid:code}",
    response=answers(Hal, 404),
    summary="Find a submission",
)
@needs("see people")
def submission(request: KeyRequest, id: int, code: UUID) -> Any:
    """One submission."""
    found = get_object_or_404(_forms(request), pk=paging.fits(id))
    row = get_object_or_404(_submissions(request, found), code=code)
    return shapes.submission(request, row)


@router.post(
    "/forms/{int:id}/submissions", response=answers(Hal, 404), summary="Submit for someone"
)
@needs("change people")
def submit(request: KeyRequest, id: int, asked: LinkedIn) -> Any:
    """Whoever is linked did what the page asks, elsewhere. They are followed up like anybody."""
    page = get_object_or_404(_forms(request), pk=paging.fits(id))
    person = _person(request, asked.person, "change people")
    email = person.contact_points.filter(kind="email").order_by("pk").first()
    if email is None:
        raise Problem(422, "They have no e-mail address, which every submission has.")
    number = sign(
        SignUp(
            organisation_id=request.organisation.pk,
            page_id=page.pk,
            page_slug=page.slug,
            page_place_id=None,
            submission=uuid4(),
            given_name=person.given_name,
            family_name=person.family_name,
            email=email.value,
            seat_id=person.seat_id,
            source="api",
        ),
        at=now(),
    )
    request.told_of = person.pk
    return shapes.submission(request, _submissions(request, page).get(pk=number or 0))


@router.get("/petitions", response=answers(Hal), summary="List petitions")
@needs("see people")
def petitions(request: KeyRequest, page: Page = 1) -> Any:
    """Muster has none yet: an empty page."""
    return shapes.page_of(request, "petitions", "petitions", [], page, has_more=False)


@router.get("/events", response=answers(Hal), summary="List events")
@needs("see people")
def events(request: KeyRequest, page: Page = 1) -> Any:
    """Muster has none yet: an empty page."""
    return shapes.page_of(request, "events", "events", [], page, has_more=False)


@router.get("/metadata/custom_fields", response=answers(Hal), summary="List custom fields")
@needs("see people")
def custom_fields(request: KeyRequest) -> Any:
    """The organisation's own fields."""
    ours = CustomField.objects.filter(
        organisation=request.organisation, retired_at=None, is_special=False
    )
    return {
        "action_network:custom_fields": [
            {"name": field.key, "numeric_id": field.pk, "notes": field.name}
            for field in ours.order_by("key")
        ],
        "_links": {"self": shapes.link(request, "metadata", "custom_fields")},
    }


def _tag(request: KeyRequest, id: int) -> Tag:
    ours = Tag.objects.filter(organisation=request.organisation)
    return get_object_or_404(ours, pk=paging.fits(id))


def _person(request: KeyRequest, code: UUID, permission: str) -> Person:
    return get_object_or_404(within(request, permission), code=code)


def _taggings(request: KeyRequest, tag: Tag, permission: str = "see people") -> QuerySet[PersonTag]:
    found = PersonTag.objects.filter(organisation=request.organisation, tag=tag)
    reached = found.filter(request.reach.within(permission, "person__seat_id"))
    return reached.select_related("person__organisation").order_by("pk")


def _forms(request: KeyRequest) -> Any:
    ours = ActionPage.objects.filter(organisation=request.organisation)
    return ours.annotate(number=Count("actions")).order_by("pk")


def _submissions(request: KeyRequest, page: ActionPage) -> QuerySet[Action]:
    found = Action.objects.filter(organisation=request.organisation, page=page)
    reached = found.filter(request.reach.within("see people", "person__seat_id"))
    return reached.select_related("person").order_by("pk")

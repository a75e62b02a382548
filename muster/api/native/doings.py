"""What happened: a person's facts, new volunteers, and how launches stand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from muster.actions import leads as following
from muster.actions.models import Lead
from muster.api import paging
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.api.native.people import within
from muster.api.person_shape import SeatOut
from muster.journal.models import Fact
from muster.launches.models import Launch
from muster.launches.standing import standing
from muster.lib.times import now
from muster.people.models import Wording

router = Router(tags=["What happened"])


class FactOut(Schema):
    """One thing that happened, in codes."""

    id: int
    kind: str = Field(examples=["volunteered"])
    at: datetime
    source: str = Field(description="The source code of the link they came by")
    about_kind: str
    about_id: int | None
    codes: dict[str, Any]


class FactsOut(Schema):
    """One page of facts, the newest first."""

    facts: list[FactOut]
    next: str | None


class LeadOut(Schema):
    """A new volunteer who waits to hear from a named person."""

    id: int
    person: UUID
    seat: SeatOut | None
    owner: str | None = Field(description="Who rings them")
    can_do: list[str] = Field(examples=[["doors", "leaflets"]])
    can_when: list[str] = Field(examples=[["evenings"]])
    due_at: datetime
    contacted_at: datetime | None


class LeadsOut(Schema):
    """One page of leads, in the order they came."""

    leads: list[LeadOut]
    next: str | None


class LaunchOut(Schema):
    """A launch."""

    id: int
    name: str
    made_at: datetime
    went_at: datetime | None
    stopped_at: datetime | None


class LaunchesOut(Schema):
    """One page of launches, in the order they were made."""

    launches: list[LaunchOut]
    next: str | None


class StandingOut(Schema):
    """How a launch stands in the seats the key reaches; every number adds up."""

    launch: LaunchOut
    state: str = Field(examples=["armed"])
    audience: int
    delivered: int
    failed: int
    left_out: int
    uncertain: int
    waiting: int
    seats_live: int
    seats_asked: int
    seats: dict[str, str] = Field(description="Each seat's state, by its code")


class WordingOut(Schema):
    """Words that people agree to. A yes names the version it was given to."""

    channel: str
    version: str
    text: str


class WordingsOut(Schema):
    """Every wording."""

    wordings: list[WordingOut]


@router.get("/people/{uuid:code}/facts", response=answers(FactsOut, 404), summary="List facts")
@needs("see people")
def facts(
    request: KeyRequest, code: UUID, cursor: paging.Cursor = "", limit: paging.Limit = 100
) -> Any:
    """What is known to have happened with someone, the newest first."""
    person = get_object_or_404(within(request), code=code)
    found = Fact.objects.filter(organisation=request.organisation, person_id=person.pk)
    if ended := paging.read_moment("facts", cursor):
        at, number = ended
        found = found.filter(Q(at__lt=at) | Q(at=at, id__lt=number))
    page = list(found.order_by("-at", "-id")[: limit + 1])
    last = page[limit - 1] if len(page) > limit else None
    told = [FactOut(**{n: getattr(f, n) for n in FactOut.model_fields}) for f in page[:limit]]
    return FactsOut(facts=told, next=paging.written("facts", last.at, last.pk) if last else None)


@router.get("/leads", response=answers(LeadsOut), summary="List new volunteers")
@needs("see leads")
def leads(request: KeyRequest, cursor: paging.Cursor = "", limit: paging.Limit = 100) -> Any:
    """Volunteers, who follows them up and by when; those already spoken to as well."""
    after = paging.read_number("leads", cursor)
    page = list(_leads(request, "see leads").filter(pk__gt=after).order_by("pk")[: limit + 1])
    ends = paging.written("leads", page[limit - 1].pk) if len(page) > limit else None
    return LeadsOut(leads=[_lead(lead) for lead in page[:limit]], next=ends)


@router.post("/leads/{int:id}/contacted", response=answers(LeadOut, 404, 409), summary="Spoken to")
@needs("change leads")
def contacted(request: KeyRequest, id: int) -> Any:
    """Somebody spoke to a volunteer: the clock stops. Twice is once, and the first stands."""
    lead = get_object_or_404(_leads(request, "change leads"), pk=paging.fits(id))
    request.told_of = lead.person_id
    following.contacted(lead, by=request.member, at=now())
    lead.refresh_from_db(fields=["contacted_at"])
    return _lead(lead)


@router.get("/launches", response=answers(LaunchesOut), summary="List launches")
@needs("see launches")
def launches(request: KeyRequest, cursor: paging.Cursor = "", limit: paging.Limit = 100) -> Any:
    """The organisation's launches."""
    after = paging.read_number("launches", cursor)
    found = Launch.objects.filter(organisation=request.organisation, pk__gt=after).order_by("pk")
    page = list(found[: limit + 1])
    ends = paging.written("launches", page[limit - 1].pk) if len(page) > limit else None
    return LaunchesOut(launches=[_launch(launch) for launch in page[:limit]], next=ends)


@router.get("/launches/{int:id}", response=answers(StandingOut, 404), summary="How one stands")
@needs("see launches")
def launch(request: KeyRequest, id: int) -> Any:
    """How a launch stands now, in the seats the key reaches."""
    ours = Launch.objects.filter(organisation=request.organisation)
    found = get_object_or_404(ours, pk=paging.fits(id))
    said = standing(found, now()).as_json(request.reach.seats("see launches"))
    numbers = ("audience", "delivered", "failed", "uncertain", "waiting")
    return StandingOut(
        launch=_launch(found),
        state=said["state"],
        left_out=said["left_out_total"],
        seats_live=said["seats_live"],
        seats_asked=said["seats_asked"],
        seats={code: seat["state"] for code, seat in said["seats"].items()},
        **{name: said[name] for name in numbers},
    )


@router.get("/wordings", response=answers(WordingsOut), summary="List wordings")
@needs("see people")
def wordings(request: KeyRequest) -> Any:
    """The words people agree to, by channel and version: a consent names one of them."""
    found = Wording.objects.filter(organisation=request.organisation, purpose="marketing")
    told = [
        WordingOut(channel=w.channel, version=w.version, text=w.text)
        for w in found.order_by("channel", "pk")
    ]
    return WordingsOut(wordings=told)


def _leads(request: KeyRequest, permission: str) -> Any:
    ours = Lead.objects.filter(organisation=request.organisation)
    reached = ours.filter(request.reach.within(permission, "place_id"))
    return reached.select_related("organisation", "person", "place", "owner", "action")


def _lead(lead: Lead) -> LeadOut:
    return LeadOut(
        id=lead.pk,
        person=lead.person.code,
        seat=SeatOut(code=lead.place.code, name=lead.place.name) if lead.place else None,
        owner=lead.owner.name if lead.owner else None,
        can_do=lead.can_do,
        can_when=lead.can_when,
        due_at=lead.due_at,
        contacted_at=lead.contacted_at,
    )


def _launch(launch: Launch) -> LaunchOut:
    return LaunchOut(**{name: getattr(launch, name) for name in LaunchOut.model_fields})

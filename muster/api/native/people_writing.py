"""People: brought in, changed, tagged; their consents, their no."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Schema, Status
from pydantic import ConfigDict, Field, StringConstraints

from muster.api import paging
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.api.native.people import router, within
from muster.api.paging import Text
from muster.api.person_shape import PersonOut, shown
from muster.api.problems import Problem
from muster.lib.times import now
from muster.people import suppressing
from muster.people.imports import agreeing, bringing
from muster.people.imports.agreeing import Said
from muster.people.imports.bringing import Brought
from muster.people.models import Person
from muster.people.record import tagging
from muster.people.record.changing import CannotEdit, Who

__all__ = ["in_words", "refusals", "router", "who"]
ChannelName = Literal["email", "sms", "call", "post"]
Name = Annotated[Text, StringConstraints(max_length=100)]
Value = bool | float | date | Annotated[Text, StringConstraints(max_length=1000)] | None


class Strict(Schema):
    """What is sent: a name nobody knows is a mistake, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class ConsentIn(Strict):
    """Somebody's word on one channel. A yes needs its proof: wording, source and date."""

    channel: ChannelName
    is_given: bool
    wording: Name = Field("", description="The version of the words they agreed to")
    source: Annotated[Text, StringConstraints(max_length=200)] = Field(
        "", examples=["petition on example.org"], description="Where they said it"
    )
    at: datetime | None = Field(None, description="When they said it")

    def said(self) -> Said:
        at = paging.with_zone(self.at) if self.at else None
        return Said(self.channel, self.is_given, self.wording, self.source, at)


class About(Strict):
    """What is known of someone. What is left out stays as it is."""

    given_name: Name | None = Field(None, examples=["Cleo"])
    family_name: Name | None = Field(None, examples=["Winter"])
    email: Annotated[Text, StringConstraints(max_length=254)] | None = Field(
        None, examples=["cleo.winter@example.org"], description="One more address of theirs"
    )
    phone: Annotated[Text, StringConstraints(max_length=40)] | None = Field(
        None, examples=["07700 900123"], description="One more number of theirs"
    )
    address: Annotated[Text, StringConstraints(max_length=200)] | None = None
    postcode: Annotated[Text, StringConstraints(max_length=10)] | None = Field(
        None, examples=["GL5 1AA"], description="Places them in its seat"
    )
    seat: Annotated[Text, StringConstraints(max_length=20)] | None = Field(
        None, examples=["E14001530"], description="A seat's code, where no postcode is known"
    )
    external_id: Name | None = Field(
        None, examples=["crm-1042"], description="What another system calls them"
    )
    tags: list[Name] = Field([], max_length=50, examples=[["leafleter"]], description="Added")
    fields: dict[str, Value] = Field(
        {},
        max_length=200,
        examples=[{"car": True}],
        description="Custom fields by key; null empties",
    )
    consents: list[ConsentIn] = Field([], max_length=20)

    def brought(self) -> Brought:
        sent = self.model_dump(include={*bringing.NAMES}, exclude_unset=True)
        return Brought(
            email=self.email or "",
            phone=self.phone or "",
            external_id=self.external_id or "",
            names={name: value or "" for name, value in sent.items()},
            seat=self.seat,
            tags=tuple(self.tags),
            details={key: in_words(value) for key, value in self.fields.items()},
            said=tuple(consent.said() for consent in self.consents),
        )


class PersonIn(About):
    """Someone to bring in: known again by e-mail address or external id, else made."""


class Kept(Schema):
    """Who they are now, and what could not be kept as it was sent."""

    person: PersonOut
    told: list[str] = Field(description="What was not kept as sent, and why")


class TagIn(Strict):
    """A tag to give."""

    name: Name = Field(examples=["leafleter"])


class StopIn(Strict):
    """Somebody asked never to be contacted."""

    channels: list[ChannelName] = Field(
        ["email", "sms", "call", "post"], min_length=1, max_length=4
    )
    reason: Annotated[Text, StringConstraints(max_length=40, min_length=1)] = Field(
        examples=["asked on the phone"]
    )


@router.post(
    "/people",
    response=answers(Kept, 409) | {201: Kept},
    summary="Bring someone in",
)
@needs("change people")
def bring(request: KeyRequest, asked: PersonIn) -> Any:
    """Make a person (201), or fill the blanks of one who is known (200).

    Known again by e-mail address or external id. Nothing that is known is written over: PATCH does
    that. Whoever asked not to be contacted is not brought back (409). A yes without wording, source
    and date is no consent: they are kept as a contact, and `told` says so.
    """
    with refusals():
        taken = bringing.bring(
            request.organisation, asked.brought(), reach=request.reach, who=who(request)
        )
    request.told_of = taken.person.pk
    kept = Kept(person=_shown(request, taken.person), told=taken.told)
    return Status(201 if taken.is_made else 200, kept)


@router.patch("/people/{uuid:code}", response=answers(Kept, 404, 409), summary="Change someone")
@needs("change people")
def change(request: KeyRequest, code: UUID, asked: About) -> Any:
    """Write over what is known with what is sent; each change is kept with what stood before."""
    person = _one(request, code)
    with refusals():
        told = bringing.change(person, asked.brought(), reach=request.reach, who=who(request))
    return Kept(person=_shown(request, person), told=told)


@router.post("/people/{uuid:code}/tags", response=answers(Kept, 404, 409), summary="Give a tag")
@needs("change people")
def tag(request: KeyRequest, code: UUID, asked: TagIn) -> Any:
    """Give someone a tag, made if there is none of that name. Twice is once."""
    person = _one(request, code)
    with refusals():
        tagging.add(person, asked.name, who(request))
    return Kept(person=_shown(request, person), told=[])


@router.delete(
    "/people/{uuid:code}/tags/{int:id}", response=answers(Kept, 404), summary="Take a tag"
)
@needs("change people")
def untag(request: KeyRequest, code: UUID, id: int) -> Any:
    """Take a tag from someone. Twice is once."""
    person = _one(request, code)
    found = get_object_or_404(request.organisation.tags, pk=paging.fits(id))
    tagging.remove(person, found, who(request))
    return Kept(person=_shown(request, person), told=[])


@router.post(
    "/people/{uuid:code}/consents", response=answers(Kept, 404, 409), summary="Record a word"
)
@needs("change people")
def consent(request: KeyRequest, code: UUID, asked: ConsentIn) -> Any:
    """Keep somebody's yes, with its proof, or their no. A yes without proof is refused (422)."""
    person = _one(request, code)
    with refusals():
        told = agreeing.take(person, [asked.said()], who(request))
    if told:
        raise Problem(422, told[0])
    return Kept(person=_shown(request, person), told=[])


@router.post(
    "/people/{uuid:code}/stop", response=answers(Kept, 404, 409), summary="Stop all contact"
)
@needs("change people")
def stop(request: KeyRequest, code: UUID, asked: StopIn) -> Any:
    """Somebody objects (DP-21): every address of theirs on these channels, at once and for good."""
    person = _one(request, code)
    suppressing.suppress_person(
        person,
        reason=asked.reason,
        at=now(),
        channels=asked.channels,
        by=request.member,
        source=who(request).source,
    )
    return Kept(person=_shown(request, person), told=[])


def who(request: KeyRequest) -> Who:
    """The member whose key it is, by way of the key."""
    return Who(request.member, now(), f"API: {request.key.name}")


@contextmanager
def refusals() -> Iterator[None]:
    """What the rooms refuse, as the API says it."""
    try:
        yield
    except CannotEdit as refusal:
        raise Problem(422, " ".join(map(str, refusal.args))) from refusal
    except bringing.Stopped as refusal:
        raise Problem(409, f"{refusal} Nobody brings them back but they themselves.") from refusal
    except bringing.OutOfReach as refusal:
        raise Problem(403, str(refusal)) from refusal
    except tagging.CannotTag as refusal:
        raise Problem(422, str(refusal)) from refusal


def in_words(value: bool | float | date | str | None) -> str:
    """What a custom field is to say, as people write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else value


def _one(request: KeyRequest, code: UUID) -> Person:
    person = get_object_or_404(within(request, "change people"), code=code)
    request.told_of = person.pk
    return person


def _shown(request: KeyRequest, person: Person) -> PersonOut:
    """Who they are now; told in full: whoever may change someone knows what they wrote."""
    ours = Person.objects.filter(organisation=request.organisation).select_related("seat")
    return shown([ours.get(pk=person.pk)])[0]

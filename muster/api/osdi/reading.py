"""What somebody's program says of a person in OSDI's words, in ours."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from muster.api.native.people_writing import in_words
from muster.api.paging import Text
from muster.api.problems import Problem
from muster.organisations.models import Organisation
from muster.people.contacts import NotAPhone, normal_phone
from muster.people.imports.agreeing import Said
from muster.people.imports.bringing import Brought
from muster.people.models import CustomField

Short = Annotated[Text, StringConstraints(max_length=254)]
SUBSCRIBED, UNSUBSCRIBED = "subscribed", "unsubscribed"
SOURCE = "OSDI"


class Loose(Schema):
    """OSDI lets programs send more than we know: that is passed over."""

    model_config = ConfigDict(extra="ignore")


class EmailIn(Loose):
    """An address, perhaps with what its owner said."""

    address: Short = Field("", examples=["cleo.winter@example.org"])
    status: Short = Field("", examples=["subscribed"])


class PhoneIn(Loose):
    """A number, perhaps with what its owner said."""

    number: Short | int = Field("", examples=["447700900123"])
    status: Short = ""


class AddressIn(Loose):
    """Where they live."""

    address_lines: list[Short] = Field([], max_length=10)
    postal_code: Short = Field("", examples=["GL5 1AA"])


class OsdiPersonIn(Loose):
    """A person, as OSDI has them."""

    given_name: Short | None = Field(None, examples=["Cleo"])
    family_name: Short | None = Field(None, examples=["Winter"])
    email_addresses: list[EmailIn] = Field([], max_length=10)
    phone_numbers: list[PhoneIn] = Field([], max_length=10)
    postal_addresses: list[AddressIn] = Field([], max_length=10)
    custom_fields: dict[str, Any] = Field({}, max_length=200)
    identifiers: list[Short] = Field([], max_length=20)


class SignUpIn(Loose):
    """OSDI's person_signup_helper."""

    person: OsdiPersonIn
    add_tags: list[Annotated[Text, StringConstraints(max_length=100)]] = Field([], max_length=50)


class LinkIn(Loose):
    """A link to something."""

    href: Annotated[Text, StringConstraints(max_length=500)] = Field(
        examples=[
            "https://muster.example.org/api/v1/osdi/people/5a1c1f0e-6d1e-4b57-9d7e-3f7f0c3d9a11"
        ]
    )


class LinkedIn(Loose):
    """Something about a person, named by a link."""

    links: dict[str, LinkIn] = Field(alias="_links")

    @property
    def person(self) -> UUID:
        """The person's code. Raises `Problem`."""
        found = self.links.get("osdi:person")
        try:
            return UUID(found.href.rstrip("/").rpartition("/")[2] if found else "")
        except ValueError:
            raise Problem(422, "Name the person by a link: _links → osdi:person → href.") from None


class TagNameIn(Loose):
    """A tag, by its name."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=100)] = Field(
        examples=["leafleter"]
    )


def brought(
    organisation: Organisation, who: OsdiPersonIn, tags: tuple[str, ...] = ()
) -> tuple[Brought, list[str], list[str]]:
    """What is said of them, their further e-mail addresses, and what to tell the program.

    “subscribed” alone is no consent: it becomes a yes without proof, which is told back.
    “unsubscribed” stops their addresses there for good.
    """
    told: list[str] = []
    emails = [email.address for email in who.email_addresses if email.address]
    details = _details(organisation, who.custom_fields, told)
    found = Brought(
        email=emails[0] if emails else "",
        phone=_phone(who, told),
        external_id="" if emails else _external_id(who),
        names=_names(who),
        tags=tags,
        details=details,
        said=(*_said("email", who.email_addresses), *_said("sms", who.phone_numbers)),
    )
    return found, emails[1:], told


def _names(who: OsdiPersonIn) -> dict[str, str]:
    said = {"given_name": who.given_name, "family_name": who.family_name}
    if who.postal_addresses:
        first = who.postal_addresses[0]
        said["address"] = ", ".join(first.address_lines)
        said["postcode"] = first.postal_code
    return {name: value for name, value in said.items() if value}


def _phone(who: OsdiPersonIn, told: list[str]) -> str:
    for phone in who.phone_numbers:
        if not phone.number:
            continue
        try:
            return normal_phone(str(phone.number))
        except NotAPhone as refusal:
            told.append(f"{refusal} It was not kept.")
    return ""


def _external_id(who: OsdiPersonIn) -> str:
    ours = ("muster:", "action_network:")
    others = [known for known in who.identifiers if not known.startswith(ours)]
    return others[0].removeprefix("external:") if others else ""


def _said(channel: str, points: list[EmailIn] | list[PhoneIn]) -> list[Said]:
    statuses = {point.status.lower() for point in points}
    if UNSUBSCRIBED in statuses:
        return [Said(channel, False, source=SOURCE, is_final=True)]
    return [Said(channel, True, source=SOURCE)] if SUBSCRIBED in statuses else []


def _details(
    organisation: Organisation, sent: Mapping[str, Any], told: list[str]
) -> dict[str, str]:
    """Those we have a field for; the others are told back, as nobody here asked for them."""
    ours = CustomField.objects.filter(organisation=organisation, retired_at=None, is_special=False)
    known = dict(ours.values_list("key", "kind"))
    if unknown := sorted(set(sent) - set(known)):
        told.append(f"Not kept, as there is no such field: {', '.join(unknown)[:200]}.")
    return {key: _as(known[key], value) for key, value in sent.items() if key in known}


def _as(kind: str, value: Any) -> str:
    """Action Network sends every field as text."""
    if kind == CustomField.Kind.YES_NO and str(value).lower() in ("1", "true", "yes"):
        return "Yes"
    if kind == CustomField.Kind.YES_NO and str(value).lower() in ("0", "false", "no"):
        return "No"
    return in_words(float(value)) if type(value) in (int, float) else str(value or "")[:1000]

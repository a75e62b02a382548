"""People, tags and forms as OSDI has them: HAL, with links and what is embedded."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest

from muster.actions.models import Action, ActionPage
from muster.api.person_shape import PersonOut
from muster.people.models import PersonTag, Tag

ROOT = "/api/v1/osdi"
CURIES = [{"name": "osdi", "href": "https://opensupporter.org/docs/v1/{rel}", "templated": True}]
A_PAGE = 25
Said = dict[str, Any]


def link(request: HttpRequest, *steps: object) -> dict[str, str]:
    return {"href": request.build_absolute_uri("/".join([ROOT, *map(str, steps)]))}


def identifiers(id: object) -> list[str]:
    """Programs made for Action Network look for its name among these (docs/decisions/api.md)."""
    return [f"muster:{id}", f"action_network:{id}"]


def page_of(
    request: HttpRequest, rel: str, path: str, found: list[Said], page: int, *, has_more: bool
) -> Said:
    """One page of 25 at most. Past the last one nothing is embedded, and nothing is wrong."""
    here = link(request, path)["href"]
    links: Said = {
        "self": {"href": f"{here}?page={page}"},
        f"osdi:{rel}": [one["_links"]["self"] for one in found],
        "curies": CURIES,
    }
    if has_more:
        links["next"] = {"href": f"{here}?page={page + 1}"}
    return {
        "page": page,
        "per_page": A_PAGE,
        "_links": links,
        "_embedded": {f"osdi:{rel}": found},
    }


def person(request: HttpRequest, who: PersonOut) -> Said:
    """Someone. A status stands only where they said something: nobody's silence is a no."""
    known = identifiers(who.code) + ([f"external:{who.external_id}"] if who.external_id else [])
    return {
        "identifiers": known,
        "created_date": _instant(who.joined_at),
        "modified_date": _instant(who.changed_at),
        "given_name": who.given_name,
        "family_name": who.family_name,
        "languages_spoken": ["en"],
        "email_addresses": [
            {"address": email, "primary": n == 0} | _status(who, "email")
            for n, email in enumerate(who.emails)
        ],
        "phone_numbers": [
            {"number": phone, "number_type": "Mobile", "primary": n == 0} | _status(who, "sms")
            for n, phone in enumerate(who.phones)
        ],
        "postal_addresses": [
            {
                "primary": True,
                "address_lines": [who.address] if who.address else [],
                "postal_code": who.postcode,
                "country": "GB",
            }
        ]
        if who.address or who.postcode
        else [],
        "custom_fields": {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in who.fields.items()
        },
        "_links": {
            "self": link(request, "people", who.code),
            "osdi:taggings": link(request, "people", who.code, "taggings"),
            "osdi:submissions": link(request, "people", who.code, "submissions"),
            "curies": CURIES,
        },
    }


def _status(who: PersonOut, channel: str) -> Said:
    said = who.consents.get(channel)
    if channel in who.stopped or (said is not None and not said.is_given):
        return {"status": "unsubscribed"}
    return {"status": "subscribed"} if said is not None else {}


def tag(request: HttpRequest, one: Tag) -> Said:
    return {
        "identifiers": identifiers(one.pk),
        "name": one.name,
        "_links": {
            "self": link(request, "tags", one.pk),
            "osdi:taggings": link(request, "tags", one.pk, "taggings"),
            "curies": CURIES,
        },
    }


def tagging(request: HttpRequest, one: PersonTag) -> Said:
    return {
        "identifiers": identifiers(one.pk),
        "created_date": _instant(one.at),
        "modified_date": _instant(one.at),
        "item_type": "osdi:person",
        "_links": {
            "self": link(request, "tags", one.tag_id, "taggings", one.pk),
            "osdi:tag": link(request, "tags", one.tag_id),
            "osdi:person": link(request, "people", one.person.code),
            "curies": CURIES,
        },
    }


def form(request: HttpRequest, one: ActionPage, submissions: int) -> Said:
    return {
        "identifiers": identifiers(one.pk),
        "title": one.title.replace("{seat}", "your area"),
        "name": one.slug,
        "description": one.words.replace("{seat}", "your area"),
        "origin_system": "Muster",
        "total_submissions": submissions,
        "_links": {
            "self": link(request, "forms", one.pk),
            "osdi:submissions": link(request, "forms", one.pk, "submissions"),
            "curies": CURIES,
        },
    }


def submission(request: HttpRequest, one: Action) -> Said:
    return {
        "identifiers": identifiers(one.code),
        "created_date": _instant(one.at),
        "modified_date": _instant(one.at),
        "_links": {
            "self": link(request, "forms", one.page_id, "submissions", one.code),
            "osdi:form": link(request, "forms", one.page_id),
            "osdi:person": link(request, "people", one.person.code),
            "curies": CURIES,
        },
    }


def several(request: HttpRequest, people: Iterable[PersonOut]) -> list[Said]:
    return [person(request, who) for who in people]


def _instant(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))

"""What a webhook says: codes and ids; names and contacts only where its subscription may."""

import json
from datetime import datetime
from typing import Any

from muster.journal.models import Fact
from muster.organisations.models import Member
from muster.people.models import ContactPoint, Person
from muster.places.models import Place
from muster.places.scope import Reach
from muster.webhooks import rules
from muster.webhooks.models import Delivery, Subscription


def body(delivery: Delivery, subscription: Subscription, reach: Reach) -> bytes | None:
    """The bytes to send; None: it may not be told any more, or the fact is gone.

    Made anew for each try, so that whoever was erased meanwhile is in none.
    """
    fact = Fact.objects.filter(
        organisation_id=delivery.organisation_id, at=delivery.fact_at, pk=delivery.fact_id
    ).first()
    if fact is None or not reach.may_in("see people", fact.place_id):
        return None
    said = {
        "type": rules.type_of(fact.kind),
        "timestamp": _iso(fact.at),
        "data": {
            "fact": fact.pk,
            "organisation": subscription.organisation.slug,
            "person": _person(fact, subscription, reach),
            "place": _code(Place, fact.place_id),
            "member": _code(Member, fact.member_id),
            "about": {"kind": fact.about_kind, "id": fact.about_id} if fact.about_kind else None,
            "codes": fact.codes,
        },
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _person(fact: Fact, subscription: Subscription, reach: Reach) -> dict[str, Any] | None:
    """By number, which outlives them, and by code while they are here; if it may, by name."""
    if fact.person_id is None:
        return None
    said: dict[str, Any] = {"id": fact.person_id, "code": None}
    found = Person.objects.filter(organisation_id=fact.organisation_id, pk=fact.person_id).first()
    if found is None:
        return said
    said["code"] = str(found.code)
    if subscription.with_people and reach.may_in("see people", found.seat_id):
        said |= _details(found)
    return said


def _details(person: Person) -> dict[str, Any]:
    points = ContactPoint.objects.filter(person=person).order_by("id")
    return {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "emails": [point.value for point in points if point.kind == "email"],
        "phones": [point.value for point in points if point.kind == "phone"],
        "postcode": person.postcode,
        "external_id": person.external_id,
    }


def _code(model: type[Place] | type[Member], pk: int | None) -> str | None:
    if pk is None:
        return None
    found = model._default_manager.filter(pk=pk).values_list("code", flat=True).first()
    return str(found) if found else None


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")

"""What each endpoint is asked for, where it needs more than its address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from muster.actions.models import Action, ActionPage, Lead
from muster.audiences import definitions, saving
from muster.audiences.models import Audience
from muster.messaging.journeys import editing, making, starting
from muster.messaging.journeys.editing import Spot
from muster.messaging.journeys.models import Journey
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.people.models import Person, PersonTag, Tag
from muster.places.models import Place
from muster.webhooks.models import Delivery, Subscription
from tests.conftest import NOON
from tests.wrong_people.launches import launch_in_stroud


@dataclass(frozen=True)
class World:
    """Cleo lives in Stroud, on the party's list."""

    party: Organisation
    rivals: Organisation
    ada: Member
    cleo: Person
    stroud: Place

    @property
    def campaigner(self) -> Campaigner:
        """In whose name a launch goes out."""
        address = "1 High Street, Stroud GL5 1AA"
        made, _ = Campaigner.objects.get_or_create(
            organisation=self.party,
            kind="party",
            name="Fair Future",
            defaults={"promoter": "R. Okafor", "address": address},
        )
        return made


@dataclass(frozen=True)
class Case:
    """`args` fill the address, `body` is sent.

    `of_one`: it names something of the party's in Stroud, which nobody else finds; `is_shared`: the
    whole organisation has it, so another seat finds it, with nobody of Stroud in it.
    `shows_what_was_sent`: an answer may repeat the request.
    """

    args: Callable[[World], dict[str, Any]] = lambda world: {}
    body: Callable[[World], Any] = lambda world: None
    query: str = ""
    of_one: bool = False
    shows_what_was_sent: bool = False
    is_shared: bool = False


def of_cleo(world: World) -> dict[str, Any]:
    return {"code": world.cleo.code}


def of_webhook(world: World) -> dict[str, Any]:
    made, _ = Subscription.objects.get_or_create(
        organisation=world.party,
        name="Warehouse",
        defaults={
            "url": "http://127.0.0.1:9/",
            "kinds": ["volunteered"],
            "secret": "whsec_AAAA",
            "made_by": world.ada,
            "made_at": NOON,
            "read_xid": 1,
        },
    )
    return {"code": made.code}


def of_delivery(world: World) -> dict[str, Any]:
    code = of_webhook(world)["code"]
    made, _ = Delivery.objects.get_or_create(
        organisation=world.party,
        subscription=Subscription.objects.get(code=code),
        fact_id=1,
        defaults={"fact_at": NOON, "kind": "volunteered", "begun_at": NOON, "due_at": NOON},
    )
    return {"code": code, "delivery": made.code}


def a_span(world: World) -> Any:
    return {"since": "2026-05-04T09:00:00Z", "until": "2026-05-04T12:00:00Z"}


def of_tag(world: World) -> dict[str, Any]:
    tag, _ = Tag.objects.get_or_create(organisation=world.party, name="leafleter")
    return of_cleo(world) | {"id": tag.pk}


def of_lead(world: World) -> dict[str, Any]:
    page, _ = ActionPage.objects.get_or_create(
        organisation=world.party, kind="volunteer", slug="volunteer", title="Volunteer"
    )
    action, _ = Action.objects.get_or_create(
        organisation=world.party, page=page, person=world.cleo, submission=uuid4(), at=NOON
    )
    lead, _ = Lead.objects.get_or_create(
        organisation=world.party,
        person=world.cleo,
        defaults={"action": action, "place": world.stroud, "due_at": NOON},
    )
    return {"id": lead.pk}


def of_tagging(world: World) -> dict[str, Any]:
    asked = of_tag(world)
    row, _ = PersonTag.objects.get_or_create(
        organisation=world.party, person=world.cleo, tag_id=asked["id"], defaults={"at": NOON}
    )
    return {"id": asked["id"], "number": row.pk}


def of_submission(world: World) -> dict[str, Any]:
    lead = Lead.objects.get(pk=of_lead(world)["id"])
    return {"id": lead.action.page_id, "code": lead.action.code}


def of_form(world: World) -> dict[str, Any]:
    return {"id": of_submission(world)["id"]}


def of_audience(world: World) -> dict[str, Any]:
    there = Audience.objects.filter(organisation=world.party, name="Everyone").first()
    made = there or saving.make(
        world.party, name="Everyone", definition=definitions.empty(), by=world.ada, at=NOON
    )
    return {"code": made.code}


def of_launch(world: World) -> dict[str, Any]:
    return {"id": launch_in_stroud(world).pk}


def of_journey(world: World) -> dict[str, Any]:
    """A live one of Stroud's own."""
    there = Journey.objects.filter(organisation=world.party, name="Doors").first()
    if there is None:
        unit, _ = Unit.objects.get_or_create(
            organisation=world.party,
            kind="seat",
            name="Stroud",
            place_code=world.stroud.code,
            defaults={"parent": world.party.units.get(kind="head_office")},
        )
        by: dict[str, Any] = {"by": world.ada, "at": NOON}
        there = making.make(world.party, "Doors", unit=unit, **by)
        making.set_start(there, {"kind": "fact", "fact": "volunteered"}, **by)
        editing.add(there, "wait", {"minutes": 60}, Spot(), **by)
        starting.start(there, **by)
    return {"code": there.code}


def to_cleo(world: World) -> Any:
    return {"_links": {"osdi:person": {"href": f"https://an.example/people/{world.cleo.code}"}}}


def an_osdi_person(world: World) -> Any:
    return {"email_addresses": [{"address": "cleo.winter@example.com"}]}


OSDI: dict[str, Case] = {
    "osdi_people_one": Case(args=of_cleo, of_one=True),
    "osdi_people_sign_up": Case(
        body=lambda world: {"person": an_osdi_person(world)}, shows_what_was_sent=True
    ),
    "osdi_people_change": Case(args=of_cleo, body=an_osdi_person, of_one=True),
    "osdi_people_taggings": Case(args=of_cleo, of_one=True),
    "osdi_people_submissions": Case(args=of_cleo, of_one=True),
    "osdi_things_make_tag": Case(body=lambda world: {"name": "leafleter"}),
    "osdi_things_tag": Case(args=of_tag, is_shared=True, of_one=True),
    "osdi_things_taggings": Case(args=of_tag, is_shared=True, of_one=True),
    "osdi_things_make_tagging": Case(args=of_tag, body=to_cleo, of_one=True),
    "osdi_things_one_tagging": Case(args=of_tagging, of_one=True),
    "osdi_things_end_tagging": Case(args=of_tagging, of_one=True),
    "osdi_things_form": Case(args=of_form, is_shared=True, of_one=True),
    "osdi_things_submissions": Case(args=of_form, is_shared=True, of_one=True),
    "osdi_things_submission": Case(args=of_submission, of_one=True),
    "osdi_things_submit": Case(args=of_form, body=to_cleo, of_one=True),
}
NEEDED: dict[str, Case] = OSDI | {
    "native_people_writing_bring": Case(
        body=lambda world: {"email": "cleo.winter@example.com", "seat": world.stroud.code},
        shows_what_was_sent=True,
    ),
    "native_people_writing_change": Case(
        args=of_cleo, body=lambda world: {"given_name": "Cleopatra"}, of_one=True
    ),
    "native_people_writing_tag": Case(
        args=of_cleo, body=lambda world: {"name": "leafleter"}, of_one=True
    ),
    "native_people_writing_untag": Case(args=of_tag, of_one=True),
    "native_people_writing_consent": Case(
        args=of_cleo, body=lambda world: {"channel": "email", "is_given": False}, of_one=True
    ),
    "native_people_writing_stop": Case(
        args=of_cleo, body=lambda world: {"reason": "asked"}, of_one=True
    ),
    "native_doings_facts": Case(args=of_cleo, of_one=True),
    "native_audiences_count": Case(args=of_audience, of_one=True),
    "native_audiences_members": Case(args=of_audience, of_one=True),
    "native_doings_launch": Case(args=of_launch, of_one=True, is_shared=True),
    "native_doings_contacted": Case(args=of_lead, of_one=True),
    "native_journeys_one": Case(args=of_journey, of_one=True),
    "native_journeys_pause": Case(args=of_journey, of_one=True),
    "native_people_one": Case(args=of_cleo, of_one=True),
    "native_webhooks_deliveries": Case(args=of_webhook, of_one=True),
    "native_webhooks_replay": Case(args=of_delivery, of_one=True),
    "native_webhooks_replay_span": Case(args=of_webhook, body=a_span, of_one=True),
}

"""What each endpoint is asked for, where it needs more than its address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from muster.webhooks.models import Delivery, Subscription
from tests.conftest import NOON


@dataclass(frozen=True)
class World:
    """Cleo lives in Stroud, on the party's list."""

    party: Organisation
    rivals: Organisation
    ada: Member
    cleo: Person
    stroud: Place


@dataclass(frozen=True)
class Case:
    """`args` fill the address, `body` is sent. `of_one`: it names something of the party's in
    Stroud, which nobody else finds. `shows_what_was_sent`: an answer may repeat the request."""

    args: Callable[[World], dict[str, Any]] = lambda world: {}
    body: Callable[[World], Any] = lambda world: None
    query: str = ""
    of_one: bool = False
    shows_what_was_sent: bool = False


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


NEEDED: dict[str, Case] = {
    "native_people_one": Case(args=of_cleo, of_one=True),
    "native_webhooks_deliveries": Case(args=of_webhook, of_one=True),
    "native_webhooks_replay": Case(args=of_delivery, of_one=True),
    "native_webhooks_replay_span": Case(args=of_webhook, body=a_span, of_one=True),
}

"""The inbox: a rival and another seat's organiser read none of it and answer nobody."""

from typing import Any

from muster.messaging.models import Conversation
from tests.conftest import NOON
from tests.wrong_people import Route
from tests.wrong_people.world import World


def conversation(world: World) -> Conversation:
    """Cleo, of Stroud, about Saturday."""
    known = Conversation.objects.filter(organisation=world.party, person=world.cleo).first()
    made = known or Conversation.objects.create(
        organisation=world.party,
        person=world.cleo,
        seat=world.stroud,
        address="cleo.winter@example.com",
        subject="Lifts on Saturday",
        opened_at=NOON,
        last_at=NOON,
    )
    made.lines.get_or_create(is_ours=False, text="A car for four", defaults={"at": NOON})
    return made


def args(world: World) -> dict[str, Any]:
    return {"code": conversation(world).code}


def listed(world: World) -> dict[str, Any]:
    conversation(world)
    return {}


ROUTES = [
    Route(
        "inbox:list",
        args=listed,
        hides=lambda world: ["Lifts on Saturday", world.cleo.family_name],
        rival="kept",
        other_seat="kept",
    ),
    Route("inbox:show", args=args),
    Route("inbox:answer", args=args, methods=("POST",)),
    Route("inbox:assign", args=args, methods=("POST",)),
    Route("inbox:close", args=args, methods=("POST",)),
    Route("inbox:reopen", args=args, methods=("POST",)),
    Route("inbox:stop", args=args, methods=("POST",), post=lambda world: {"wanted": "no"}),
    Route(
        "inbox:tie",
        args=args,
        methods=("POST",),
        post=lambda world: {"person": str(world.cleo.code)},
    ),
]

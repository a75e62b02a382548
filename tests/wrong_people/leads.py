"""New volunteers: a rival and another seat's organiser see none and touch none."""

from typing import Any

from muster.actions import pages
from muster.actions.models import Lead
from muster.actions.signing import SignUp, sign
from tests.conftest import NOON
from tests.wrong_people import Route
from tests.wrong_people.world import World


def lead(world: World) -> Lead:
    """Vera, who volunteered in Stroud."""
    page = pages.volunteer_page(world.party, world.campaigner, by=None, at=NOON)
    known = Lead.objects.filter(person__given_name="Vera").first()
    return known or _sign_up(world, page.pk)


def _sign_up(world: World, page_id: int) -> Lead:
    from uuid import uuid4

    sign(
        SignUp(
            organisation_id=world.party.pk,
            page_id=page_id,
            page_slug="volunteer",
            page_place_id=world.stroud.pk,
            submission=uuid4(),
            given_name="Vera",
            family_name="Quill",
            email="vera.quill@example.org",
            phone="+447700900124",
            seat_id=world.stroud.pk,
            seat_how="said",
        ),
        at=NOON,
    )
    return Lead.objects.get(person__given_name="Vera")


def args(world: World) -> dict[str, Any]:
    return {"id": lead(world).pk}


def listed(world: World) -> dict[str, Any]:
    """The list takes no arguments, but has her in it."""
    lead(world)
    return {}


ROUTES = [
    Route(
        "leads:list",
        args=listed,
        hides=lambda world: ["Vera", "Quill", "900124"],
        rival="kept",
        other_seat="kept",
    ),
    Route(
        "leads:ticket",
        rival="open",
        other_seat="open",
        why="A ticket to one's own seats: see the test of what it shows.",
    ),
    Route("leads:row", args=args),
    Route("leads:contacted", args=args, methods=("POST",)),
    Route(
        "leads:hand_over",
        args=args,
        methods=("GET", "POST"),
        post=lambda world: {"to": str(world.ben.pk)},
    ),
]

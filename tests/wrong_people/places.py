"""Seats and targets."""

from typing import Any

from muster.places import targets
from muster.places.models import Contest, Election, Party, Result, TargetList
from tests.conftest import MORNING
from tests.wrong_people import Route
from tests.wrong_people.world import World


def made(world: World) -> TargetList:
    """A list of the party's that holds Stroud and Neath."""
    labour = Party.objects.get_or_create(code="Lab", name="Labour")[0]
    green = Party.objects.get_or_create(code="Green", name="Green")[0]
    election = Election.objects.get_or_create(
        code="GB-2024", defaults={"name": "General election 2024", "held_on": MORNING.date()}
    )[0]
    for seat in (world.stroud, world.neath):
        contest, is_fresh = Contest.objects.get_or_create(
            election=election, place=seat, defaults={"valid_votes": 300}
        )
        if is_fresh:
            Result.objects.create(contest=contest, party=labour, votes=100)
            Result.objects.create(contest=contest, party=green, votes=200)
    kept = TargetList.objects.filter(organisation=world.party).first()
    return kept or targets.choose(
        world.party,
        name="Hopes for May",
        party=labour,
        election=election,
        inputs=targets.Inputs(),
        by=world.ada,
        at=MORNING,
    )


def its_number(world: World) -> dict[str, Any]:
    return {"pk": made(world).pk}


def form(world: World) -> dict[str, Any]:
    kept = made(world)
    return {
        "name": "Another list",
        "party": kept.party_id,
        "election": kept.election_id,
        "swing": "5",
        "rank_by": "gain",
        "national": "1.5",
        "local": "3",
        "votes_per_hour": "0.2",
    }


ROUTES = [
    Route(
        "seats:list",
        # Wyn sees Stroud as scenery, without its page, its result or its supporters.
        hides=lambda world: ["/seats/stroud"],
        rival="open",
        other_seat="kept",
        why="Seats and results are public; a rival's counts and lists are their own.",
    ),
    Route(
        "seats:show",
        args=lambda world: {"slug": world.stroud.slug},
        hides=lambda world: ["1 supporter"],
        rival="kept",
    ),
    Route(
        "targets:list",
        args=lambda world: made(world) and {},
        hides=lambda world: ["Stroud ("],
        rival="kept",
        other_seat="kept",
    ),
    Route(
        "targets:make",
        methods=("GET", "POST"),
        post=form,
        rival="open",
        why="Another organisation's administrator makes a list of their own.",
    ),
    Route("targets:preview", rival="open", why="Public results, reckoned; nothing is kept."),
    Route(
        "targets:show",
        args=its_number,
        hides=lambda world: ["/seats/stroud", "Stroud ("],
        other_seat="kept",
    ),
    Route("targets:use", methods=("POST",), args=its_number),
    Route("targets:download", args=its_number, hides=lambda world: ["Stroud"], other_seat="kept"),
]

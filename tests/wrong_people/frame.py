"""Today, search, sources: open to every member, and showing each only what is theirs."""

from tests.wrong_people import Route
from tests.wrong_people.world import World


def cleo_wrote_in(world: World) -> list[str]:
    """Cleo volunteers, so that Today has someone to show."""
    from datetime import timedelta

    from muster.actions.models import Action, ActionPage, Lead
    from tests.conftest import NOON

    page, _ = ActionPage.objects.get_or_create(
        organisation=world.party, kind="volunteer", slug="todays", title="Volunteer"
    )
    if not Lead.objects.filter(person=world.cleo).exists():
        action = Action.objects.create(
            organisation=world.party,
            page=page,
            person=world.cleo,
            place=world.stroud,
            submission="7d6e5f4c-0000-4000-8000-000000000001",
            at=NOON,
        )
        Lead.objects.create(
            organisation=world.party,
            person=world.cleo,
            action=action,
            place=world.stroud,
            due_at=NOON + timedelta(hours=48),
        )
    return ["Cleo"]


def nothing_after_cleo_wrote_in(world: World) -> dict[str, object]:
    cleo_wrote_in(world)
    return {}


def filed(world: World) -> dict[str, object]:
    """Cleo can be found by her name."""
    from muster.people import filing

    filing.file(world.cleo)
    return {}


ROUTES = [
    Route(
        "today",
        args=nothing_after_cleo_wrote_in,
        hides=cleo_wrote_in,
        rival="kept",
        other_seat="kept",
        no_role="kept",
    ),
    Route(
        "search",
        args=filed,
        query="?q=win",
        hides=lambda world: ["Cleo"],
        rival="kept",
        other_seat="kept",
        no_role="kept",
    ),
    Route(
        "sources",
        rival="open",
        other_seat="open",
        no_role="open",
        why="Credits for public figures, the same for everyone.",
    ),
    Route(
        "switch",
        methods=("POST",),
        post=lambda world: {"member": world.ada.pk},
    ),
]

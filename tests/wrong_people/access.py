"""Giving access: who belongs, who is invited, who sees what; and one's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

from muster.organisations import inviting
from muster.organisations.joining import Newcomer
from muster.organisations.models import Invitation, Role, RoleAsked
from tests.wrong_people import Route
from tests.wrong_people.settings import BOTH, OURS, ben
from tests.wrong_people.world import World

WHY = {"reason": "Runs the campaign there"}


def bens_role(world: World) -> dict[str, object]:
    return {"code": world.ben.code, "role": Role.objects.get(member=world.ben).pk}


def bens_ending_role(world: World) -> dict[str, object]:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    Role.objects.filter(member=world.ben, revoked_at=None).update(expires_at=tomorrow)
    return {
        "code": world.ben.code,
        "role": Role.objects.filter(member=world.ben).earliest("pk").pk,
    }


def invited(world: World) -> Invitation:
    there = Invitation.objects.filter(organisation=world.party, withdrawn_at=None).first()
    if there is not None:
        return there
    ines = Newcomer("Ines Vale", "ines@example.org", world.stroud_unit, "viewer", reason="Helps")
    return inviting.invite(world.party, ines, by=world.ada, at=datetime.now(UTC), by_letter=False)[
        0
    ]


def with_invitation(world: World) -> dict[str, Any]:
    invited(world)
    return {}


def asked(world: World) -> dict[str, int]:
    """Ben asked for Wyn, which Ada may allow."""
    found, _ = RoleAsked.objects.get_or_create(
        organisation=world.party,
        member=world.wyn,
        unit=world.head_office,
        kind="admin",
        answered_at=None,
        defaults={"reason": "Helps", "asked_by": world.ben, "asked_at": datetime.now(UTC)},
    )
    return {"pk": found.pk}


def neath(world: World) -> dict[str, int]:
    return {"pk": world.neath_unit.pk}


ROUTES = [
    Route(
        "settings:members",
        args=with_invitation,
        hides=lambda world: ["ben@example.org", "ines@example.org"],
        **OURS,
    ),
    Route("settings:invite", methods=BOTH, hides=lambda world: [">Stroud</option>"], **OURS),
    Route("settings:invite_many", methods=BOTH, rival="kept"),
    Route(
        "settings:invitation_again",
        methods=("POST",),
        args=lambda world: {"pk": invited(world).pk},
    ),
    Route(
        "settings:invitation_withdraw",
        methods=("POST",),
        args=lambda world: {"pk": invited(world).pk},
    ),
    Route("settings:asked_allow", methods=("POST",), args=asked),
    Route("settings:asked_refuse", methods=("POST",), args=asked, post=lambda world: WHY),
    Route("settings:member", methods=BOTH, args=ben),
    Route("settings:role_revoke", methods=("POST",), args=bens_role, post=lambda world: WHY),
    Route("settings:role_renew", methods=("POST",), args=bens_ending_role, post=lambda w: WHY),
    Route("settings:member_end", methods=("POST",), args=ben, post=lambda world: WHY),
    Route("settings:member_sign_out", methods=("POST",), args=ben, post=lambda world: WHY),
    Route("settings:unit_close", methods=("POST",), args=neath, post=lambda world: WHY),
    Route(
        "settings:sight",
        query="?place=Stroud&may=see people",
        hides=lambda world: ["Ben Test"],
        **OURS,
    ),
    Route(
        "you",
        hides=lambda world: ["Ada Test"],
        rival="kept",
        other_seat="kept",
        no_role="kept",
    ),
    Route(
        "session_end",
        methods=("POST",),
        post=lambda world: {"session": "0123456789abcdef"},
        rival="open",
        other_seat="open",
        no_role="open",
        why="It ends sessions of whoever asks, and of nobody else: tests/web/test_sessions.py.",
    ),
]

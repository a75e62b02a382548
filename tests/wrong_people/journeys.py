"""Journeys of Stroud's own: who may see them, edit them, run them, and read who is on them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from muster.content import approving
from muster.content.masters import Words
from muster.messaging import drafting
from muster.messaging.journeys import editing, making
from muster.messaging.journeys.editing import Spot
from muster.messaging.journeys.models import Journey, Step, Traveller
from muster.messaging.models import Message
from tests.wrong_people import Route
from tests.wrong_people.messages import message_in_stroud
from tests.wrong_people.world import World

NAME = "Doors in Stroud: what next"
LETTER = "Thank you from Stroud"
PAGE = "Volunteer in {seat}"
AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
HEAD_OFFICES = {
    "other_seat": "open",
    "why": "Head office's words, for every member who may see messages.",
}


def journey(w: World) -> Journey:
    there = Journey.objects.filter(organisation=w.party, name=NAME).first()
    if there is not None:
        return there
    made = making.make(w.party, NAME, unit=w.stroud_unit, by=w.ada, at=AT)
    making.set_start(made, {"kind": "fact", "fact": "volunteered"}, by=w.ada, at=AT)
    editing.add(made, "wait", {"minutes": 60}, Spot(), by=w.ada, at=AT)
    return made


def step(w: World) -> Step:
    """One that stands, however many were taken out before."""
    of = journey(w)
    standing = of.steps.filter(removed_at=None).first()
    return standing or editing.add(of, "wait", {"minutes": 60}, Spot(), by=w.ada, at=AT)


def traveller(w: World) -> Traveller:
    """Cleo, at its step."""
    found, _ = Traveller.objects.get_or_create(
        organisation=w.party,
        journey=journey(w),
        person=w.cleo,
        ended_at=None,
        defaults={
            "round": Traveller.objects.filter(person=w.cleo).count() + 1,
            "because": "volunteered",
            "entered_at": AT,
            "arrived_at": AT,
            "step": step(w),
        },
    )
    return found


def letter(w: World) -> Message:
    there = Message.objects.filter(organisation=w.party, master__name=LETTER).first()
    if there is not None:
        return there
    like = message_in_stroud(w)
    return drafting.draft_for_journeys(
        w.party,
        Words(LETTER, "Thank you", "Thank you.", "I can help"),
        page=like.page,
        account=like.account,
        by=w.ben,
        at=AT,
    )


def approved(w: World) -> dict[str, Any]:
    made = letter(w)
    now = datetime.now(UTC)
    if approving.approval_in_force(made.master, now) is None:
        approving.approve(made.master, w.ada, now, now + timedelta(days=1))
    return {"id": made.pk}


def code(w: World) -> dict[str, Any]:
    return {"code": journey(w).code}


def fresh(w: World) -> dict[str, Any]:
    """Another one, for what can be done once."""
    Journey.objects.filter(organisation=w.party, ended_at=None).exclude(started_at=None).update(
        name=f"{NAME} {Journey.objects.count()}"
    )
    return code(w)


def of_step(w: World) -> dict[str, Any]:
    found = step(w)
    return {"code": found.journey.code, "step": found.code}


def of_traveller(w: World) -> dict[str, Any]:
    found = traveller(w)
    return {"code": found.journey.code, "traveller": found.pk}


def of_letter(w: World) -> dict[str, Any]:
    return {"id": letter(w).pk}


def with_letter(w: World) -> dict[str, Any]:
    letter(w)
    return {}


def of_page(w: World) -> dict[str, Any]:
    """The page letters lead to is there to choose."""
    message_in_stroud(w)
    return {}


def listed(w: World) -> dict[str, Any]:
    traveller(w)
    return {}


POST = ("POST",)
BOTH = ("GET", "POST")
ROUTES = [
    Route("journeys:list", args=listed, hides=lambda w: [NAME], rival="kept", other_seat="kept"),
    Route(
        "journeys:new",
        args=of_page,
        methods=BOTH,
        post=lambda w: {"name": f"Another {Journey.objects.count()}", "unit": ""},
        hides=lambda w: [PAGE],
        rival="kept",
        other_seat="kept",
    ),
    Route("journeys:show", args=code),
    Route("journeys:start_and_leave", args=code, methods=BOTH),
    Route("journeys:start", args=fresh, methods=POST),
    Route("journeys:pause", args=code, methods=POST),
    Route("journeys:go-on", args=code, methods=POST),
    Route("journeys:end", args=code, methods=POST),
    Route("journeys:add_step", args=code, methods=BOTH),
    Route("journeys:step", args=of_step, methods=BOTH),
    Route("journeys:move_step", args=of_step, methods=POST),
    Route("journeys:take_out_step", args=of_step, methods=POST),
    Route("journeys:people", args=lambda w: {"code": traveller(w).journey.code}),
    Route("journeys:way", args=of_traveller),
    Route("journeys:take_out", args=of_traveller, methods=POST),
    Route("journeys:try", args=code),
    Route(
        "journeys:letters",
        args=with_letter,
        hides=lambda w: [LETTER],
        rival="kept",
        **HEAD_OFFICES,
    ),
    Route("journeys:letter", args=of_letter, **HEAD_OFFICES),
    Route("journeys:write", args=of_page, methods=BOTH, hides=lambda w: [PAGE], rival="kept"),
    Route(
        "journeys:preview",
        methods=POST,
        rival="open",
        why="The writer's own words given back, as they would look.",
    ),
    Route("journeys:words", args=of_letter, methods=BOTH),
    Route("journeys:test", args=of_letter, methods=POST),
    Route(
        "journeys:approve",
        args=of_letter,
        methods=POST,
        post=lambda w: {"days": "30", "seen": approving.digest_over(letter(w).master)},
    ),
    Route("journeys:withdraw", args=approved, methods=POST),
]

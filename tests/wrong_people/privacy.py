"""Privacy: who may ask for exports, decide them, and say on what law the organisation relies."""

from datetime import UTC, datetime
from typing import Any

from muster.organisations.models import LegalCondition
from muster.privacy import exporting
from muster.privacy.models import Export
from tests.wrong_people import Route
from tests.wrong_people.world import World

BOTH = ("GET", "POST")
REASON = "The count of Stroud"


def asked_by_ada(w: World) -> Export:
    there = Export.objects.filter(organisation=w.party, reason=REASON).first()
    wanted = exporting.Asked(("given_name", "email"), REASON)
    return there or exporting.ask(w.party, wanted, by=w.ada, at=datetime.now(UTC))


def asked_by_ben(w: World) -> Export:
    wanted = exporting.Asked(("given_name",), "Ben's list")
    return exporting.ask(w.party, wanted, by=w.ben, at=datetime.now(UTC))


def code_of(make: Any) -> Any:
    return lambda w: {"code": make(w).code}


def standing(w: World) -> dict[str, Any]:
    asked_by_ada(w)
    return {}


def settled(w: World) -> dict[str, Any]:
    LegalCondition.objects.get_or_create(
        organisation=w.party,
        ended_at=None,
        defaults={"kind": "party", "policy": "APD 7", "by": w.ada, "at": datetime.now(UTC)},
    )
    return {}


ROUTES = [
    Route(
        "privacy:exports",
        args=standing,
        hides=lambda w: [REASON],
        rival="kept",
        other_seat="kept",
    ),
    Route(
        "privacy:export_ask",
        methods=BOTH,
        post=lambda w: {"columns": ["given_name"], "format": "csv", "reason": "To count"},
        rival="open",
        other_seat="kept",
        hides=lambda w: ["Stroud"],
        why="An empty form; what is asked for is of one's own organisation, within reach.",
    ),
    Route("privacy:export", args=code_of(asked_by_ada)),
    Route("privacy:export_approve", methods=("POST",), args=code_of(asked_by_ben)),
    Route(
        "privacy:export_refuse",
        methods=("POST",),
        args=code_of(asked_by_ben),
        post=lambda w: {"reason": "Not needed"},
    ),
    Route("privacy:export_file", args=code_of(asked_by_ada), status=(409,)),
    Route(
        "privacy:condition",
        methods=BOTH,
        args=settled,
        hides=lambda w: ["APD 7"],
        rival="kept",
    ),
    Route(
        "privacy:condition_end",
        methods=("POST",),
        rival="open",
        why="It ends one's own organisation's condition; there is no other to name.",
    ),
]

"""Privacy: who may see requests, ask for exports, decide them, and settle the legal condition."""

from datetime import UTC, datetime, timedelta
from typing import Any

from muster.organisations.models import LegalCondition
from muster.people.record import noting
from muster.privacy import breaches, cases, exporting, packing, retaining
from muster.privacy.models import Breach, Case, Export, Pack
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


def case_of_cleo(w: World, kind: str = "access") -> Case:
    at = datetime.now(UTC)
    asked = cases.Request(kind, "email", "Cleo W.", "", "Hello", at.date(), w.cleo)
    there = Case.objects.filter(organisation=w.party, kind=kind, person=w.cleo).first()
    return there or cases.open_case(w.party, asked, by=w.ada, at=at)


def breach_of_ours(w: World) -> Breach:
    at = datetime.now(UTC)
    happened = breaches.Happened(at, "A list went astray", "", None, "", "")
    return breaches.write_down(w.party, happened, by=w.ada, at=at)


def with_case(w: World) -> dict[str, Any]:
    case_of_cleo(w)
    return {}


def pack_of_cleo(w: World) -> dict[str, Any]:
    case = case_of_cleo(w)
    pack = Pack.objects.filter(case=case).first() or packing.ask(
        case, leaves_out_others=False, by=w.ada, at=datetime.now(UTC)
    )
    return {"code": case.code, "pack": pack.code}


def noted(w: World) -> dict[str, Any]:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    noting.write(w.cleo, "Cleo has two dogs.", by=w.ada, at=long_ago)
    return {"kind": "notes"}


def ruled(w: World) -> dict[str, Any]:
    retaining.switch_on(w.party, "notes", days=9, by=w.ada, at=datetime.now(UTC))
    return {"kind": "notes"}


ROUTES = [
    Route("privacy:audit", args=with_case, hides=lambda w: ["Cleo W."], rival="kept"),
    Route(
        "privacy:audit_verify",
        methods=("POST",),
        rival="open",
        why="It goes through one's own organisation's audit; there is no other to name.",
    ),
    Route("privacy:audit_csv", args=with_case, hides=lambda w: [w.ada.name], rival="kept"),
    Route(
        "privacy:retention",
        rival="open",
        why="What can be purged is the same for all; the rules are one's own organisation's.",
    ),
    Route(
        "privacy:retention_rule",
        methods=BOTH,
        args=noted,
        query="?days=1",
        post=lambda w: {"days": "731"},
        hides=lambda w: ["Cleo"],
        rival="kept",
    ),
    Route("privacy:retention_turn", methods=("POST",), args=ruled),
    Route("privacy:cases", args=with_case, hides=lambda w: ["Cleo W."], rival="kept"),
    Route(
        "privacy:case_add",
        methods=BOTH,
        post=lambda w: {
            "kind": "access",
            "route": "email",
            "contact": "z@example.org",
            "received_on": datetime.now(UTC).date().isoformat(),
        },
        rival="open",
        why="An empty form; what is written down is a request to one's own organisation.",
    ),
    Route("privacy:case", args=code_of(case_of_cleo)),
    Route(
        "privacy:breach_add",
        methods=BOTH,
        post=lambda w: {"found_at": "2026-05-04 09:00", "what": "A list went astray"},
        rival="open",
        why="An empty form; what is written down is a breach of one's own organisation.",
    ),
    Route("privacy:breach", args=code_of(breach_of_ours)),
    Route(
        "privacy:breach_step",
        methods=("POST",),
        args=code_of(breach_of_ours),
        post=lambda w: {"what": "noted", "words": "Rang the helper"},
    ),
    Route("privacy:breach_report", args=code_of(breach_of_ours)),
    Route(
        "privacy:case_step",
        methods=("POST",),
        args=code_of(case_of_cleo),
        post=lambda w: {"what": "noted", "words": "Rang her"},
    ),
    Route(
        "privacy:case_hand",
        methods=("POST",),
        args=code_of(case_of_cleo),
        post=lambda w: {"owner": w.ada.code},
    ),
    Route(
        "privacy:case_match",
        methods=("POST",),
        args=code_of(case_of_cleo),
        post=lambda w: {"person": w.cleo.code},
    ),
    Route("privacy:case_stop", methods=("POST",), args=code_of(case_of_cleo)),
    Route("privacy:case_pack", methods=("POST",), args=code_of(case_of_cleo)),
    Route("privacy:case_pack_file", args=pack_of_cleo, status=(409,)),
    Route(
        "privacy:case_erase",
        methods=BOTH,
        args=code_of(case_of_cleo),
        post=lambda w: {"word": "no"},
    ),
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

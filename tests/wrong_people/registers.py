"""The electoral register: whose it is."""

from datetime import date

from tests.conftest import NOON
from tests.wrong_people import Route


def _load(w):
    from muster.registers import looking
    from muster.registers.models import RegisterEntry, RegisterLoad

    for member in (w.ada, w.wyn, w.drew):
        looking.accept(member, at=NOON)
    made = {"received_on": date(2026, 4, 1), "entitlement": "Reg 105", "by": w.ada, "at": NOON}
    load, is_new = RegisterLoad.objects.get_or_create(
        organisation=w.party,
        kind="full",
        sha256="x",
        removed_at=None,
        defaults=made | {"recipient": w.campaigner, "place": w.stroud, "name": "ab.csv"},
    )
    if is_new:
        RegisterEntry.objects.create(
            organisation=w.party, load=load, number="AB-1", family_name="Quill", folded="quill"
        )
    return load


def _code(w):
    return {"code": _load(w).code}


def _with_load(w):
    _load(w)
    return {}


def _look(w):
    return {"family_name": "quil", "purpose": "electoral"}


KEPT = {"rival": "kept", "other_seat": "kept"}

ROUTES = [
    Route("registers:list", args=_with_load, hides=lambda w: ["Received by</th>"], **KEPT),
    Route(
        "registers:accept",
        methods=("POST",),
        post=lambda w: {"accept": "on"},
        rival="open",
        other_seat="open",
        why="Each accepts in their own name alone.",
    ),
    Route("registers:load", methods=("GET",), rival="kept", hides=lambda w: [w.campaigner.name]),
    Route("registers:whose", methods=("POST",), rival="kept"),
    Route("registers:show", args=_code),
    Route("registers:take", args=_code, methods=("POST",), post=lambda w: {"purpose": "electoral"}),
    Route("registers:remove", args=_code, methods=("POST",)),
]

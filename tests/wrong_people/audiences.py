"""Audiences: whose they are."""

from tests.conftest import NOON
from tests.wrong_people import Route


def _audience(w):
    from muster.audiences import definitions, saving
    from muster.audiences.models import Audience

    kept = Audience.objects.filter(organisation=w.party, name="Ours in Stroud").first()
    return kept or saving.make(
        w.party,
        name="Ours in Stroud",
        definition=definitions.empty(),
        by=w.ada,
        at=NOON,
        unit=w.stroud_unit,
    )


def _code(w):
    return {"code": _audience(w).code}


def _listed(w):
    _audience(w)
    return {}


def _named(w):
    return ["Ours in Stroud"]


def _people(w):
    return ["Cleo"]


ROUTES = [
    Route("audiences:list", args=_listed, hides=_named, rival="kept", other_seat="kept"),
    Route("audiences:new", args=_listed, hides=_people, rival="kept", other_seat="kept"),
    Route(
        "audiences:save",
        methods=("POST",),
        post=lambda w: {"name": "Mine", "d": ""},
        hides=_people,
        rival="kept",
        other_seat="kept",
    ),
    Route("audiences:wards", rival="kept", other_seat="kept"),
    Route("audiences:show", args=_code),
    Route("audiences:change", args=_code, methods=("POST",), post=lambda w: {"name": "X", "d": ""}),
    Route("audiences:history", args=_code),
    Route("audiences:restore", args=_code, methods=("POST",), post=lambda w: {"number": "1"}),
    Route("audiences:allow", args=_code, methods=("POST",), post=lambda w: {"reason": "x"}),
    Route("audiences:put_away", args=_code, methods=("POST",)),
]

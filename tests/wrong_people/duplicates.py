"""Duplicates: whose they are."""

from tests.conftest import NOON, supporter
from tests.wrong_people import Route


def _twin(w):
    from muster.people.models import Person

    found = Person.objects.filter(organisation=w.party, given_name="Clea").first()
    return found or supporter(w.party, "Clea", "Winter", w.stroud)


def _pair(w):
    from muster.people.duplicates.models import Pair

    return Pair.objects.get_or_create(
        organisation=w.party, first=w.cleo, second=_twin(w), defaults={"found_at": NOON}
    )[0]


def _merge(w):
    from muster.people.duplicates import merging
    from muster.people.duplicates.models import Merge

    return Merge.objects.filter(organisation=w.party).first() or merging.merge(
        w.cleo, _twin(w), by=w.ada, at=NOON
    )


def _run(w):
    from muster.people.duplicates.models import MatchRun

    return MatchRun.objects.create(organisation=w.party, kind="find", asked_at=NOON)


def _merging(w):
    from muster.people.duplicates.models import MatchRun

    return MatchRun.objects.create(organisation=w.party, kind="merge", asked_at=NOON)


def _with_pair(w):
    _pair(w)
    return {}


def _code(w):
    return {"code": w.cleo.code}


def _with(w):
    return {"with": _twin(w).code, "act": "different"}


SEES_OWN = {"rival": "kept", "other_seat": "kept"}

ROUTES = [
    Route("duplicates:list", args=_with_pair, hides=lambda w: ["Cleo", "Clea"], **SEES_OWN),
    Route("duplicates:look", methods=("POST",), rival="kept"),
    Route("duplicates:merge_sure", methods=("POST",), **SEES_OWN),
    Route("duplicates:setting", methods=("POST",), rival="kept"),
    Route("duplicates:stop", args=lambda w: {"pk": _run(w).pk}, methods=("POST",)),
    Route("duplicates:undo", args=lambda w: {"pk": _merge(w).pk}, methods=("POST",)),
    Route("duplicates:undo_run", args=lambda w: {"pk": _merging(w).pk}, methods=("POST",)),
    Route("duplicates:choose", args=_code),
    Route("duplicates:merge", args=_code, methods=("POST",), post=_with),
    Route("duplicates:show", args=lambda w: {"code": _pair(w).code}),
    Route(
        "duplicates:decide",
        args=lambda w: {"code": _pair(w).code},
        methods=("POST",),
        post=lambda w: {"act": "different"},
    ),
]

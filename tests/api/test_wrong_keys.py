"""Every endpoint, asked with every key that must open nothing there."""

from datetime import timedelta
from typing import Any

import pytest

from muster.api.docs import schema
from muster.lib.times import now
from muster.organisations import api_keys
from muster.organisations.models import ApiKey, Member, Unit
from muster.organisations.rules import KEY_SCOPES
from muster.people.models import Person
from muster.places.models import Place
from tests.api.conftest import Asker, key_for
from tests.api.endpoints import NEEDED, Case, World
from tests.conftest import join

OPERATIONS = {
    said["operationId"]: (method.upper(), path.removeprefix("/api/v1"), said)
    for path, methods in schema()["paths"].items()
    for method, said in methods.items()
}
each = pytest.mark.parametrize("name", OPERATIONS)


@pytest.fixture
def world(ada: Member, drew: Member, stroud: Place, cleo: Person) -> World:
    return World(ada.organisation, drew.organisation, ada, cleo, stroud)


@pytest.fixture
def wyn(ada: Member, head_office: Unit, neath: Place) -> Member:
    """Runs Neath and only Neath."""
    unit = Unit.objects.create(
        organisation=ada.organisation,
        parent=head_office,
        kind="seat",
        name="Neath",
        place_code=neath.code,
    )
    return join(ada.organisation, unit, "Wyn Rees", "admin")


def ask(asker: Asker, name: str, world: World) -> tuple[int, Any]:
    method, path, _ = OPERATIONS[name]
    case = NEEDED.get(name, Case())
    for key, value in case.args(world).items():
        path = path.replace("{" + key + "}", str(value))
    assert "{" not in path, f"say in tests/api/endpoints.py what {name} is asked for"
    answer = asker.send(method, path + case.query, case.body(world))
    return answer.status_code, answer.content.decode()


def test_every_endpoint_says_what_its_key_must_be_let_do() -> None:
    bare = [name for name, (_, _, said) in OPERATIONS.items() if said["x-scope"] not in KEY_SCOPES]

    assert not bare


def test_every_endpoint_is_described() -> None:
    bare = [
        n for n, (_, _, s) in OPERATIONS.items() if not s.get("description") or not s["summary"]
    ]

    assert not bare


@each
def test_the_right_key_is_answered(name: str, world: World) -> None:
    status, said = ask(Asker(key_for(world.ada)[1]), name, world)

    assert 200 <= status < 300, said


@each
def test_keys_that_open_nothing_or_something_else_are_refused(name: str, world: World) -> None:
    key, revoked = key_for(world.ada)
    api_keys.revoke(key, by=world.ada, at=now())
    key, expired = key_for(world.ada)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=now() - timedelta(minutes=1))

    for said in ("", "muster_wrong", revoked, expired, "ü"):
        assert ask(Asker(said), name, world)[0] == 401
    others = KEY_SCOPES - {OPERATIONS[name][2]["x-scope"]}
    assert ask(Asker(key_for(world.ada, *others)[1]), name, world)[0] == 403


@each
def test_a_rivals_and_another_seats_key_find_nothing_of_ours(
    name: str, world: World, drew: Member, wyn: Member
) -> None:
    status, said = ask(Asker(key_for(drew)[1]), name, world)
    assert status in (403, 404, 409) or not NEEDED.get(name, Case()).of_one
    outside(name, world, status, said)

    status, said = ask(Asker(key_for(wyn)[1]), name, world)
    outside(name, world, status, said)


def outside(name: str, world: World, status: int, said: str) -> None:
    case = NEEDED.get(name, Case())
    if case.of_one and not case.is_shared:
        assert status in (403, 404, 409), said
    names = () if case.shows_what_was_sent else ("cleo", "winter")
    shown = [s for s in (str(world.cleo.code), *names) if s in said.lower()]
    assert not shown, said

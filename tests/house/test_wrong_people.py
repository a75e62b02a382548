"""Every door of the staff app, tried by everyone who must not get in."""

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.conftest import signed_in
from tests.house.routes import OPEN, all_routes, guarded_routes
from tests.wrong_people import Route, declared
from tests.wrong_people.world import World

ROUTES = declared()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
KEPT_OUT = {403, 404, 405}
each_route = pytest.mark.parametrize("route", ROUTES.values(), ids=list(ROUTES))


@pytest.fixture(autouse=True)
def _files_elsewhere(settings: Any, tmp_path: Path) -> None:
    """One of the doors takes a file in."""
    settings.VAR = tmp_path


def test_every_route_says_who_must_be_kept_out() -> None:
    missing = set(guarded_routes()) - set(ROUTES)

    assert not missing, f"declare these in tests/wrong_people/: {sorted(missing)}"


def test_no_route_is_declared_that_does_not_exist() -> None:
    assert set(ROUTES) <= set(guarded_routes())
    assert set(OPEN) <= set(all_routes())


def test_every_page_asks_for_a_permission() -> None:
    bare = [name for name, view in guarded_routes().items() if not hasattr(view, "permission")]

    assert not bare, f"put @member_may(...) on {bare}"


def test_what_is_open_to_outsiders_says_why() -> None:
    for route in ROUTES.values():
        if "open" in (route.rival, route.other_seat):
            assert route.why, f"{route.name} is open to outsiders: say why"


def ask(client: Client, route: Route, world: World, method: str) -> HttpResponse:
    path = reverse(route.name, kwargs=route.args(world))
    form = route.post(world) if method == "POST" else {}
    return client.generic_form(method, f"{path}{route.query}", form)


class Caller(Client):
    def generic_form(self, method: str, path: str, form: dict[str, object]) -> HttpResponse:
        if method == "POST":
            return self.post(path, form)
        return getattr(self, method.lower())(path)


def as_member(member: object) -> Caller:
    caller = Caller()
    caller.cookies = signed_in(member).cookies
    return caller


def check_out(route: Route, answer: HttpResponse, expected: str, world: World, who: str) -> None:
    if expected == "refused":
        assert answer.status_code in KEPT_OUT, f"{who} got {answer.status_code} from {route.name}"
    elif expected == "kept" and answer.status_code == 200:
        shown = b"".join(answer) if answer.streaming else answer.content
        for secret in route.hides(world):
            assert secret.encode() not in shown, f"{who} read {secret} on {route.name}"


@each_route
def test_the_right_person_gets_in(route: Route, world: World) -> None:
    for method in route.methods:
        answer = ask(as_member(world.ada), route, world, method)
        wanted = route.status or range(200, 400)
        assert answer.status_code in wanted, f"{method} {route.name}: {answer.status_code}"
        if method == "GET" and answer.status_code == 200 and route.hides(world):
            shown = b"".join(answer) if answer.streaming else answer.content
            for secret in route.hides(world):
                assert secret.encode() in shown, f"{route.name} does not show {secret} at all"


@each_route
def test_a_stranger_is_led_to_sign_in(route: Route, world: World) -> None:
    for method in METHODS:
        answer = ask(Caller(), route, world, method)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/accounts/login/")
        else:
            assert answer.status_code in {401, *KEPT_OUT}, f"{method}: {answer.status_code}"


@each_route
def test_a_rivals_administrator_gets_nothing(route: Route, world: World) -> None:
    for method in METHODS:
        answer = ask(as_member(world.drew), route, world, method)
        check_out(route, answer, route.rival, world, "The rivals' administrator")


@each_route
def test_another_seats_organiser_gets_nothing(route: Route, world: World) -> None:
    for method in METHODS:
        answer = ask(as_member(world.wyn), route, world, method)
        check_out(route, answer, route.other_seat, world, "Neath's organiser")


@each_route
def test_a_member_without_a_role_gets_nothing(route: Route, world: World) -> None:
    for method in METHODS:
        answer = ask(as_member(world.nobody), route, world, method)
        check_out(route, answer, route.no_role, world, "A member without a role")

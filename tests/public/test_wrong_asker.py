"""Every public route, asked by somebody with the wrong token, ticket, organisation or page."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest

from muster.lib import tickets
from muster.lib.times import now
from muster.messaging import unsubscribing
from muster.people.models import Person
from muster.people.suppressing import suppressed_channels
from muster.public.app import app
from tests.public.conftest import Town, Visitor, form_for


@dataclass(frozen=True)
class Wrong:
    """A wrong address for a route, and the statuses that turn it away."""

    address: Callable[[Town], str]
    method: str = "GET"
    status: int = 404


def other_sending(town: Town) -> str:
    """A token of our own make, for a sending that is not there."""
    return f"/u/{unsubscribing.token_for(999_999, 1)}"


def the_delivery_code(town: Town) -> str:
    """What stands in headers, where the code of the preferences is asked for."""
    return f"/p/{unsubscribing.token_for(1, 1)}"


def no_such_sending(town: Town) -> str:
    return f"/p/{unsubscribing.codes_for(999_999, 1)[1]}"


def made_elsewhere(town: Town) -> str:
    text = tickets.make("leads", 0, town.page.organisation_id, None, at=now())
    return f"/live/{text[::-1]}"


ROUTES: dict[str, list[Wrong]] = {
    "health": [],  # tells nothing about anybody
    "icon": [],  # an empty answer
    "stopping": [Wrong(lambda t: "/u/altered"), Wrong(other_sending)],
    "stop": [Wrong(lambda t: "/u/altered", "POST"), Wrong(other_sending, "POST")],
    "choosing": [Wrong(the_delivery_code), Wrong(no_such_sending)],
    "choose": [Wrong(the_delivery_code, "POST"), Wrong(no_such_sending, "POST")],
    "live": [
        Wrong(lambda t: "/live/forged", status=403),
        Wrong(made_elsewhere, status=403),
    ],
    "opened": [
        Wrong(lambda t: "/o/altered"),
        Wrong(lambda t: f"/o/{unsubscribing.codes_for(1, 1)[1]}"),
        Wrong(lambda t: f"/o/{unsubscribing.opened_code(999_999, 1)}"),
    ],
    "picture": [
        Wrong(lambda t: "/i/secrets"),
        Wrong(lambda t: f"/i/{'0' * 64}.jpg"),
        Wrong(lambda t: "/i/..%2f..%2fsecrets%2fsigning"),
    ],
    "told": [
        Wrong(lambda t: f"/hooks/email/{uuid4()}", "POST"),
        Wrong(lambda t: "/hooks/email/not-a-code", "POST"),
        Wrong(lambda t: f"/hooks/email/{uuid4()}"),
    ],
    "notice": [Wrong(lambda t: "/nobody/privacy"), Wrong(lambda t: "/rivals/privacy")],
    "ask": [Wrong(lambda t: "/nobody/privacy/ask")],
    "asked": [Wrong(lambda t: "/nobody/privacy/ask", "POST")],
    "page": [Wrong(lambda t: "/nobody/volunteer"), Wrong(lambda t: "/rivals/volunteer")],
    "page in a seat": [
        Wrong(lambda t: "/rivals/volunteer/stroud"),
        Wrong(lambda t: "/fair-future/volunteer/atlantis"),
    ],
    "sign up": [Wrong(lambda t: "/rivals/volunteer", "POST")],
    "sign up in a seat": [
        Wrong(lambda t: "/rivals/volunteer/stroud", "POST"),
        Wrong(lambda t: "/fair-future/other/stroud", "POST"),
    ],
    "thanks": [Wrong(lambda t: "/rivals/volunteer/thanks")],
    "thanks in a seat": [Wrong(lambda t: "/rivals/volunteer/stroud/thanks")],
}


def test_every_public_route_says_who_is_turned_away() -> None:
    assert {getattr(route, "name", "") for route in app.routes} == set(ROUTES)


@pytest.mark.parametrize(
    ("name", "wrong"), [(name, wrong) for name, tries in ROUTES.items() for wrong in tries]
)
def test_the_wrong_asker_is_turned_away(
    visitor: Visitor, town: Town, rivals: object, cleo: Person, name: str, wrong: Wrong
) -> None:
    address = wrong.address(town)

    if wrong.method == "POST":
        answer = visitor.post(address, form_for(town))
    else:
        answer = visitor.get(address)

    assert answer.status == wrong.status
    assert "Cleo" not in answer.text
    assert Person.objects.count() == 1
    assert suppressed_channels(cleo) == {}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_no_other_verb_does_anything(visitor: Visitor, town: Town, method: str) -> None:
    assert visitor.ask(method, town.address).status == 405

"""Launches: who may prepare, see, arm, press, hold and stop them, and in which seats."""

from datetime import UTC, datetime
from typing import Any

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.launches import drafting, holding
from muster.launches.models import Launch
from tests.wrong_people import Route
from tests.wrong_people.messages import of, stroud_alone
from tests.wrong_people.world import World

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
NAME = "Doors on Saturday"
REFUSED = (302, 409)  # Ada gets in, though there may be nothing to do yet


def launch_in_stroud(w: World) -> Launch:
    """A launch for Stroud alone, prepared by Ada: an e-mail and the words of a page."""
    there = Launch.objects.filter(organisation=w.party, name=NAME).first()
    return there or drafting.draft(w.party, asked(w, NAME), by=w.ada, at=AT)


def asked(w: World, name: str) -> drafting.Asked:
    return drafting.Asked(
        name, targets=stroud_alone(w), page=page_of(w), email=account_of(w), kinds=("email", "page")
    )


def page_of(w: World) -> ActionPage:
    page, _ = ActionPage.objects.get_or_create(
        organisation=w.party,
        slug="saturday",
        defaults={
            "kind": "volunteer",
            "title": "Volunteer in {seat}",
            "campaigner": w.campaigner,
            "is_open": True,
        },
    )
    return page


def account_of(w: World) -> EmailAccount:
    account, _ = EmailAccount.objects.get_or_create(
        organisation=w.party,
        name="Launch letters",
        defaults={
            "host": "127.0.0.1",
            "port": 8425,
            "from_name": "Fair Future",
            "from_address": "hello@fair-future.example",
        },
    )
    return account


def held(w: World) -> Launch:
    launch = launch_in_stroud(w)
    holding.hold(launch, w.stroud, by=w.ada, at=AT, reason="Not yet")
    return launch


def standing(w: World) -> dict[str, Any]:
    """No arguments, but the launch is there before the page is asked for."""
    launch_in_stroud(w)
    return {}


def form(w: World) -> dict[str, Any]:
    return {
        "name": "Another",
        "targets": stroud_alone(w).pk,
        "page": page_of(w).pk,
        "email": account_of(w).pk,
        "kinds": ["page"],
    }


def seat_of(make: Any) -> Any:
    return of(make, code=lambda w: w.stroud.code)


ROUTES = [
    Route(
        "launches:list",
        args=standing,
        hides=lambda w: [NAME],
        rival="kept",
        other_seat="kept",
    ),
    Route(
        "launches:make",
        args=lambda w: (stroud_alone(w), page_of(w), account_of(w), {})[-1],
        methods=("GET", "POST"),
        post=form,
        hides=lambda w: ["Stroud alone"],
        rival="kept",
    ),
    Route("launches:show", args=of(launch_in_stroud)),
    Route("launches:seat", args=seat_of(launch_in_stroud)),
    Route("launches:stage", args=of(launch_in_stroud), methods=("POST",), status=REFUSED),
    Route("launches:renew", args=of(launch_in_stroud), methods=("POST",)),
    Route("launches:rehearse", args=of(launch_in_stroud), methods=("POST",), status=REFUSED),
    Route("launches:arm", args=of(launch_in_stroud), methods=("POST",), status=REFUSED),
    Route("launches:disarm", args=of(launch_in_stroud), methods=("POST",), status=REFUSED),
    Route(
        "launches:press",
        args=of(launch_in_stroud),
        methods=("GET", "POST"),
        status=(200, *REFUSED),
    ),
    Route("launches:stop", args=of(launch_in_stroud), methods=("POST",), status=REFUSED),
    Route("launches:go_on", args=of(launch_in_stroud), methods=("POST",), status=REFUSED),
    Route("launches:retry_all", args=of(launch_in_stroud), methods=("POST",), status=REFUSED),
    Route("launches:live", args=of(launch_in_stroud)),
    Route("launches:ticket", args=of(launch_in_stroud)),
    Route("launches:seats_csv", args=of(launch_in_stroud)),
    Route("launches:hold", args=seat_of(launch_in_stroud), methods=("POST",)),
    Route("launches:let_go", args=seat_of(held), methods=("POST",), status=REFUSED),
    Route("launches:make_again", args=seat_of(held), methods=("POST",), status=REFUSED),
    Route("launches:seal_again", args=seat_of(held), methods=("POST",), status=REFUSED),
    Route(
        "launches:withdraw",
        args=seat_of(launch_in_stroud),
        methods=("POST",),
        post=lambda w: {"reason": "The candidate stood down"},
    ),
    Route("launches:put_away", args=of(launch_in_stroud), methods=("POST",), status=REFUSED),
    Route("launches:take_out", args=of(launch_in_stroud), methods=("POST",)),
    Route(
        "launches:rename",
        args=of(launch_in_stroud),
        methods=("POST",),
        post=lambda w: {"name": NAME},
    ),
    Route("launches:retry", args=seat_of(launch_in_stroud), methods=("POST",), status=REFUSED),
]

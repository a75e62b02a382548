"""Operation Go in a real browser: armed by two, held down for a second, stopped, reported."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from muster.launches.models import Item, Launch
from muster.organisations.models import Member
from muster.places.models import Place
from tests.conftest import signed_in
from tests.journeys.test_accessible import faults_on
from tests.launches.conftest import (  # noqa: F401  fixtures
    _own_pictures,
    _own_sender,
    _rehearsals_here,
    account,
    ads,
    agree,
    approver,
    armed,
    asked,
    candidates,
    crowd,
    dilys,
    launch,
    mailbox,
    page,
    published,
    rehearsed,
    sent,
    social,
    targets,
    wording,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def _no_live_events(settings: Any) -> None:
    """No public app runs beside these pages: they ask for the figures instead."""
    settings.PUBLIC_ADDRESS = "http://127.0.0.1:9"


@pytest.fixture
def opened(browser: Any, live_server: Any) -> Any:
    """`opened(member, path, width)`: that member's own browser, at a page."""
    contexts = []

    def open_page(member: Member, path: str, width: int = 1280, touch: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            has_touch=touch,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        session = signed_in(member).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        shown = context.new_page()
        shown.goto(path)
        return shown

    yield open_page
    for context in contexts:
        context.close()


def hold_down(shown: Page, seconds: float = 1.4) -> None:
    shown.get_by_role("button", name=re.compile("^Go")).hover()
    shown.mouse.down()
    shown.wait_for_timeout(seconds * 1000)
    shown.mouse.up()


def test_two_arm_it_one_presses_and_every_seat_goes_live(
    opened: Callable[..., Page],
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
    mailbox: Any,  # noqa: F811
) -> None:
    from muster.messaging import laying_out

    rehearsed(launch, ada, now())
    path = f"/go/{launch.pk}/"
    first = opened(ada, path)
    first.get_by_role("button", name="Arm 2 seats").click()
    expect(first.locator("#arm")).to_contain_text("You have armed it")
    second = opened(dilys, path)
    second.get_by_role("button", name="Arm 2 seats").click()
    sending = Launch.objects.get(pk=launch.pk).sending
    assert sending is not None
    laying_out.lay_out(sending.pk, now())

    second.reload()
    expect(second.locator("#standing")).to_have_text("Armed")
    second.get_by_role("button", name=re.compile("^Go")).click()
    assert Launch.objects.get(pk=launch.pk).went_at is None  # a short press only says so
    hold_down(second)
    expect(second.locator("#standing")).to_have_text("Live now", timeout=20_000)
    sent(launch)
    published(Launch.objects.get(pk=launch.pk), now())

    expect(second.locator("#standing")).to_have_text("Done", timeout=20_000)
    expect(second.locator(".sentence")).to_contain_text("All 2 seats went live within")
    expect(second.locator(".hex[data-state=done]")).to_have_count(2)


def test_without_scripts_go_is_asked_once_more(
    opened: Callable[..., Page],
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
) -> None:
    launch = armed(launch, ada, dilys, now())
    shown = opened(ada, f"/go/{launch.pk}/press")

    shown.get_by_role("button", name="Go with 2 seats").click()

    expect(shown.locator("#standing")).to_have_text("Live now", timeout=20_000)


def test_a_thumb_holds_a_seat_and_stops_everything(
    opened: Callable[..., Page],
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
    stroud: Place,
) -> None:
    from muster.launches import going

    launch = armed(launch, ada, dilys, now())
    going.go(launch, by=ada, at=now())
    shown = opened(ada, f"/go/{launch.pk}/?seat={stroud.code}", width=360, touch=True)
    bar = shown.locator(".thumb")

    bar.get_by_role("button", name="Hold Stroud").tap()
    expect(shown.locator("#seat [data-badge]")).to_have_text("Held", timeout=20_000)
    assert Item.objects.filter(launch=launch, place=stroud, held_by=ada).exists()
    bar.get_by_role("button", name="Stop all").tap()

    expect(shown.locator("#standing")).to_have_text("Stopped", timeout=20_000)
    assert Launch.objects.get(pk=launch.pk).stopped_by == ada


def test_the_map_the_table_and_the_chips_filter_each_other(
    opened: Callable[..., Page],
    launch: Launch,  # noqa: F811
    ada: Member,
    stroud: Place,
    neath: Place,
) -> None:
    from muster.launches import holding

    holding.hold(launch, stroud, by=ada, at=now(), reason="The candidate is ill")
    shown = opened(ada, f"/go/{launch.pk}/")

    shown.locator(f'.hex[data-code="{neath.code}"]').click()
    expect(shown.locator("#seat h2")).to_have_text(neath.name)
    expect(shown).to_have_url(re.compile(f"seat={neath.code}"))
    shown.get_by_role("button", name="1 held").click()

    expect(shown.locator("#seats tr[data-code]:visible")).to_have_count(1)
    expect(shown.locator(f'.hex[data-code="{neath.code}"]')).to_have_class(re.compile("is-dim"))
    expect(shown).to_have_url(re.compile("state=held"))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_room_has_no_serious_fault_in_any_state(
    opened: Callable[..., Page],
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
    mailbox: Any,  # noqa: F811
    width: int,
) -> None:
    from muster.launches import going

    launch = armed(launch, ada, dilys, now())
    shown = opened(ada, f"/go/{launch.pk}/", width=width)
    faults = faults_on(shown, "armed")
    going.go(launch, by=ada, at=now())
    shown = opened(ada, f"/go/{launch.pk}/", width=width)
    for look in ("light", "dark"):
        shown.emulate_media(color_scheme=look)
        faults += faults_on(shown, f"going, {look}")
    sent(launch)
    published(launch, now())
    shown = opened(ada, f"/go/{launch.pk}/", width=width)
    faults += faults_on(shown, "finished")

    assert not faults, "\n".join(faults)
    wide = shown.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0

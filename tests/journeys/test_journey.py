"""A journey in the browser: made ready, made one's own, approved, started, walked and watched."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.journal import journal
from muster.messaging.journeys import ticking
from muster.messaging.journeys.models import Journey, Traveller
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.people import filing
from muster.people.models import Person
from tests.conftest import join, supporter
from tests.waiting import wait_for_all_before

pytestmark = pytest.mark.journey
NAMES = ["Aled", "Bryn", "Cerys", "Dilys", "Ewan", "Ffion", "Gwen"]


def picture(page: Any, name: str) -> None:
    """Kept where somebody wants to look at it: PICTURES=folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def walked(people: list[Person], kind: str, after: timedelta = timedelta()) -> None:
    """They do it, and journeys' clock goes once."""
    for person in people:
        journal.record(kind, person.organisation, at=datetime.now(UTC), person_id=person.pk)
    wait_for_all_before()
    ticking.tick(datetime.now(UTC) + after)


def test_ada_makes_a_welcome_her_own_ola_approves_it_and_people_walk_it(
    page_as: Any,
    ada: Member,
    party: Organisation,
    head_office: Unit,
    campaigner: Campaigner,
    stroud: Any,
) -> None:
    ola = join(party, head_office, "Ola Approves", "approver")
    ActionPage.objects.create(
        organisation=party,
        kind="volunteer",
        slug="volunteer",
        title="Volunteer in {seat}",
        campaigner=campaigner,
        is_open=True,
    )
    EmailAccount.objects.create(
        organisation=party,
        name="Ours",
        host="127.0.0.1",
        port=9,
        from_name="Fair Future",
        from_address="us@example.org",
    )
    people = [supporter(party, name, name.lower(), stroud) for name in NAMES]
    for person in people:
        filing.file(person)
    page = page_as(ada)

    page.goto("/journeys/")
    picture(page, "empty")
    page.get_by_role("link", name="Make the first journey").click()
    picture(page, "new")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not Journey.objects.exists()
    page.get_by_role("button", name="Begin with “Welcome”").click()
    expect(page.get_by_role("heading", name="Welcome Draft")).to_be_visible()
    expect(page.get_by_text("Before it can start")).to_be_visible()
    picture(page, "draft")
    page.get_by_role("link", name="Change 3 days").click()
    page.get_by_label("How long").fill("2")
    page.get_by_role("button", name="Keep it so").click()
    expect(page.get_by_text("Wait: 2 days")).to_be_visible()
    steps = page.locator(".steps-list b")
    page.get_by_role("button", name="Move down: 2 days").click()
    expect(steps.nth(2)).to_have_text("Wait")
    expect(page.get_by_role("button", name="Move down: 2 days")).to_be_focused()
    page.get_by_role("button", name="Move up: 2 days").click()
    expect(steps.nth(1)).to_have_text("Wait")
    page.get_by_role("link", name="Put in on yes").click()
    picture(page, "kinds")
    page.get_by_role("link", name="Hand to an organiser").click()
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose who takes them on.")
    page.get_by_label("To", exact=True).select_option(label=ada.name)
    page.get_by_role("button", name="Put it in").click()
    page.get_by_role("link", name="Try it with somebody").click()
    page.get_by_label("Somebody's name").fill("Dilys")
    page.get_by_role("button", name="Show their way").click()
    expect(
        page.get_by_text("Would be left out: they did not agree to e-mail.").first
    ).to_be_visible()
    picture(page, "try")

    page = page_as(ola)
    for name in ("Welcome", "Welcome: a first thing to do"):
        page.goto("/journeys/letters/")
        page.get_by_role("link", name=name, exact=True).click()
        picture(page, "letter")
        page.get_by_role("button", name="Approve these words").click()
        expect(page.get_by_role("heading", name=f"{name} Approved")).to_be_visible()

    page = page_as(ada)
    journey = Journey.objects.get()
    page.goto(f"/journeys/{journey.code}/")
    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_role("heading", name="Welcome Live")).to_be_visible()
    walked(people, "person joined")
    walked(people[:2], "volunteered")
    page.reload()
    expect(
        page.get_by_text("5 people are on the way, of 7 who entered; 2 volunteered.")
    ).to_be_visible()
    picture(page, "live")
    page.emulate_media(color_scheme="dark")
    picture(page, "live-night")
    page.emulate_media(color_scheme="light")
    page.get_by_role("link", name="Who is here").click()
    expect(page.get_by_text("5 people at “2 days”, within your reach.")).to_be_visible()
    picture(page, "people")
    page.get_by_role("link", name="Ewan").click()
    page.get_by_role("button", name="Take them out").click()
    expect(page.get_by_text("Taken out by a member")).to_be_visible()
    picture(page, "way")
    assert Traveller.objects.get(person=people[4]).ending == "taken_out"

    page.set_viewport_size({"width": 390, "height": 800})
    for address in ("", f"{journey.code}/", f"{journey.code}/people", "letters/", "new"):
        page.goto(f"/journeys/{address}")
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390, address
        picture(page, f"phone-{address.strip('/').split('/')[-1][:8]}")
    page.goto(f"/journeys/{journey.code}/")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name="Welcome Paused")).to_be_visible()

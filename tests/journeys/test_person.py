"""A person's page in the browser, from one press to taking it back, at a desk and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import expect

from muster.organisations.models import Campaigner
from muster.people import consenting
from muster.people.models import Wording
from tests.conftest import NOON

pytestmark = pytest.mark.journey


@pytest.fixture
def wording(party: Any, campaigner: Campaigner) -> Wording:
    return Wording.objects.create(
        organisation=party,
        campaigner=campaigner,
        channel="email",
        version="1",
        text="Yes, Fair Future may e-mail me about its campaigns.",
    )


def test_ada_puts_a_person_right_and_takes_it_back(
    page_as: Any, ada: Any, cleo: Any, wording: Wording
) -> None:
    consenting.give(cleo, "email", wording=wording, source="Stall", at=NOON)
    page = page_as(ada)
    page.goto(f"/people/{cleo.code}")
    expect(page.get_by_role("heading", name="Ask Cleo to volunteer")).to_be_visible()

    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("First name").fill("Cleopatra")
    page.get_by_role("button", name="Keep changes").click()
    expect(page.get_by_role("heading", name="Cleopatra Winter", level=1)).to_be_visible()
    page.get_by_label("Add a tag").fill("Door knocker")
    page.get_by_role("button", name="Add", exact=True).last.click()
    page.get_by_label("Write a note").fill("Can lend a car.")
    page.get_by_role("button", name="Keep note").click()
    timeline = page.locator("#timeline")
    expect(timeline).to_contain_text("Can lend a car.")
    expect(timeline).to_contain_text("Tagged “Door knocker”")

    timeline.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_role("heading", name="Cleo Winter", level=1)).to_be_visible()
    page.get_by_role("switch", name="E-mail: turn off").click()
    expect(page.locator("#reach-email")).to_contain_text("Said no")


def test_the_page_fits_a_phone(page_as: Any, ada: Any, cleo: Any) -> None:
    page = page_as(ada)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/people/{cleo.code}")

    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    page.goto(f"/people/{cleo.code}/edit")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360

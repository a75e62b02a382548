"""Getting about without a mouse."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from muster.people.duplicates.models import Pair
from muster.people.models import Person
from tests.conftest import NOON, supporter

pytestmark = pytest.mark.journey


def test_slash_searches_and_enter_finds(page_as: Any, ada: Any, cleo: Any) -> None:
    page = page_as(ada)
    page.goto("/settings/")

    page.keyboard.press("/")
    page.keyboard.type("sett")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=sett"))
    expect(page.get_by_role("main").get_by_role("link", name="Settings")).to_be_visible()


def test_g_and_a_letter_go_to_a_room(page_as: Any, ada: Any) -> None:
    page = page_as(ada)
    page.goto("/sources")

    page.keyboard.press("g")
    page.keyboard.press("e")

    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()


def test_a_letter_typed_into_a_field_goes_nowhere(page_as: Any, ada: Any) -> None:
    page = page_as(ada)
    page.goto("/settings/")

    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("g e ? /")

    expect(page.get_by_label("Name", exact=True)).to_have_value(re.compile(r"g e \? /"))


def test_a_question_mark_lists_the_keys(page_as: Any, ada: Any) -> None:
    page = page_as(ada)
    page.goto("/settings/")

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_m_d_and_s_decide_about_two_who_may_be_one(page_as: Any, ada: Any, party: Any) -> None:
    for n in range(3):
        both = [supporter(party, given, f"Hart{n}") for given in ("Bob", "Robert")]
        Pair.objects.create(
            organisation=party, first=both[0], second=both[1], score=9 - n, found_at=NOON
        )
    first = Pair.objects.earliest("pk")
    page = page_as(ada)
    page.goto(f"/people/duplicates/{first.code}")
    heading = page.get_by_role("heading", name="One person or two?")

    with page.expect_navigation():
        page.keyboard.press("s")
    expect(heading).to_be_visible()
    skipped_to = page.url
    with page.expect_navigation():
        page.keyboard.press("d")
    expect(heading).to_be_visible()
    assert str(first.code) not in skipped_to
    assert (Person.objects.count(), Pair.objects.exclude(different_at=None).count()) == (6, 1)
    with page.expect_navigation():
        page.keyboard.press("m")

    expect(page.get_by_role("main")).to_be_visible()
    assert Person.objects.count() == 5


def test_the_first_tab_offers_to_skip_to_the_page(page_as: Any, ada: Any) -> None:
    page = page_as(ada)
    page.goto("/settings/")

    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_every_stop_of_the_tab_key_shows_where_it_is(page_as: Any, ada: Any) -> None:
    page = page_as(ada)
    page.goto("/settings/")

    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
        )
        assert seen or page.evaluate("() => document.activeElement === document.body")


def test_the_rail_stays_as_it_was_left(page_as: Any, ada: Any) -> None:
    page = page_as(ada)
    page.goto("/settings/")
    assert page.locator(".rail").bounding_box()["width"] == 200

    page.get_by_role("button", name="Narrow the menu").click()
    page.reload()

    assert page.locator(".rail").bounding_box()["width"] == 56


def test_on_a_phone_the_rooms_are_at_the_bottom(page_as: Any, ada: Any) -> None:
    page = page_as(ada)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/settings/")

    bar = page.get_by_role("navigation", name="Rooms, on a phone")

    expect(bar.get_by_role("link", name="Today")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360

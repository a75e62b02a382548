"""Walking the map by keyboard, and narrowing it and its table together."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from muster.organisations.models import Member
from muster.places.models import Contest, Election, Party, Place, Result
from tests.conftest import MORNING

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Member], Any]


@pytest.fixture
def six_seats(england: Place) -> list[Place]:
    """Two columns of three, each won by Green."""
    green = Party.objects.create(code="Green", name="Green", colour="#78b82a")
    election = Election.objects.create(code="GB-2024", name="2024", held_on=MORNING.date())
    seats = []
    for n, name in enumerate(["Ashby", "Bury", "Cowes", "Derby", "Epsom", "Fleet"]):
        seat = Place.objects.create(
            code=f"E1400000{n}",
            kind="seat",
            name=name,
            slug=name.lower(),
            parent=england,
            hex_q=n // 3,
            hex_r=n % 3,
        )
        contest = Contest.objects.create(election=election, place=seat, valid_votes=100)
        Result.objects.create(contest=contest, party=green, votes=50 + n)
        seats.append(seat)
    return seats


def test_arrow_keys_walk_the_map_and_enter_opens_the_seat(
    page_as: PageAs, ada: Member, six_seats: list[Place]
) -> None:
    page = page_as(ada)
    page.goto("/seats/")
    stops = page.locator('a.hex[tabindex="0"]')
    assert stops.count() == 1

    stops.focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.code") == six_seats[1].code
    assert "Bury" in page.locator(".hex-tip").inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    page.wait_for_url("**/seats/epsom")


def test_a_name_narrows_map_and_table_and_going_back_widens_them(
    page_as: PageAs, ada: Member, six_seats: list[Place]
) -> None:
    page = page_as(ada)
    page.goto("/seats/")

    page.get_by_label("Name").type("cow")
    page.wait_for_url("**/seats/?q=cow")

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("a.hex:not(.is-dim)")).to_have_count(1)
    assert "1 of 6 seats fits" in page.locator("#seats-sentence").inner_text()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(6)


def test_seats_picked_on_the_map_are_the_tables(
    page_as: PageAs, ada: Member, six_seats: list[Place]
) -> None:
    page = page_as(ada)
    page.goto("/seats/")

    page.get_by_role("button", name="Pick on the map").click()
    for seat in six_seats[1:3]:
        page.locator(f'.hex[data-code="{seat.code}"]').click()
        page.wait_for_url(f"**{seat.code}*")

    expect(page.locator("tbody tr")).to_have_count(2)
    assert page.locator("tbody th").all_inner_texts() == ["Bury", "Cowes"]


def test_a_row_beneath_the_pointer_lights_up_on_the_map(
    page_as: PageAs, ada: Member, six_seats: list[Place]
) -> None:
    page = page_as(ada)
    page.goto("/seats/")

    page.locator("tbody tr").nth(3).hover()

    assert page.locator(".hex.is-pointed").get_attribute("data-code") == six_seats[3].code

"""Nothing on a page is covered or cut off."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from muster.organisations.models import ApiKey, Member
from muster.people.models import Person
from muster.places.models import Place

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Member], Any]
TELL = """words => document.getElementById("toasts").insertAdjacentHTML(
    "beforeend", `<div class="notice ready" data-toast><div>${words}</div></div>`)"""
COVERED = """() => {
  const toast = document.querySelector(".toasts .notice").getBoundingClientRect()
  return [...document.querySelectorAll("a, button, input, select")].filter(one => {
    const box = one.getBoundingClientRect()
    return one.checkVisibility({contentVisibilityAuto: true}) && box.width
      && box.left < toast.right && box.right > toast.left
      && box.top < toast.bottom && box.bottom > toast.top
  }).map(one => one.outerHTML)
}"""
CUT = """() => [...document.querySelectorAll(".seats-table tbody th")]
  .filter(one => one.scrollWidth > one.clientWidth || getComputedStyle(one).overflow !== "visible")
  .map(one => one.innerText)"""


@pytest.mark.parametrize("width", [1440, 390])
def test_a_toast_covers_no_button(page_as: PageAs, ada: Member, ben: Member, width: int) -> None:
    page = page_as(ada)
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/people/", f"/settings/members/{ben.code}"):
        page.goto(address)

        page.evaluate(TELL, "Kept. It holds from now on, for every message you send.")

        assert page.evaluate(COVERED) == []


def test_a_long_name_of_a_seat_is_shown_whole(page_as: PageAs, ada: Member, stroud: Place) -> None:
    Place.objects.filter(pk=stroud.pk).update(name="Cumbernauld, Kirkintilloch and Clevelandshire")
    page = page_as(ada)

    page.goto("/seats/")

    assert page.locator(".seats-table tbody th").count() == 1
    assert page.evaluate(CUT) == []


BEYOND = """() => [...document.querySelectorAll(".tabs a")].filter(one => {
  const strip = one.closest(".tabs").getBoundingClientRect(), box = one.getBoundingClientRect()
  return box.left < strip.left - 1 || box.right > strip.right + 1
}).map(one => one.innerText)"""


def test_at_a_desk_every_tab_of_the_settings_is_in_sight(page_as: PageAs, ada: Member) -> None:
    page = page_as(ada)

    page.goto("/settings/webhooks/")

    assert page.locator(".tabs a").count() > 10
    assert page.evaluate(BEYOND) == []


def test_on_a_phone_the_open_tab_is_in_sight(page_as: PageAs, ada: Member) -> None:
    page = page_as(ada)
    page.set_viewport_size({"width": 360, "height": 740})

    page.goto("/settings/webhooks/")

    assert "Webhooks" not in page.evaluate(BEYOND)
    assert "Organisation" in page.evaluate(BEYOND)


def test_a_long_address_stays_in_its_card(page_as: PageAs, ada: Member, cleo: Person) -> None:
    cleo.contact_points.update(value=f"{'anna' * 15}@example.org")
    page = page_as(ada)
    page.set_viewport_size({"width": 360, "height": 740})

    page.goto("/people/")

    card = page.get_by_role("row").filter(has_text="Cleo").bounding_box()
    address = page.get_by_text("@example.org").bounding_box()
    assert address["x"] + address["width"] <= card["x"] + card["width"]


def test_a_button_pressed_twice_makes_one_key(page_as: PageAs, ada: Member) -> None:
    page = page_as(ada)
    page.goto("/settings/keys/make")
    page.get_by_label("Name").fill("Website")
    page.get_by_label("Read the seats").check()

    page.get_by_role("button", name="Make this key").dblclick()

    expect(page.get_by_text("Copy the key now.")).to_be_visible()
    assert ApiKey.objects.filter(name="Website").count() == 1

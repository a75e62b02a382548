"""Nothing on a page is covered or cut off."""

from collections.abc import Callable
from typing import Any

import pytest

from muster.organisations.models import Member
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

"""Nothing on a page is covered or cut off."""

from collections.abc import Callable
from typing import Any

import pytest

from muster.organisations.models import Member

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Member], Any]
TELL = """words => document.getElementById("toasts").insertAdjacentHTML(
    "beforeend", `<div class="notice ready" data-toast><div>${words}</div></div>`)"""
COVERED = """() => {
  const toast = document.querySelector(".toasts .notice").getBoundingClientRect()
  return [...document.querySelectorAll("a, button, input, select")].filter(one => {
    const box = one.getBoundingClientRect()
    return one.checkVisibility({contentVisibilityAuto: true}) && box.width
      && box.left < toast.right && box.right > toast.left && box.top < toast.bottom && box.bottom > toast.top
  }).map(one => one.outerHTML)
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_a_toast_covers_no_button(page_as: PageAs, ada: Member, ben: Member, width: int) -> None:
    page = page_as(ada)
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/people/", f"/settings/members/{ben.code}"):
        page.goto(address)

        page.evaluate(TELL, "Kept. It holds from now on, for every message you send.")

        assert page.evaluate(COVERED) == []

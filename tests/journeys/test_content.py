"""Content in a real browser: typed and seen at once, looked over, approved on a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from muster.content.models import Approval, Master
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.places.models import Place, TargetList
from tests.conftest import join, signed_in
from tests.content.conftest import (
    card_master,
    drawn,
    neath_candidate,
    stroud_candidate,
    targets,
)

__all__ = ["card_master", "neath_candidate", "stroud_candidate", "targets"]
pytestmark = pytest.mark.journey


@pytest.fixture
def candidates(stroud_candidate: Campaigner, neath_candidate: Campaigner) -> list[Campaigner]:
    return [stroud_candidate, neath_candidate]


def test_a_card_is_seen_as_it_is_typed_and_kept_for_every_seat(
    page_as: Any, ada: Member, targets: TargetList, candidates: list[Campaigner]
) -> None:
    page: Page = page_as(ada)
    page.goto("/content/")
    page.get_by_role("link", name="Write a card").click()

    before = page.locator("#preview img").first.get_attribute("src")
    headline = page.get_by_label("Headline", exact=True)
    headline.fill("Meet us in ")
    page.get_by_role("button", name="Seat", exact=True).click()
    expect(headline).to_have_value("Meet us in {seat}")
    expect(page.locator("#preview img").first).not_to_have_attribute("src", str(before))
    page.get_by_role("button", name=re.compile("^Longest: Neath")).click()
    expect(page.locator("#preview")).to_contain_text("Ready in Neath and Swansea East")
    page.get_by_label("Alt text", exact=True).fill("")
    expect(page.locator("#preview")).to_contain_text("Alt text missing")
    page.get_by_label("Alt text", exact=True).fill("A card for {seat}")
    page.get_by_label("Name", exact=True).fill("Doors")
    page.get_by_role("button", name="Make 2 cuts").click()

    expect(page.locator("#standing")).to_have_text("Being drawn")
    expect(page.locator("#drawing")).to_contain_text("0 of 4 pictures drawn")
    drawn(Master.objects.get(name="Doors"), list(map(place_of, candidates)))
    expect(page.locator("#standing")).to_have_text("Waits for approval", timeout=8000)


def place_of(who: Campaigner) -> Place:
    return Place.objects.get(code=who.place_code)


def test_the_contact_sheet_opens_a_seat_large_and_steps_to_the_next(
    page_as: Any, ada: Member, card_master: Master, stroud: Place, neath: Place
) -> None:
    drawn(card_master, [stroud, neath])
    page: Page = page_as(ada)
    page.goto(f"/content/{card_master.pk}/sheet")

    page.locator(".contact").get_by_role("link", name=re.compile("Stroud")).click()
    large = page.locator("#large")
    expect(large).to_be_visible()
    expect(large.locator("h2")).to_have_text("Stroud")
    page.keyboard.press("ArrowRight")
    expect(large.locator("h2")).to_have_text("Neath and Swansea East")
    large.get_by_role("link", name="Tall").click()
    expect(large.locator("img.story")).to_be_visible()
    assert "sheet" in page.url
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(page.locator(".contact a").first).to_be_focused()


def test_someone_else_reads_and_approves_on_a_phone(
    browser: Any,
    live_server: Any,
    party: Organisation,
    head_office: Unit,
    card_master: Master,
    stroud: Place,
    neath: Place,
) -> None:
    drawn(card_master, [stroud, neath])
    cara = join(party, head_office, "Cara Singh", "approver")
    phone = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 740}, has_touch=True
    )
    session = signed_in(cara).cookies["sessionid"].value
    phone.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = phone.new_page()
    page.goto("/content/")

    page.get_by_role("link", name="Read and approve").tap()
    expect(page.locator(".sample")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Approve 2 seats").tap()

    expect(page.locator("#standing")).to_have_text("Approved")
    assert Approval.objects.get().by == cara
    phone.close()

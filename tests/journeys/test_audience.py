"""An organiser builds an audience by hand, at a desk and on a phone, and writes to it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from muster.audiences.models import Audience
from muster.organisations.models import Member
from muster.people.models import Person, Tag
from muster.places.models import Place
from tests.audiences.conftest import crowd, driver, email_wording

__all__ = ["crowd", "driver", "email_wording"]
pytestmark = pytest.mark.journey
PHONE = {"width": 360, "height": 740}


def sentence(page: Page) -> Any:
    return page.locator(".audience-sentence")


def add(page: Page, kind: str) -> None:
    """Open the form of a kind of condition."""
    box = page.locator(".audience-add")
    if not box.evaluate("box => box.open"):
        box.locator("summary").click()
    box.get_by_role("link", name=kind, exact=True).click()
    expect(page.locator(".audience-form")).to_be_visible()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_audience_is_built_saved_changed_and_its_history_read(
    page_as: Any, ada: Member, crowd: dict[str, Person], driver: Tag, stroud: Place, neath: Place
) -> None:
    page: Page = page_as(ada)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/audiences/")
    page.get_by_role("link", name="New audience").click()
    expect(sentence(page)).to_have_text(re.compile(r"^\s*Everyone on the list\.\s*$"))

    add(page, "Tag")
    page.locator(".audience-form").get_by_role("button", name="Add").click()
    expect(sentence(page)).to_contain_text("People tagged “Driver”")
    expect(page.locator(".audience-count")).to_contain_text("2 people in 1 seat")

    # Either tagged or in Neath: joined to that very condition.
    sentence(page).get_by_role("link", name="tagged “Driver”", exact=True).click()
    page.locator("summary", has_text="Or…").click()
    page.locator(".audience-or[open]").get_by_role("link", name="Place", exact=True).click()
    page.get_by_label("Places").select_option(label=neath.name)
    page.locator(".audience-form").get_by_role("button", name="Add").click()
    expect(sentence(page)).to_have_text(re.compile(rf"tagged “Driver”\s*×\s*or in {neath.name}"))
    expect(page.locator(".audience-count")).to_contain_text("3 people")

    # And not of unknown seat: all of it must hold.
    add(page, "Seat not known")
    page.get_by_label("Find").select_option("1")
    page.locator(".audience-form").get_by_role("button", name="Add").click()
    expect(sentence(page)).to_have_text(
        re.compile(rf"\(either tagged “Driver”\s*×\s*or in {neath.name}\s*×\s*\)")
    )
    expect(sentence(page)).to_contain_text("and whose seat is known")
    expect(page.locator(".audience-count")).to_contain_text("2 people in 2 seats")
    reach = page.get_by_label("By channel")
    expect(reach).to_contain_text("E-mail2 of 2")
    expect(reach).to_contain_text("Left out:")
    expect(page.get_by_label("Some of them")).to_contain_text("Ann Moss")
    expect(page.locator("figure.map svg")).to_be_visible()

    page.get_by_label("Name").fill("Drivers and Neath")
    page.get_by_role("button", name="Save audience").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Drivers and Neath")
    expect(page.get_by_label("Used in")).to_contain_text("Nothing yet")
    assert Audience.objects.get().counted == 2

    page.set_viewport_size(PHONE)
    assert fits(page)
    page.get_by_label("Take out: whose seat is known").click()
    expect(page.locator(".audience-count")).to_contain_text("3 people")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The change is saved.")).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_label("What it said")).to_contain_text("Version 1")
    assert fits(page)
    page.get_by_role("button", name="Say this again").click()
    expect(sentence(page)).to_contain_text("whose seat is known")
    page.goto("/audiences/")
    expect(page.get_by_role("row", name="Drivers and Neath")).to_contain_text("2")
    assert fits(page)

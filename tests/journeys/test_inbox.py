"""The inbox in the browser: an answer comes in, somebody takes it and answers; a phone will do."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from muster.channels.models import EmailAccount
from muster.messaging.inbox import receiving
from muster.messaging.models import ConversationLine
from muster.organisations.models import Organisation
from muster.people import filing
from tests.conftest import MORNING

pytestmark = pytest.mark.journey
WRITES = """From: {by}
Subject: Re: {subject}
Message-ID: <{id}@mail.example.net>

{words}

On Monday, Fair Future wrote:
> Will you come to the stall on Saturday?
"""


def take_in(organisation: Organisation, by: str, subject: str, words: str) -> None:
    raw = WRITES.format(by=by, subject=subject, id=len(words), words=words).encode()
    with transaction.atomic():
        receiving.receive(organisation, raw, (), is_automatic=False, at=MORNING)


def picture(page: Any, name: str) -> None:
    """Kept where somebody wants to look at it: PICTURES=folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_ada_answers_cleo_and_says_who_a_stranger_is(
    page_as: Any, ada: Any, cleo: Any, party: Any
) -> None:
    EmailAccount.objects.create(
        organisation=party, name="Ours", host="127.0.0.1", port=9, from_address="us@example.org"
    )
    take_in(party, "Cleo <cleo.winter@example.com>", "Stall", "Yes! Shall I bring the table?")
    take_in(party, "C. Winter <cw@work.example.net>", "Mail", "Please stop mailing my work.")
    page = page_as(ada)

    page.goto("/")
    page.get_by_role("link", name="Inbox").first.click()
    expect(page.get_by_text("2 people wait")).to_be_visible()
    picture(page, "list")
    page.get_by_role("link", name="C. Winter").click()
    expect(page.get_by_text("They may want no more e-mail.")).to_be_visible()
    picture(page, "stranger")
    filing.file(cleo)
    page.get_by_label("Their name, address or telephone").fill("Cleo")
    page.get_by_role("button", name="Find them").click()
    page.get_by_role("button", name="It is Cleo Winter").click()
    expect(page.get_by_role("link", name="Cleo Winter")).to_be_visible()

    page.goto("/inbox/")
    page.get_by_role("row", name="Stall").get_by_role("link").click()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Write something first.")
    page.get_by_label("Your answer").fill("Bring it, and a friend.")
    page.get_by_role("button", name="Send the answer").click()

    expect(page.locator("[data-ours]")).to_contain_text("Bring it, and a friend.")
    assert ConversationLine.objects.filter(is_ours=True).count() == 1
    picture(page, "talk")
    page.set_viewport_size({"width": 360, "height": 740})
    for path in (page.url, "/inbox/", "/settings/email/mailboxes/"):
        page.goto(path)
        assert page.evaluate("() => document.documentElement.scrollWidth") == 360
        picture(page, "phone-" + path.strip("/").split("/")[-1])

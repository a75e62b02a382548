"""A seat's own words on the public page: there within two seconds, gone as quickly."""

import time
from datetime import datetime

import pytest

from muster.actions import local_pages
from muster.actions.local_pages import LocalWords
from muster.lib.times import now
from muster.public import shelf
from tests.public.conftest import Town, Visitor

DOORS = LocalWords(
    "Doors in Stroud <on> Saturday",
    "Meet us at the Subscription Rooms.\n\nBring a friend.",
    "Promoted by L. Agent, 2 Low Street, on behalf of Ines Farr.",
)


def put_live(town: Town, at: datetime) -> None:
    local_pages.put_live(town.page, {town.stroud.pk: DOORS}, at=at)


def test_a_seats_own_words_are_seen_within_two_seconds_and_gone_within_two(
    visitor: Visitor, town: Town
) -> None:
    assert "<h1>Volunteer in Stroud</h1>" in visitor.get(town.address).text
    put_live(town, now())
    time.sleep(2)

    page = visitor.get(town.address).text

    assert "<h1>Doors in Stroud &lt;on&gt; Saturday</h1>" in page
    assert "<p>Bring a friend.</p>" in page
    assert "Promoted by L. Agent" in page
    assert "R. Okafor" not in page
    neath = visitor.get("/fair-future/volunteer/neath").text
    assert "<h1>Volunteer in Neath and Swansea East</h1>" in neath

    local_pages.take_down(town.page, [town.stroud.pk], at=now())
    time.sleep(2)
    assert "<h1>Volunteer in Stroud</h1>" in visitor.get(town.address).text


def test_the_form_given_back_and_the_thanks_keep_the_seats_own_title(
    visitor: Visitor, town: Town
) -> None:
    put_live(town, now())

    back = visitor.post(town.address, {"given": "Zoë"})
    thanks = visitor.get(f"{town.address}/thanks")

    assert back.status == 422
    assert "<h1>Doors in Stroud &lt;on&gt; Saturday</h1>" in back.text
    assert "Promoted by L. Agent" in thanks.text


def test_a_database_that_hangs_holds_a_visitor_up_for_a_moment_only(
    visitor: Visitor, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio
    from typing import Any

    visitor.get(town.address)

    async def hangs(*_: Any) -> None:
        await asyncio.sleep(30)

    monkeypatch.setattr(shelf, "in_room", hangs)
    time.sleep(2)
    began = time.monotonic()
    page = visitor.get(town.address)

    assert "<h1>Volunteer in Stroud</h1>" in page.text
    assert time.monotonic() - began < 3 * shelf.PATIENCE + 0.5

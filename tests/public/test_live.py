"""Live events: what a ticket shows, to whom, and for how long."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from muster.actions.signing import SignUp, sign
from muster.lib import tickets
from muster.lib.times import now
from muster.organisations import joining
from muster.organisations.models import Member
from muster.public.hub import Viewer
from tests.public.conftest import Town, Visitor, sending_of


def sign_up(town: Town, email: str, seat_id: int) -> None:
    form = SignUp(
        organisation_id=town.page.organisation_id,
        page_id=town.page.pk,
        page_slug="volunteer",
        page_place_id=seat_id,
        submission=uuid4(),
        given_name="Zoë",
        family_name="O'Neil",
        email=email,
        seat_id=seat_id,
        seat_how="said",
    )
    sign(replace(form), at=now())


def ticket_for(town: Town, seats: list[int] | None, **changes: Any) -> tickets.Ticket:
    kind = changes.get("kind", "leads")
    organisation = changes.get("organisation", town.page.organisation_id)
    text = tickets.make(kind, changes.get("id", 0), organisation, seats, at=now())
    return tickets.read(text, at=now())


async def next_of(viewer: Viewer, seconds: float = 8) -> Any:
    event = await asyncio.wait_for(viewer.waiting.get(), seconds)
    assert event is not None
    return event


def test_a_volunteer_is_seen_to_arrive_by_those_of_their_seat_only(
    visitor: Visitor, town: Town
) -> None:
    here = Viewer(ticket_for(town, [town.stroud.pk]))
    everywhere = Viewer(ticket_for(town, None))
    elsewhere = Viewer(ticket_for(town, [town.neath.pk]))
    rival = Viewer(ticket_for(town, None, organisation=town.page.organisation_id + 1))

    async def watch() -> list[Any]:
        for viewer in (here, everywhere, elsewhere, rival):
            await visitor.public.hub.join(viewer, "")
        await sync_to_async(sign_up)(town, "zoe@example.org", town.stroud.pk)
        return [await next_of(here), await next_of(everywhere)]

    for event in visitor.run(watch()):
        told = json.loads(event.text)
        assert (event.name, told["seat"], told["first_name"]) == ("lead", "E14001530", "Zoë")
    assert elsewhere.waiting.empty()
    assert rival.waiting.empty()


def test_who_was_cut_off_gets_what_they_missed(visitor: Visitor, town: Town) -> None:
    first = Viewer(ticket_for(town, [town.stroud.pk]))

    async def watch() -> tuple[Any, list[Any]]:
        await visitor.public.hub.join(first, "")
        await sync_to_async(sign_up)(town, "zoe@example.org", town.stroud.pk)
        seen = await next_of(first)
        visitor.public.hub.leave(first)
        await sync_to_async(sign_up)(town, "max@example.org", town.stroud.pk)
        await sync_to_async(sign_up)(town, "wyn@example.org", town.neath.pk)
        again = Viewer(ticket_for(town, [town.stroud.pk]))
        missed: list[Any] = []
        while not missed:
            missed = await visitor.public.hub.join(again, seen.id)
            await asyncio.sleep(0.1)
        return seen, missed

    seen, missed = visitor.run(watch())
    assert len(missed) == 1
    assert missed[0].id != seen.id


def test_progress_is_told_once_a_second_with_the_viewers_seats(
    visitor: Visitor, town: Town
) -> None:
    sending = sending_of(town)
    viewer = Viewer(ticket_for(town, [town.stroud.pk], kind="progress", id=sending.pk))
    other = Viewer(
        ticket_for(
            town,
            None,
            kind="progress",
            id=sending.pk,
            organisation=town.page.organisation_id + 1,
        )
    )

    async def watch() -> Any:
        await visitor.public.hub.join(viewer, "")
        await visitor.public.hub.join(other, "")
        return await next_of(viewer)

    event = visitor.run(watch())
    assert event.name == "progress"
    assert json.loads(event.text)["sending_id"] == sending.pk
    assert other.waiting.empty()


def test_the_stream_ends_with_its_ticket(visitor: Visitor, town: Town) -> None:
    text = tickets.make("leads", 0, town.page.organisation_id, None, 2, at=now())

    answer = visitor.get(f"/live/{text}", origin=settings.STAFF_ADDRESS)

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["access-control-allow-origin"] == settings.STAFF_ADDRESS
    assert answer.text.endswith("event: expired\ndata: {}\n\n")


def test_only_the_staff_app_may_read_it(visitor: Visitor, town: Town) -> None:
    text = tickets.make("leads", 0, town.page.organisation_id, None, 1, at=now())

    answer = visitor.get(f"/live/{text}", origin="https://elsewhere.test")

    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("seconds", [-1, 0])
def test_an_old_ticket_shows_nothing(visitor: Visitor, town: Town, seconds: int) -> None:
    text = tickets.make("leads", 0, town.page.organisation_id, None, seconds, at=now())

    assert visitor.get(f"/live/{text}").status == 403


def test_a_ticket_lasts_as_long_as_it_says() -> None:
    at = now()
    text = tickets.make("progress", 7, 3, {5, 4}, 60, at=at)

    ticket = tickets.read(text, at=at)

    assert (ticket.id, ticket.organisation_id, ticket.seats) == (7, 3, {4, 5})
    assert ticket.shows(4)
    assert not ticket.shows(None)
    with pytest.raises(tickets.BadTicket):
        tickets.read(text, at=at + timedelta(seconds=61))
    with pytest.raises(tickets.BadTicket):
        tickets.read(text[:-1] + "x", at=at)


def test_whose_access_changed_must_ask_for_another_ticket(
    visitor: Visitor, town: Town, ada: Member, ben: Member
) -> None:
    at, organisation = now() - timedelta(minutes=1), town.page.organisation_id
    theirs, others = (
        Viewer(
            tickets.read(tickets.make("leads", 0, organisation, None, at=at, member_id=m.pk), at=at)
        )
        for m in (ben, ada)
    )

    async def watch() -> list[Any]:
        await visitor.public.hub.join(theirs, "")
        await visitor.public.hub.join(others, "")
        await sync_to_async(joining.end)(ben, by=ada, at=now(), reason="Moved away")
        return [await next_of(theirs), await asyncio.wait_for(theirs.waiting.get(), 8)]

    told, end = visitor.run(watch())
    assert told.name == "expired"
    assert end is None
    assert others.waiting.empty()

"""A launch watched live: one look for all, whole at first, then what changed, seat by seat."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from muster.channels.models import EmailAccount
from muster.launches import drafting, holding
from muster.launches.models import Launch
from muster.lib import tickets
from muster.lib.times import now
from muster.organisations.models import Member
from muster.places.models import Target, TargetList
from muster.public import hub as hubs
from muster.public.hub import Told, Viewer
from tests.content.conftest import targets  # noqa: F401  a fixture
from tests.public.conftest import Town, Visitor


@pytest.fixture
def launch(town: Town, targets: TargetList, ada: Member) -> Launch:  # noqa: F811
    """An e-mail to Stroud and Neath, drafted."""
    assert Target.objects.filter(target_list=targets).count() == 2
    account = EmailAccount.objects.create(
        organisation=ada.organisation,
        name="Post",
        host="127.0.0.1",
        port=1,
        from_name="Fair Future",
        from_address="hello@example.org",
    )
    wanted = drafting.Asked(
        "Saturday", targets=targets, page=town.page, email=account, kinds=("email",)
    )
    return drafting.draft(ada.organisation, wanted, by=ada, at=now())


def viewer(launch: Launch, seats: list[int] | None, organisation: int | None = None) -> Viewer:
    org = launch.organisation_id if organisation is None else organisation
    text = tickets.make("launch", launch.pk, org, seats, at=now())
    return Viewer(tickets.read(text, at=now()))


async def next_of(viewer: Viewer, seconds: float = 20) -> dict[str, Any]:
    event = await asyncio.wait_for(viewer.waiting.get(), seconds)
    assert event is not None
    assert event.name == "launch"
    found: dict[str, Any] = json.loads(event.text)
    return found


def test_it_is_told_whole_first_and_then_only_what_changed(
    visitor: Visitor, town: Town, launch: Launch, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "REST", 0.5)
    everywhere, here = viewer(launch, None), viewer(launch, [town.stroud.pk])
    rival = viewer(launch, None, launch.organisation_id + 1)

    async def watch() -> list[dict[str, Any]]:
        for one in (everywhere, here, rival):
            await visitor.public.hub.join(one, "")
        first = [await next_of(everywhere), await next_of(here)]
        await sync_to_async(holding.hold)(launch, town.neath, by=ada, at=now(), reason="Ill")
        return [*first, await next_of(everywhere)]

    whole, narrowed, changed = visitor.run(watch())
    assert set(whole["seats"]) == {town.stroud.code, town.neath.code}
    assert set(narrowed["seats"]) == {town.stroud.code}
    assert set(changed["seats"]) == {town.neath.code}
    assert changed["seats"][town.neath.code]["state"] == "held"
    assert "launch_id" not in changed
    assert rival.waiting.empty()
    assert here.waiting.empty()


def test_who_comes_later_or_missed_one_is_told_whole() -> None:
    ticket: Any = None
    first = Told.after(None, "launch", {"n": 1, "seats": {"a": 1, "b": 1}})
    second = Told.after(first, "launch", {"n": 1, "seats": {"a": 1, "b": 2}})
    steady, fresh = Viewer(ticket), Viewer(ticket)

    for told in (first, first, second):
        steady.tell_of(told)
    fresh.tell_of(second)

    assert [json.loads(e.text) for e in drained(steady)] == [
        {"n": 1, "seats": {"a": 1, "b": 1}},
        {"seats": {"b": 2}},
    ]
    assert [json.loads(e.text) for e in drained(fresh)] == [{"n": 1, "seats": {"a": 1, "b": 2}}]


def drained(viewer: Viewer) -> list[Any]:
    return [viewer.waiting.get_nowait() for _ in range(viewer.waiting.qsize())]


def test_many_viewers_are_told_by_one_look(visitor: Visitor, launch: Launch) -> None:
    async def watch() -> list[Any]:
        many = [viewer(launch, None) for _ in range(50)]
        for one in many:
            await visitor.public.hub.join(one, "")
        return [await asyncio.wait_for(one.waiting.get(), 20) for one in many]

    told = visitor.run(watch())

    assert len(told) == 50
    assert len({id(event) for event in told}) <= 2  # some may have joined after the first look


def test_however_many_come_at_once_one_look_serves_them(visitor: Visitor, launch: Launch) -> None:
    async def watch() -> list[Any]:
        many = [viewer(launch, None) for _ in range(50)]
        await asyncio.gather(*(visitor.public.hub.join(one, "") for one in many))
        tasks = [task.get_coro() for task in asyncio.all_tasks()]
        for one in many:
            visitor.public.hub.leave(one)
        return [coro for coro in tasks if getattr(coro, "__qualname__", "") == "Hub._watch"]

    assert len(visitor.run(watch())) == 1

"""Held, stopped, withdrawn: in force at once, said truly, and undone as often as one likes."""

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from muster.channels.models import NetworkAccount
from muster.organisations.models import Member
from muster.places.models import Place
from muster.publishing import (
    claiming,
    holding,
    releasing,
    staging,
    standing,
    stopping,
    withdrawing,
)
from muster.publishing.models import Batch
from tests.publishing.conftest import later, now, the, told, work
from tests.publishing.network import MadeUp

pytestmark = pytest.mark.django_db
WHY = "The candidate was replaced."


def hold(batch: Batch, place: Place, by: Member) -> int:
    return holding.hold(batch, [place.pk], by=by, at=now(), reason=WHY)


def test_a_held_seat_does_not_go_and_the_others_do(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, stroud: Place, neath: Place
) -> None:
    hold(staged, stroud, ada)
    releasing.release(staged, by=ada, at=now())
    work(staged)

    rows = {(r.kind, r.place_id): r for r in standing.of(staged)}
    held = rows["post", stroud.pk]
    assert (held.held, held.reason, held.live_at) == (True, WHY, None)
    assert rows["post", neath.pk].state == rows["ad", neath.pk].state == "live"
    assert len(network.log(social.handle)) == 1


def test_let_go_it_goes_by_itself(
    staged: Batch, ada: Member, network: MadeUp, stroud: Place
) -> None:
    hold(staged, stroud, ada)
    releasing.release(staged, by=ada, at=now())
    work(staged)

    holding.let_go(staged, [stroud.pk], by=ada, at=now())
    work(staged)

    assert {row.state for row in standing.of(staged)} == {"live"}


def test_held_before_the_release_and_let_go_before_it_nothing_goes_early(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, stroud: Place
) -> None:
    hold(staged, stroud, ada)
    holding.let_go(staged, [stroud.pk], by=ada, at=now())
    work(staged)

    assert network.log(social.handle) == []


def test_held_and_released_ten_times_each_is_out_once_and_as_last_decided(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, ads: Any, stroud: Place
) -> None:
    releasing.release(staged, by=ada, at=now())
    for turn in range(10):
        hold(staged, stroud, ada)
        hold(staged, stroud, ada)
        if turn % 3 == 0:
            work(staged)
        holding.let_go(staged, [stroud.pk], by=ada, at=now())
        if turn % 2 == 0:
            work(staged)
    work(staged)

    assert {row.state for row in standing.of(staged)} == {"live"}
    assert the(staged, "ad", stroud).is_on
    references = [e["reference"] for e in network.log(social.handle) + network.log(ads.handle)]
    assert len(references) == len(set(references)) == 4
    assert told(the(staged, "ad", stroud)).count("held") == 10


@pytest.mark.parametrize("held_first", [True, False])
def test_staged_anew_while_held_it_stays_held_until_it_is_let_go(
    staged: Batch,
    ada: Member,
    network: MadeUp,
    social: NetworkAccount,
    post: Any,
    ad: Any,
    stroud: Place,
    neath: Place,
    held_first: bool,
) -> None:
    acts = [
        lambda: hold(staged, stroud, ada),
        lambda: releasing.release(staged, by=ada, at=now()),
    ]
    for act in acts if held_first else reversed(acts):
        act()
    work(staged)
    anew = [post(stroud, words="The new candidate"), replace(ad(stroud), words="The new one")]
    staging.stage(staged, anew, by=ada, at=now())
    work(staged)
    later(staged)

    assert {entry["link"].rpartition("=")[2] for entry in network.log(social.handle)} == {"neath"}
    assert {row.state for row in standing.of(staged) if row.held} == {"staged"}

    holding.let_go(staged, [stroud.pk], by=ada, at=now())
    work(staged)

    assert {row.state for row in standing.of(staged)} == {"live"}


def test_a_live_ad_is_paused_and_a_live_post_stays_and_is_counted(
    staged: Batch, ada: Member, network: MadeUp, ads: NetworkAccount, stroud: Place, neath: Place
) -> None:
    releasing.release(staged, by=ada, at=now())
    work(staged)

    cannot_be = hold(staged, stroud, ada)
    work(staged)

    assert cannot_be == 1
    assert not the(staged, "ad", stroud).is_on
    assert the(staged, "ad", neath).is_on
    assert the(staged, "post", stroud).state == "live"
    assert network.log(ads.handle, all=True)[-1]["what"] == "ad paused"


def test_stopped_nothing_more_goes_and_ads_are_paused_until_it_goes_on(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, ads: Any, stroud: Place
) -> None:
    hold(staged, stroud, ada)
    releasing.release(staged, by=ada, at=now())
    work(staged)
    stopping.stop(staged, by=ada, at=now())
    holding.let_go(staged, [stroud.pk], by=ada, at=now())
    work(staged)

    assert len(network.log(social.handle)) == 1
    assert not any(row.is_on for row in standing.of(staged))

    stopping.go_on(staged, by=ada, at=now())
    work(staged)

    assert len(network.log(social.handle)) == 2
    assert all(row.is_on for row in standing.of(staged) if row.kind == "ad")
    assert len(network.log(ads.handle)) == 2


def test_a_stop_between_two_claims_is_seen_by_the_second(
    staged: Batch, ada: Member, social: NetworkAccount
) -> None:
    releasing.release(staged, by=ada, at=now())
    first = claiming.claim(social.pk, 1, at=now())
    stopping.stop(staged, by=ada, at=now())

    assert len(first) == 1
    assert claiming.claim(social.pk, 10, at=now()) == []


def test_withdrawn_before_it_was_live_it_never_goes_and_its_ad_is_archived(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, ads: Any, stroud: Place
) -> None:
    was_live = withdrawing.withdraw(staged, [stroud.pk], by=ada, at=now(), reason=WHY)
    releasing.release(staged, by=ada, at=now())
    work(staged)

    assert was_live == 0
    rows = {(r.kind, r.place_id): r for r in standing.of(staged)}
    assert (rows["post", stroud.pk].state, rows["post", stroud.pk].reason) == ("withdrawn", WHY)
    assert rows["ad", stroud.pk].removed_at
    assert len(network.log(social.handle)) == 1


def test_withdrawn_when_live_the_post_is_deleted_the_ad_ended_and_both_counted_as_seen(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, ads: Any, stroud: Place
) -> None:
    releasing.release(staged, by=ada, at=now())
    work(staged)

    was_live = withdrawing.withdraw(staged, [stroud.pk], by=ada, at=now(), reason=WHY)
    work(staged)

    assert was_live == 2
    assert network.log(social.handle, all=True)[-1]["what"] == "post deleted"
    assert network.log(ads.handle, all=True)[-1]["what"] == "ad archived"


def test_after_a_withdrawal_the_seat_can_be_staged_and_go_anew(
    staged: Batch, ada: Member, post: Any, network: MadeUp, social: NetworkAccount, stroud: Place
) -> None:
    releasing.release(staged, by=ada, at=now())
    withdrawing.withdraw(staged, [stroud.pk], ["post"], by=ada, at=now(), reason=WHY)
    work(staged)

    staging.stage(staged, [post(stroud, words="On Sunday")], by=ada, at=now())
    work(staged)

    assert the(staged, "post", stroud).state == "live"
    assert len(network.log(social.handle)) == 2


@pytest.fixture
def many(batch: Batch, post: Any, ada: Member, england: Place) -> Batch:
    """Posts for three hundred seats, staged."""
    seats = [
        Place.objects.create(code=f"T{n}", kind="seat", name=f"Seat {n}", slug=f"seat-{n}")
        for n in range(300)
    ]
    staging.stage(batch, [post(seat) for seat in seats], by=ada, at=now())
    work(batch)
    return batch


@pytest.mark.django_db(transaction=True)
def test_a_stop_in_the_middle_of_a_release_is_in_force_within_a_second(
    many: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    network.behaves(latency_ms=200, per_second=60)
    releasing.release(many, by=ada, at=now())
    worker = threading.Thread(target=_work_apart, args=[many])
    worker.start()
    time.sleep(1)

    stopped_at = now()
    stopping.stop(many, by=ada, at=stopped_at)
    worker.join()

    last = network.log(social.handle)[-1]["at"]
    assert 0 < len(network.log(social.handle)) < 300
    assert (time_of(last) - stopped_at.timestamp()) < 1

    network.calm()
    stopping.go_on(many, by=ada, at=now())
    work(many)
    later(many)
    references = [entry["reference"] for entry in network.log(social.handle)]
    assert len(references) == len(set(references)) == 300


@pytest.mark.django_db(transaction=True)
def test_decisions_and_handing_over_never_wait_for_each_other_in_a_circle(
    many: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    """Stops, holds and releases all the while: each at once, and each post out once."""
    network.behaves(latency_ms=20)
    places = list(many.publications.order_by("-pk").values_list("place_id", flat=True))
    releasing.release(many, by=ada, at=now())
    worker = threading.Thread(target=_work_apart, args=[many])
    worker.start()
    longest, until = 0.0, time.monotonic() + 4

    while time.monotonic() < until:
        for act in (
            lambda: holding.hold(many, places[:150], by=ada, at=now(), reason=WHY),
            lambda: stopping.stop(many, by=ada, at=now()),
            lambda: stopping.go_on(many, by=ada, at=now()),
            lambda: holding.let_go(many, places[:150], by=ada, at=now()),
        ):
            began = time.monotonic()
            act()
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.05)
    worker.join()
    work(many)

    references = [entry["reference"] for entry in network.log(social.handle)]
    assert len(references) == len(set(references)) == 300
    assert longest < 1


def _work_apart(batch: Batch) -> None:
    from django.db import connections

    try:
        work(batch)
    finally:
        connections.close_all()


def time_of(words: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(words).timestamp()

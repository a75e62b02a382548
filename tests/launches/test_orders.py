"""Acts that cross each other: one order of locks, and the later word stands."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from muster.actions import local_pages
from muster.actions.models import ActionPage
from muster.content import approving, masters
from muster.launches import arming, drafting, going, holding, repairing, stopping, withdrawing
from muster.launches.arming import CannotArm
from muster.launches.models import Item, Launch
from muster.launches.parts import masters_of
from muster.messaging.models import Sending
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from muster.publishing.models import Publication
from tests.conftest import NOON, supporter
from tests.content.conftest import candidate
from tests.launches.conftest import LONG, armed, drawn, held, item, now, rehearsed, together

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=1)


def test_whoever_may_press_go_may_stop_it(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = going.go(armed(launch, ada, dilys), by=dilys, at=now())

    assert stopping.stop_all(launch, by=dilys, at=now()).stopped_by == dilys


def test_words_changed_after_the_rehearsal_must_be_rehearsed(
    launch: Launch, ada: Member, approver: Member
) -> None:
    launch = rehearsed(launch, ada)
    master = launch.message.master
    masters.change(
        master, replace(masters.words_of(master), subject="Come, {seat}"), by=ada, at=SOON
    )
    drafting.renew(launch, SOON)
    approving.approve(master, approver, SOON, SOON + LONG)

    with pytest.raises(CannotArm, match="Rehearse it as it stands now"):
        arming.arm(Launch.objects.get(pk=launch.pk), by=ada, at=SOON, proved_at=SOON)


def test_what_was_sealed_again_stays_back_until_it_is_let_go(
    launch: Launch,
    party: Organisation,
    ada: Member,
    dilys: Member,
    approver: Member,
    neath: Place,
    crowd: list[Person],
) -> None:
    """Never uploaded before, so that nothing of it was ever held where the posts lie."""
    launch = armed(launch, ada, dilys)
    candidate(party, neath, "Rhys Bevan")
    Publication.objects.filter(place=neath).delete()
    launch = going.go(launch, by=ada, at=now())
    repairing.make_again(launch, neath, by=ada, at=now())
    for master in masters_of(drawn(launch)):
        approving.approve(master, approver, NOON, NOON + LONG)

    repairing.seal_again(launch, neath, by=ada, at=now())

    rows = Publication.objects.filter(batch=launch.batch, place=neath)
    assert rows.count() == 2
    assert not rows.filter(held_at=None).exists()
    holding.let_go(launch, neath, ["email", "page"], by=ada, at=now())
    assert not rows.filter(held_at=None).exists()


def test_a_page_closed_since_it_was_armed_stops_go_and_going_on(
    launch: Launch, ada: Member, dilys: Member
) -> None:
    launch = armed(launch, ada, dilys)
    ActionPage.objects.filter(pk=launch.page_id).update(is_open=False)

    with pytest.raises(going.CannotGo, match="Open the page that its links lead to"):
        going.go(launch, by=ada, at=now())

    ActionPage.objects.filter(pk=launch.page_id).update(is_open=True)
    launch = going.go(launch, by=ada, at=now())
    stopping.stop_all(launch, by=ada, at=now())
    ActionPage.objects.filter(pk=launch.page_id).update(is_open=False)
    with pytest.raises(stopping.CannotGoOn, match="Open the page"):
        stopping.go_on(launch, by=ada, at=now())


def test_nobody_alone_lifts_the_ceiling_that_two_agreed_to(
    launch: Launch, party: Organisation, ada: Member, dilys: Member, neath: Place
) -> None:
    launch = armed(launch, ada, dilys)
    for n in range(27):
        supporter(party, f"New{n}", "Person", neath)
    launch = going.go(launch, by=ada, at=now())

    repairing.seal_again(launch, neath, by=ada, at=now())

    assert item(launch, neath, "email").ceiling == 30
    with pytest.raises(holding.StaysHeld, match="more than the 30 agreed"):
        holding.let_go(launch, neath, by=ada, at=now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [holding.hold, withdrawing.withdraw])
def test_a_seat_taken_back_while_go_runs_stays_back_with_all_it_has(
    launch: Launch, ada: Member, dilys: Member, neath: Place, crowd: list[Person], act: object
) -> None:
    launch = armed(launch, ada, dilys)
    held_up = threading.Event()

    def take_back() -> None:
        held_up.wait(0.2)
        act(launch, neath, by=ada, at=now(), reason="No.")  # type: ignore[operator]

    refused = together([lambda: going.go(launch, by=ada, at=now()), take_back])

    assert refused == []
    assert neath.pk not in local_pages.live_places(launch.page)
    assert item(launch, neath, "page").live_at is None
    assert launch.sending is not None
    assert launch.sending.holds.filter(place=neath).exists()


@pytest.mark.django_db(transaction=True)
def test_a_seat_let_go_while_go_runs_goes_with_all_that_was_let_go(
    launch: Launch, ada: Member, dilys: Member, neath: Place, crowd: list[Person]
) -> None:
    launch = armed(launch, ada, dilys)
    holding.hold(launch, neath, by=ada, at=now(), reason="Wait.")
    released: list[int] = []

    def let_go() -> None:
        count = holding.let_go(launch, neath, ["post", "ad", "page"], by=ada, at=now())
        released.append(count)

    with transaction.atomic():
        # Go has read what is held, and waits here for its messages.
        Sending.objects.select_for_update().get(pk=launch.sending_id)
        goes = _begun(lambda: going.go(launch, by=ada, at=now()), waiting=1)
        lets_go = _begun(let_go, waiting=2)
    goes.join()
    lets_go.join()

    assert released == [3]
    assert set(held(launch)) == {(neath.name, "email")}
    rows = Publication.objects.filter(batch=launch.batch, place=neath)
    assert set(rows.values_list("state", "held_at")) == {("staged", None)}
    assert neath.pk in local_pages.live_places(launch.page)
    assert item(launch, neath, "page").live_at is not None


def test_no_hold_beneath_outlives_the_items(
    launch: Launch, ada: Member, dilys: Member, neath: Place, crowd: list[Person]
) -> None:
    launch = armed(launch, ada, dilys)
    holding.hold(launch, neath, by=ada, at=now(), reason="Wait.")
    launch = going.go(launch, by=ada, at=now())
    Item.objects.filter(launch=launch).update(held_at=None, held_by=None, held_reason="")

    assert holding.let_go(launch, neath, by=ada, at=now()) == 0

    assert launch.sending is not None
    assert not launch.sending.holds.exists()
    assert not Publication.objects.filter(batch=launch.batch, held_at__isnull=False).exists()
    assert neath.pk in local_pages.live_places(launch.page)


def _begun(act: Callable[[], object], *, waiting: int) -> threading.Thread:
    """Do it beside us; returns once so many wait for a lock here, or it has ended."""

    def whole() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=whole)
    thread.start()
    while thread.is_alive() and _waiting() < waiting:
        time.sleep(0.01)
    return thread


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (count,) = cursor.fetchone()
    return int(count)

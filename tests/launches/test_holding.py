"""Hold, release, withdraw, retry one seat; stop all: before Go, during it and after."""

from datetime import timedelta

import pytest

from muster.actions import local_pages
from muster.actions.local_pages import LocalWords
from muster.journal.models import Fact
from muster.launches import (
    events,
    facts,
    going,
    holding,
    retrying,
    stopping,
    withdrawing,
)
from muster.launches.models import Event, Launch
from muster.launches.standing import standing
from muster.messaging import leaving_out
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from muster.publishing.models import Publication
from tests.conftest import NOON
from tests.content.conftest import candidate
from tests.launches.conftest import EVERY, armed, held, now, published, sent, staged, together
from tests.messaging.conftest import Mailbox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_a_seat_held_and_released_ten_times_gets_everything_once(
    launch: Launch,
    ada: Member,
    dilys: Member,
    stroud: Place,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())
    launch = going.go(launch, by=ada, at=now())

    for _ in range(10):
        holding.hold(launch, stroud, by=ada, at=now(), reason="Wait.")
        sent(launch)
        published(launch, now())
        assert len(mailbox.mail()) - before == 4
        assert stroud.pk not in local_pages.live_places(launch.page)
        holding.let_go(launch, stroud, by=ada, at=now())
    sent(launch)
    published(launch, now())

    assert len(mailbox.mail()) - before == len(crowd)
    assert held(launch) == {}
    assert standing(launch).seats_live == 2
    told = Event.objects.filter(launch=launch, place=stroud, kind="email")
    assert told.filter(what=events.HELD).count() == told.filter(what=events.LET_GO).count() == 10


def test_a_hold_takes_down_the_launchs_own_page_and_nobody_elses(
    launch: Launch, ada: Member, stroud: Place
) -> None:
    earlier = {stroud.pk: LocalWords("An earlier launch", "Still read by people.")}
    local_pages.put_live(launch.page, earlier, at=NOON)

    holding.hold(launch, stroud, by=ada, at=LATER, reason="Wait.")
    withdrawing.withdraw(launch, stroud, by=ada, at=LATER, reason="Not this time.")

    assert local_pages.live_places(launch.page)[stroud.pk].title == "An earlier launch"


def test_nothing_is_withdrawn_without_a_reason(launch: Launch, ada: Member, stroud: Place) -> None:
    with pytest.raises(withdrawing.CannotWithdraw, match="Say why"):
        withdrawing.withdraw(launch, stroud, by=ada, at=NOON, reason=" ")

    assert not launch.items.exclude(withdrawn_at=None).exists()


def test_held_twice_it_keeps_its_first_reason(launch: Launch, ada: Member, stroud: Place) -> None:
    assert holding.hold(launch, stroud, by=ada, at=NOON, reason="First.") == 4
    assert holding.hold(launch, stroud, by=ada, at=LATER, reason="Second.") == 0

    assert set(held(launch).values()) == {"First."}
    assert Fact.objects.filter(kind=facts.SEAT_HELD, place_id=stroud.pk).count() == 1


def test_an_organiser_holds_in_their_own_seat_only(
    launch: Launch, ben: Member, drew: Member, stroud: Place, neath: Place
) -> None:
    assert holding.hold(launch, stroud, ["post"], by=ben, at=NOON, reason="Wrong date.") == 1

    with pytest.raises(holding.CannotHold):
        holding.hold(launch, neath, by=ben, at=NOON, reason="Theirs.")
    with pytest.raises(holding.CannotHold):
        holding.hold(launch, stroud, by=drew, at=NOON, reason="Rivals.")
    with pytest.raises(withdrawing.CannotWithdraw):
        withdrawing.withdraw(launch, neath, by=ben, at=NOON, reason="Theirs.")
    with pytest.raises(stopping.CannotStop):
        stopping.stop_all(launch, by=ben, at=NOON)


def test_what_failed_at_go_is_asked_again_before_it_is_let_go(
    launch: Launch,
    party: Organisation,
    ada: Member,
    dilys: Member,
    neath: Place,
    mailbox: Mailbox,
    crowd: list[Person],
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())
    new = candidate(party, neath, "Rhys Bevan")
    launch = going.go(launch, by=ada, at=now())

    with pytest.raises(holding.StaysHeld, match="another than when it was armed"):
        holding.let_go(launch, neath, by=ada, at=now())
    new.delete()
    assert holding.let_go(launch, neath, by=ada, at=now()) == 4

    sent(launch)
    assert len(mailbox.mail()) - before == len(crowd)


def test_what_was_not_ready_at_arming_cannot_be_let_go_unsealed(
    launch: Launch, ada: Member, dilys: Member, neath: Place
) -> None:
    cuts = launch.message.master.cuts.filter(place=neath)
    cuts.update(problems=["Candidate missing"])
    holding.hold(launch, neath, by=ada, at=NOON, reason="No candidate yet.")
    launch = going.go(armed(launch, ada, dilys), by=ada, at=now())
    cuts.update(problems=[])

    with pytest.raises(holding.StaysHeld, match="not ready when the launch was armed"):
        holding.let_go(launch, neath, ["email"], by=ada, at=now())


def test_withdrawn_before_go_a_seat_never_goes_and_the_rest_finishes(
    launch: Launch,
    ada: Member,
    dilys: Member,
    neath: Place,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())

    done = withdrawing.withdraw(launch, neath, by=ada, at=NOON, reason="Our candidate resigned.")
    launch = going.go(launch, by=ada, at=now())
    sent(launch)
    assert launch.sending is not None
    leaving_out.leave_out(launch.sending.pk, now())
    sent(launch)
    published(launch, now())

    assert (done.items, done.not_recallable) == (4, 0)
    assert len(mailbox.mail()) - before == 4
    found = standing(launch)
    assert [seat.state for seat in found.seats] == ["live", "withdrawn"]
    assert (found.state, found.seats_asked, found.seats_live) == ("finished", 1, 1)
    assert found.audience == found.delivered + sum(found.left_out.values())


def test_what_cannot_be_recalled_is_counted(
    launch: Launch, ada: Member, dilys: Member, stroud: Place, crowd: list[Person]
) -> None:
    launch = going.go(armed(launch, ada, dilys), by=ada, at=now())
    sent(launch)
    published(launch, now())
    assert standing(launch).not_recallable == 8 + 4

    done = withdrawing.withdraw(launch, stroud, by=ada, at=now(), reason="A mistake.")
    again = withdrawing.withdraw(launch, stroud, by=ada, at=now(), reason="A mistake.")

    assert (done.items, done.not_recallable) == (4, 4 + 2)
    assert (again.items, again.not_recallable) == (0, 0)
    assert Publication.objects.filter(place=stroud, state="withdrawn").count() == 2
    assert stroud.pk not in local_pages.live_places(launch.page)
    assert standing(launch).not_recallable == 8 + 4


def test_a_failed_post_is_tried_again_and_nothing_else_is(
    launch: Launch, ada: Member, dilys: Member, stroud: Place, neath: Place
) -> None:
    launch = going.go(armed(launch, ada, dilys), by=ada, at=now())
    post = Publication.objects.filter(batch=launch.batch, kind="post", place=stroud)
    post.update(state="failed", reason="500 from the network", staged_at=NOON)
    found = standing(launch).seats[0].items["post"]
    assert (found.state, found.reason) == ("failed", "500 from the network")

    assert retrying.retry(launch, stroud, by=ada, at=now()) == 1

    assert post.get().state == "releasing"
    with pytest.raises(retrying.CannotRetry, match="No post or ad of this seat failed"):
        retrying.retry(launch, neath, by=ada, at=now())


def test_a_refused_ad_is_submitted_again_before_it_is_armed(
    launch: Launch, ada: Member, stroud: Place
) -> None:
    launch = staged(launch, ada)
    ad = Publication.objects.filter(batch=launch.batch, kind="ad", place=stroud)
    ad.update(state="failed", review="refused", reason="The headline shouts.")

    assert retrying.retry(launch, stroud, ["ad"], by=ada, at=NOON) == 1

    assert ad.get().state == "staging"


def test_a_failed_post_whose_approval_ran_out_is_not_tried_again(
    launch: Launch, ada: Member, dilys: Member, stroud: Place
) -> None:
    launch = going.go(armed(launch, ada, dilys), by=ada, at=now())
    assert launch.post is not None
    Publication.objects.filter(batch=launch.batch, kind="post").update(state="failed")
    launch.post.approvals.update(until=NOON)

    with pytest.raises(retrying.CannotRetry, match="approval ran out"):
        retrying.retry(launch, stroud, ["post"], by=ada, at=now())


@pytest.mark.django_db(transaction=True)
def test_hold_against_go_holds(launch: Launch, ada: Member, dilys: Member, stroud: Place) -> None:
    launch = armed(launch, ada, dilys)

    refused = together(
        [
            lambda: going.go(launch, by=ada, at=now()),
            lambda: holding.hold(launch, stroud, by=ada, at=now(), reason="Wait."),
        ]
    )

    assert refused == []
    assert set(held(launch)) == {("Stroud", kind) for kind in EVERY}
    assert launch.sending is not None
    assert launch.sending.holds.filter(place=stroud).exists()
    assert stroud.pk not in local_pages.live_places(launch.page)
    rows = Publication.objects.filter(batch=launch.batch, place=stroud)
    assert not rows.filter(held_at=None).exists()

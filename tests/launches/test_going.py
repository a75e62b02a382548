"""Go: every seat's e-mail, post, ad and page at one press; what fails is held, seat by seat."""

from datetime import timedelta

import pytest

from muster.actions import local_pages
from muster.journal.models import Fact
from muster.launches import arming, events, facts, going, holding
from muster.launches.going import CannotGo
from muster.launches.models import Event, Launch
from muster.launches.standing import standing
from muster.messaging.models import Sending
from muster.organisations.models import Member, Organisation, Role
from muster.people.models import Person
from muster.places.models import Place
from muster.publishing.models import Publication
from tests.conftest import NOON, supporter
from tests.launches.conftest import (
    EVERY,
    armed,
    held,
    now,
    published,
    rehearsed,
    sent,
)
from tests.messaging.conftest import Mailbox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_every_seat_goes_live_with_all_it_has(
    launch: Launch, ada: Member, dilys: Member, crowd: list[Person], mailbox: Mailbox, stroud: Place
) -> None:
    launch = armed(launch, ada, dilys)
    rehearsal = len(mailbox.mail())

    gone = going.go(launch, by=ada, at=now())
    sent(gone)
    published(gone, now())

    assert len(mailbox.mail()) - rehearsal == len(crowd)
    found = standing(gone)
    assert (found.state, found.seats_live, found.seats_asked) == ("finished", 2, 2)
    assert {seat.state for seat in found.seats} == {"live"}
    assert set(local_pages.live_places(gone.page)) == {seat.place_id for seat in found.seats}
    assert Fact.objects.filter(kind=facts.LAUNCH_WENT, member=ada).count() == 1


def test_pressing_twice_is_pressing_once(
    launch: Launch, ada: Member, dilys: Member, crowd: list[Person]
) -> None:
    launch = armed(launch, ada, dilys)

    first = going.go(launch, by=ada, at=LATER)
    again = going.go(launch, by=dilys, at=LATER + timedelta(seconds=1))

    assert (again.went_at, again.went_by) == (first.went_at, ada)
    assert Event.objects.filter(launch=launch, what=events.WENT).count() == 1
    assert Sending.objects.in_earnest().count() == 1


def test_it_cannot_go_before_two_have_armed_it(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)

    with pytest.raises(CannotGo, match="Two members must arm it first"):
        going.go(launch, by=ada, at=NOON)


def test_whoever_armed_it_must_still_be_one_who_may(
    launch: Launch, ada: Member, dilys: Member
) -> None:
    launch = armed(launch, ada, dilys)
    Role.objects.filter(member=dilys).update(revoked_at=LATER)

    with pytest.raises(CannotGo) as refused:
        going.go(launch, by=ada, at=LATER + timedelta(minutes=1))

    assert refused.value.args == (
        "Dilys Hughes armed it and may no longer: disarm it, and have another arm it.",
        "Nobody who armed it may authorise spending any more (SP-1).",
    )
    assert Launch.objects.get(pk=launch.pk).went_at is None


def test_disarmed_in_between_it_does_not_go(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = armed(launch, ada, dilys)
    arming.disarm(launch, by=dilys, at=LATER)

    with pytest.raises(CannotGo):
        going.go(launch, by=ada, at=LATER)

    assert not Publication.objects.filter(state="releasing").exists()


def test_what_was_held_before_go_does_not_go_and_keeps_its_reason(
    launch: Launch,
    ada: Member,
    dilys: Member,
    stroud: Place,
    mailbox: Mailbox,
    crowd: list[Person],
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())
    holding.hold(launch, stroud, by=ada, at=NOON, reason="A funeral in town.")

    gone = going.go(launch, by=ada, at=now())
    sent(gone)

    assert held(launch) == {("Stroud", kind): "A funeral in town." for kind in EVERY}
    assert len(mailbox.mail()) - before == 4
    assert stroud.pk not in local_pages.live_places(launch.page)


def test_numbers_add_up_whatever_happened(
    launch: Launch,
    party: Organisation,
    ada: Member,
    dilys: Member,
    stroud: Place,
    neath: Place,
    crowd: list[Person],
) -> None:
    supporter(party, "Never", "Asked", stroud)
    launch = armed(launch, ada, dilys)
    holding.hold(launch, neath, ["email"], by=ada, at=NOON, reason="Not yet.")

    gone = going.go(launch, by=ada, at=now())
    sent(gone)

    found = standing(gone)
    ended = found.delivered + found.failed + sum(found.left_out.values()) + found.uncertain
    assert found.audience == ended + found.waiting == 9
    assert sum(found.by_state.values()) == len(found.seats) == 2
    told = found.as_json()
    assert told["audience"] == 9
    assert told["left_out_total"] == sum(told["left_out"].values()) == 1
    one = found.as_json([stroud.pk])
    assert (one["audience"], list(one["seats"])) == (5, [stroud.code])

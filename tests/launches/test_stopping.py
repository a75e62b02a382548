"""Stop all and going on: before Go, during it and after; and what is told of all that happened."""

from datetime import timedelta

import pytest

from muster.launches import (
    events,
    going,
    history,
    holding,
    refusals,
    stopping,
)
from muster.launches.models import Launch
from muster.launches.standing import standing
from muster.messaging.models import Sending
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON
from tests.content.conftest import candidate
from tests.launches.conftest import EVERY, armed, held, now, sent, together
from tests.messaging.conftest import Mailbox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_stopped_before_go_it_does_not_go(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = armed(launch, ada, dilys)
    stopping.stop_all(launch, by=ada, at=NOON)

    with pytest.raises(going.CannotGo, match="It was stopped"):
        going.go(launch, by=ada, at=LATER)

    assert stopping.go_on(launch, by=ada, at=LATER) == 0
    assert going.go(launch, by=ada, at=LATER).went_at == LATER


def test_stopped_after_go_nothing_more_goes_until_it_goes_on(
    launch: Launch,
    ada: Member,
    dilys: Member,
    approver: Member,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())
    launch = going.go(launch, by=ada, at=now())

    stopping.stop_all(launch, by=approver, at=now())
    stopping.stop_all(launch, by=ada, at=now())
    sent(launch)

    found = standing(launch)
    assert len(mailbox.mail()) == before
    assert (found.state, found.stopped_by) == ("stopped", "Ola Approves")
    assert {seat.state for seat in found.seats} == {"stopped"}
    assert launch.batch is not None
    launch.batch.refresh_from_db()
    assert launch.batch.stopped_at is not None

    stopping.go_on(launch, by=ada, at=now())
    sent(launch)
    assert len(mailbox.mail()) - before == len(crowd)


def test_what_lapsed_while_it_was_stopped_is_held_when_it_goes_on(
    launch: Launch,
    ada: Member,
    dilys: Member,
    approver: Member,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())
    launch = going.go(launch, by=ada, at=now())
    stopping.stop_all(launch, by=ada, at=now())
    launch.message.master.approvals.update(until=NOON)

    assert stopping.go_on(launch, by=ada, at=now()) == 2
    sent(launch)

    assert len(mailbox.mail()) == before
    assert {kind for _, kind in held(launch)} == {"email"}
    assert standing(launch).waiting == len(crowd)


@pytest.mark.django_db(transaction=True)
def test_stop_against_go_leaves_nothing_going(
    launch: Launch, ada: Member, dilys: Member, approver: Member
) -> None:
    launch = armed(launch, ada, dilys)

    together(
        [
            lambda: going.go(launch, by=ada, at=now()),
            lambda: stopping.stop_all(launch, by=approver, at=now()),
        ]
    )

    launch.refresh_from_db()
    sending = Sending.objects.get(pk=launch.sending_id)
    assert launch.stopped_at is not None
    assert sending.state in (Sending.State.STOPPED, Sending.State.ARMED)
    if launch.went_at is not None:
        assert launch.batch is not None
        launch.batch.refresh_from_db()
        assert launch.batch.stopped_at is not None


def test_every_act_is_in_the_history_with_who_and_why(
    launch: Launch, ada: Member, dilys: Member, stroud: Place, neath: Place, crowd: list[Person]
) -> None:
    launch = armed(launch, ada, dilys)
    holding.hold(launch, stroud, ["post"], by=ada, at=LATER, reason="Wrong picture.")
    going.go(launch, by=ada, at=now())

    told = history.of(launch)

    whats = [one.what for one in told if not one.kind]
    assert whats == ["went", "sealed", "armed", "armed", "rehearsed", "staged", "drafted"]
    kept = next(one for one in told if one.what == events.HELD)
    assert (kept.by, kept.reason, kept.place_name) == ("Ada Marsh", "Wrong picture.", "Stroud")
    assert all(one.place_id in (None, neath.pk) for one in history.of(launch, neath))


def test_refusals_tell_what_was_held_at_go_and_what_failed(
    launch: Launch, party: Organisation, ada: Member, dilys: Member, neath: Place
) -> None:
    launch = armed(launch, ada, dilys)
    assert refusals.latest(launch) == []
    candidate(party, neath, "Rhys Bevan")

    launch = going.go(launch, by=ada, at=now())

    found = refusals.latest(launch)
    assert {(one.kind, one.place_name) for one in found} == {
        (kind, "Neath and Swansea East") for kind in EVERY
    }
    assert refusals.latest(launch, since=now()) == []

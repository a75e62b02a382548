"""Lost jobs: what is owed and nobody is at is taken up again, and nothing else is."""

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.messaging import arming, holding, looking_after, pressing, tasks, topping_up
from muster.messaging.models import Delivery, Message, Sending
from muster.organisations.models import Member
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON
from tests.messaging.conftest import Mailbox, armed, finish

LATER = timedelta(minutes=5)


@pytest.fixture
def going(launched: Message, ada: Member, crowd: list[Person]) -> Sending:
    """Gone, topped up, and every job of it lost."""
    sending = arming.go(armed(launched, ada), by=ada, at=datetime.now(UTC))
    topping_up.top_up(sending.pk, datetime.now(UTC))
    ProcrastinateJob.objects.all().delete()
    return sending


def queued() -> list[tuple[str, dict[str, int]]]:
    waiting = ProcrastinateJob.objects.filter(status="todo").order_by("pk")
    return list(waiting.values_list("task_name", "args"))


def test_a_chunk_whose_job_was_lost_is_queued_again_once(
    going: Sending, crowd: list[Person], mailbox: Mailbox
) -> None:
    for _ in range(3):
        looking_after.look_after(datetime.now(UTC) + LATER)

    assert queued() == [("messaging.deliver", {"sending": going.pk, "chunk": 0})]
    tasks.work(going.pk, 0)
    assert sorted(len(mailbox.to(person)) for person in crowd) == [1] * len(crowd)
    assert Sending.objects.get(pk=going.pk).state == Sending.State.FINISHED


def test_what_somebody_is_at_is_left_alone(going: Sending) -> None:
    soon = datetime.now(UTC) + LATER
    first = Delivery.objects.filter(sending_id=going.pk).order_by("person_id")[:1].get()
    Delivery.objects.filter(sending_id=going.pk, person_id=first.person_id).update(
        state=Delivery.State.CLAIMED, lease_until=soon + timedelta(seconds=5)
    )

    looking_after.look_after(soon)

    assert queued() == []


def test_a_job_that_waits_its_turn_or_a_later_time_is_enough(going: Sending) -> None:
    tasks._look_again(going.pk, 0, datetime.now(UTC) + 2 * LATER)

    looking_after.look_after(datetime.now(UTC) + LATER)

    assert len(queued()) == 1


def test_who_waits_in_a_held_or_stopped_sending_is_not_forgotten_but_meant_to_wait(
    going: Sending, ada: Member, stroud: Place, neath: Place
) -> None:
    holding.hold(going, [stroud.pk, neath.pk], by=ada, at=NOON)
    looking_after.look_after(datetime.now(UTC) + LATER)
    held = queued()
    pressing.stop(going, by=ada, at=NOON)
    looking_after.look_after(datetime.now(UTC) + LATER)

    assert held == queued() == []


def test_a_sending_whose_last_job_was_lost_before_it_was_called_finished_is_finished(
    going: Sending, crowd: list[Person], mailbox: Mailbox
) -> None:
    finish(going)
    Sending.objects.filter(pk=going.pk).update(state=Sending.State.RELEASING, finished_at=None)

    looking_after.look_after(datetime.now(UTC) + LATER)

    assert Sending.objects.get(pk=going.pk).state == Sending.State.FINISHED


def test_laying_out_and_topping_up_are_taken_up_too(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    sending = arming.arm(launched, by=ada, at=datetime.now(UTC))
    ProcrastinateJob.objects.all().delete()
    looking_after.look_after(datetime.now(UTC) + LATER)
    laying = queued()
    ProcrastinateJob.objects.all().delete()
    Sending.objects.filter(pk=sending.pk).update(
        state=Sending.State.RELEASING, went_at=datetime.now(UTC)
    )
    looking_after.look_after(datetime.now(UTC) + LATER)

    assert laying == [("messaging.lay_out", {"sending": sending.pk})]
    assert ("messaging.top_up", {"sending": sending.pk}) in queued()

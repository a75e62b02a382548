"""A seat held, let go, withdrawn: before Go and after, while it is laid out and while it goes."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.messaging import (
    arming,
    chunks,
    holding,
    laying_out,
    leaving_out,
    pressing,
    sending,
    tasks,
    topping_up,
)
from muster.messaging.finishing import finish_if_done
from muster.messaging.models import Delivery, Message, SeatHold, Sending
from muster.messaging.progress import progress
from muster.messaging.senders import this_sender
from muster.messaging.standing import seats_of
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON, supporter
from tests.messaging.conftest import Mailbox, armed, delivery_of, finish, gone, together

pytestmark = pytest.mark.django_db
State = Sending.State
Agree = Callable[[Person], Person]


def seats_that_got_it(mailbox: Mailbox) -> set[str]:
    return {kept.seat for kept in mailbox.mail()}


def work(sending: Sending) -> Sending:
    """Run the jobs themselves, as a worker would."""
    for chunk in range(chunks.count_of(sending.audience) + 1):
        tasks.work(sending.pk, chunk)
    return Sending.objects.get(pk=sending.pk)


def leave_out(sending: Sending) -> None:
    """What the job of a withdrawal does."""
    leaving_out.leave_out(sending.pk, NOON)
    finish_if_done(sending.pk, NOON)


def test_a_seat_held_before_go_gets_nothing_and_the_others_everything(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    stroud: Place,
    neath: Place,
    mailbox: Mailbox,
) -> None:
    sending = armed(launched, ada)
    holding.hold(sending, [stroud.pk], by=ada, at=NOON)

    standing = gone(sending, ada)

    assert seats_that_got_it(mailbox) == {neath.code}
    assert standing.state == State.RELEASING
    now = seats_of(sending)
    assert (now[stroud.pk].waiting, now[neath.pk].waiting) == (4, 0)


def test_a_seat_held_by_go_itself_gets_nothing(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    stroud: Place,
    neath: Place,
    mailbox: Mailbox,
) -> None:
    sending = arming.go(armed(launched, ada), by=ada, at=datetime.now(UTC), held=[stroud.pk])

    finish(sending)

    assert seats_that_got_it(mailbox) == {neath.code}
    assert sending.holds.get().held_by is None


def test_held_while_it_is_laid_out_it_stays_held(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    stroud: Place,
    neath: Place,
    mailbox: Mailbox,
) -> None:
    sending = arming.arm(launched, by=ada, at=NOON)
    holding.hold(sending, [stroud.pk], by=ada, at=NOON)
    laying_out.lay_out(sending.pk, NOON)

    gone(sending, ada)

    assert seats_that_got_it(mailbox) == {neath.code}


def test_let_go_it_gets_everything_and_only_then_is_it_finished(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending = armed(launched, ada)
    holding.hold(sending, [stroud.pk], by=ada, at=NOON)
    gone(sending, ada)

    holding.let_go(sending, [stroud.pk], by=ada, at=NOON)

    assert finish(sending).state == State.FINISHED
    assert len(mailbox.mail()) == len(crowd)


def test_what_is_held_does_not_keep_a_job_coming_back(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending_ = arming.go(armed(launched, ada), by=ada, at=datetime.now(UTC), held=[stroud.pk])

    assert sending.work_chunk(sending_.pk, 0) is None


def test_letting_go_queues_what_waits_once(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending = armed(launched, ada)
    holding.hold(sending, [stroud.pk], by=ada, at=NOON)
    gone(sending, ada)
    ProcrastinateJob.objects.all().delete()

    for _ in range(3):
        holding.let_go(sending, [stroud.pk], by=ada, at=NOON)
        chunks.queue_open(sending.pk)

    queued = ProcrastinateJob.objects.values_list("task_name", "args")
    assert sorted(name for name, _ in queued) == ["messaging.deliver", "messaging.queue_open"]
    assert ("messaging.deliver", {"sending": sending.pk, "chunk": 0}) in queued


def test_a_job_put_off_for_later_does_not_keep_a_seat_waiting(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place
) -> None:
    sending = armed(launched, ada)
    arming.go(sending, by=ada, at=NOON)
    ProcrastinateJob.objects.all().delete()
    tasks._look_again(sending.pk, 0, datetime(2090, 1, 1, tzinfo=UTC))

    chunks.queue_open(sending.pk)

    assert ProcrastinateJob.objects.filter(scheduled_at=None).count() == 1


def test_held_and_let_go_ten_times_everyone_gets_it_once(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending = arming.go(armed(launched, ada), by=ada, at=NOON)
    for _ in range(10):
        holding.hold(sending, [stroud.pk], by=ada, at=NOON)
        tasks.work(sending.pk, 0)
        holding.let_go(sending, [stroud.pk], by=ada, at=NOON)
    topping_up.top_up(sending.pk, datetime.now(UTC))

    standing = work(sending)

    assert standing.state == State.FINISHED
    assert sorted(len(mailbox.to(person)) for person in crowd) == [1] * len(crowd)


def test_held_seats_stay_held_when_a_stopped_sending_goes_on(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    stroud: Place,
    neath: Place,
    mailbox: Mailbox,
) -> None:
    sending = arming.go(armed(launched, ada), by=ada, at=NOON)
    pressing.stop(sending, by=ada, at=NOON)
    holding.hold(sending, [stroud.pk], by=ada, at=NOON)
    pressing.go_on(sending, by=ada, at=NOON)

    finish(sending)

    assert seats_that_got_it(mailbox) == {neath.code}


def test_let_go_while_all_is_stopped_nothing_goes(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending = arming.go(armed(launched, ada), by=ada, at=NOON, held=[stroud.pk])
    pressing.stop(sending, by=ada, at=NOON)
    holding.let_go(sending, [stroud.pk], by=ada, at=NOON)

    assert finish(sending).state == State.STOPPED
    assert mailbox.mail() == []


# Withdrawn


def test_withdrawn_those_who_wait_there_are_left_out_with_the_reason(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending = armed(launched, ada)
    holding.hold(sending, [stroud.pk], by=ada, at=NOON)
    gone(sending, ada)

    holding.withdraw(sending, [stroud.pk], by=ada, at=NOON)
    holding.withdraw(sending, [stroud.pk], by=ada, at=NOON)
    leave_out(sending)
    leave_out(sending)

    now = progress(sending)
    assert now.left_out == {"Their seat was withdrawn.": 4}
    assert (now.state, now.delivered, now.waiting) == ("finished", 4, 0)
    assert delivery_of(sending, crowd[0]).reason == "Their seat was withdrawn."


def test_withdrawn_stays_withdrawn_when_somebody_lets_it_go(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending = armed(launched, ada)
    holding.withdraw(sending, [stroud.pk], by=ada, at=NOON)
    holding.let_go(sending, [stroud.pk], by=ada, at=NOON)
    arming.go(sending, by=ada, at=NOON)
    topping_up.top_up(sending.pk, datetime.now(UTC))

    assert work(sending).state == State.FINISHED
    assert {kept.seat for kept in mailbox.mail()} == {"W07000100"}


def test_withdrawn_before_it_is_laid_out_and_topped_up_its_people_are_left_out_too(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    agree: Agree,
    stroud: Place,
    mailbox: Mailbox,
) -> None:
    sending = arming.arm(launched, by=ada, at=NOON)
    holding.withdraw(sending, [stroud.pk], by=ada, at=NOON)
    leave_out(sending)
    laying_out.lay_out(sending.pk, NOON)
    sending.refresh_from_db()
    agree(supporter(party, "Joy", "joined", stroud))
    arming.go(sending, by=ada, at=NOON)
    topping_up.top_up(sending.pk, datetime.now(UTC))

    standing = work(sending)

    now = progress(sending)
    assert now.left_out == {"Their seat was withdrawn.": 5}
    assert (standing.state, now.audience, now.delivered) == (State.FINISHED, 9, 4)


def test_a_claim_that_comes_back_to_a_withdrawn_seat_is_left_out_by_its_own_job(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending = arming.go(armed(launched, ada), by=ada, at=NOON)
    topping_up.top_up(sending.pk, datetime.now(UTC))
    in_hand = Delivery.objects.filter(sending_id=sending.pk, place_id=stroud.pk)
    in_hand.update(state=Delivery.State.CLAIMED, sender_id=this_sender().id)
    holding.withdraw(sending, [stroud.pk], by=ada, at=NOON)
    leave_out(sending)
    assert in_hand.filter(state=Delivery.State.CLAIMED).count() == 4
    in_hand.update(state=Delivery.State.WAITING)  # no body was begun, as the seat is held

    standing = work(sending)

    assert (standing.state, progress(sending).left_out) == (
        State.FINISHED,
        {"Their seat was withdrawn.": 4},
    )


def test_withdrawn_after_all_went_nothing_is_taken_back(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending = gone(armed(launched, ada), ada)

    holding.withdraw(sending, [stroud.pk], by=ada, at=NOON)

    assert not SeatHold.objects.exists()
    assert progress(sending).delivered == len(crowd)


# While it goes, on connections of their own


@pytest.mark.django_db(transaction=True)
def test_a_hold_is_in_force_within_a_second_on_a_sender_at_work(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    stroud: Place,
    neath: Place,
    mailbox: Mailbox,
) -> None:
    """A sender in the middle of a slow chunk begins nothing more to the seat."""
    mailbox.slow(0.3)
    sending_ = arming.go(armed(launched, ada), by=ada, at=datetime.now(UTC))
    at_work = threading.Thread(target=_work, args=[sending_.pk])
    at_work.start()
    while not mailbox.mail():
        time.sleep(0.01)

    holding.hold(sending_, [stroud.pk], by=ada, at=datetime.now(UTC))
    held_at = datetime.now(UTC)
    at_work.join(20)

    late = [
        kept
        for kept in mailbox.mail()
        if kept.seat == stroud.code
        and (datetime.fromisoformat(kept.at) - held_at).total_seconds() > 1
    ]
    assert late == []
    seats = seats_of(sending_)
    assert seats[stroud.pk].waiting > 0
    finish_if_done(sending_.pk, datetime.now(UTC))
    assert progress(sending_).state == State.RELEASING


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", range(3))
def test_held_at_the_moment_of_go_the_seat_gets_nothing(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox, _: int
) -> None:
    sending_ = armed(launched, ada)

    together(
        lambda: arming.go(sending_, by=ada, at=NOON),
        lambda: holding.hold(sending_, [stroud.pk], by=ada, at=NOON),
    )
    sending.work_chunk(sending_.pk, 0)

    assert stroud.code not in seats_that_got_it(mailbox)


@pytest.mark.django_db(transaction=True)
def test_withdrawn_by_two_jobs_at_once_its_people_are_counted_once(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending_ = gone(armed(launched, ada), ada, held=[stroud.pk])
    holding.withdraw(sending_, [stroud.pk], by=ada, at=NOON)

    together(*[lambda: leave_out(sending_)] * 4)

    now = progress(sending_)
    assert now.left_out == {"Their seat was withdrawn.": 4}
    assert (now.state, now.waiting) == ("finished", 0)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_begins_just_after_a_seat_was_let_go_does_not_pass_it_over(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    sending_ = arming.go(armed(launched, ada), by=ada, at=NOON, held=[stroud.pk])
    with this_sender().working_on(sending_.pk):
        assert this_sender().held(sending_.pk) == {stroud.pk}

        holding.let_go(sending_, [stroud.pk], by=ada, at=NOON)
        sending.work_chunk(sending_.pk, 0)

    assert len(mailbox.mail()) == len(crowd)


def _work(sending_id: int) -> None:
    try:
        sending.work_chunk(sending_id, 0)
    finally:
        connection.close()

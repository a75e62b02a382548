"""Armed: laid out beforehand, let go at Go, or disarmed."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.content import approving
from muster.journal.models import Fact
from muster.messaging import (
    arming,
    clearing,
    drafting,
    laying_out,
    pressing,
    rehearsing,
    sending,
    tasks,
    topping_up,
)
from muster.messaging.arming import CannotArm, CannotDisarm, CannotGo
from muster.messaging.finishing import finish_if_done
from muster.messaging.models import Delivery, Message, SeatTally, Sending
from muster.messaging.progress import progress
from muster.messaging.senders import own_dsn
from muster.messaging.standing import seats_of
from muster.organisations.models import Member, Organisation
from muster.people import consenting
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import MORNING, NOON, supporter
from tests.messaging.conftest import (
    WORDS,
    Mailbox,
    armed,
    chunks_of,
    delivery_of,
    finish,
    gone,
    together,
)

pytestmark = pytest.mark.django_db
State = Sending.State
Agree = Callable[[Person], Person]


def test_an_armed_message_waits_and_goes_to_everyone_at_go(
    launched: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    sending = armed(launched, ada)
    assert (sending.state, mailbox.mail()) == (State.ARMED, [])

    finished = gone(sending, ada)

    assert finished.state == State.FINISHED
    assert len(mailbox.mail()) == len(crowd)


def test_nothing_of_it_goes_before_go_even_if_a_job_is_run(
    launched: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    sending_ = armed(launched, ada)

    assert sending.work_chunk(sending_.pk, 0) is None
    assert mailbox.mail() == []
    assert not finish_if_done(sending_.pk, NOON)


def test_arming_twice_is_arming_once_and_going_twice_is_going_once(
    launched: Message, ada: Member, approver: Member, crowd: list[Person]
) -> None:
    first = armed(launched, ada)
    assert arming.arm(launched, by=approver, at=NOON) == first

    went = arming.go(first, by=ada, at=NOON)
    again = arming.go(first, by=approver, at=NOON + timedelta(seconds=1))

    assert (again.went_at, again.went_by) == (went.went_at, ada) == (NOON, ada)
    assert Fact.objects.filter(kind="sending pressed", about_id=first.pk).count() == 1


def test_a_message_of_a_launch_cannot_be_pressed_and_a_plain_one_not_armed(
    launched: Message, ada: Member
) -> None:
    with pytest.raises(pressing.CannotPress, match="goes with its launch"):
        pressing.press(launched, by=ada, at=NOON)

    Message.objects.update(goes_with_launch=False)
    with pytest.raises(CannotArm, match="goes by itself"):
        arming.arm(launched, by=ada, at=NOON)


def test_arming_says_at_once_what_stands_in_every_seats_way(launched: Message, ada: Member) -> None:
    launched.account.host = ""
    launched.account.save()
    launched.target_list.targets.all().delete()  # type: ignore[union-attr]

    with pytest.raises(CannotArm) as refused:
        arming.arm(launched, by=ada, at=NOON)

    assert len(refused.value.args) == 2


def test_armed_its_approval_can_still_be_renewed(
    launched: Message, ada: Member, approver: Member, crowd: list[Person]
) -> None:
    armed(launched, ada)
    later = NOON + timedelta(days=60)

    launched.master.approvals.update(until=NOON + timedelta(days=1))
    approving.approve(launched.master, approver, later, later + timedelta(days=30))

    assert approving.approval_in_force(launched.master, later) is not None


def test_the_words_are_sealed_by_go(launched: Message, ada: Member, crowd: list[Person]) -> None:
    sending = armed(launched, ada)
    launched.master.refresh_from_db()
    assert launched.master.sealed_at is None

    arming.go(sending, by=ada, at=NOON)

    launched.master.refresh_from_db()
    assert launched.master.sealed_at == NOON


def test_it_cannot_go_while_it_is_laid_out(launched: Message, ada: Member) -> None:
    sending = arming.arm(launched, by=ada, at=NOON)

    with pytest.raises(CannotGo, match="still being laid out"):
        arming.go(sending, by=ada, at=NOON)


def test_its_month_is_the_month_it_was_armed_in(
    launched: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    sending = arming.arm(launched, by=ada, at=NOON)
    laying_out.lay_out(sending.pk, NOON)

    arming.go(sending, by=ada, at=NOON + timedelta(days=70))

    sending.refresh_from_db()
    assert sending.month == NOON.date().replace(day=1)
    assert {d.month for d in Delivery.objects.filter(sending_id=sending.pk)} == {sending.month}


def test_its_clocks_count_from_go(
    launched: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    sending = armed(launched, ada, at=NOON)

    gone(sending, ada)

    slowest = progress(sending).first_times.last_s
    assert slowest is not None
    assert 0 < slowest < 60


def test_those_who_can_be_written_to_come_first_in_their_seat(
    launched: Message,
    ada: Member,
    party: Organisation,
    stroud: Place,
    neath: Place,
    agree: Agree,
) -> None:
    silent = supporter(party, "Ann", "silent", stroud)
    refused = agree(supporter(party, "Bob", "refused", stroud))
    consenting.withdraw(refused, "email", source="By phone", at=NOON)
    dead = agree(supporter(party, "Cat", "dead", stroud))
    dead.contact_points.update(state="dead")
    back = agree(supporter(party, "Dan", "back", stroud))
    consenting.withdraw(back, "email", source="By phone", at=MORNING + timedelta(minutes=1))
    wording = back.consent_events.filter(is_given=True).get().wording
    assert wording is not None
    consenting.give(back, "email", wording=wording, source="Stall", at=NOON)
    good = agree(supporter(party, "Eve", "good", stroud))

    sending = armed(launched, ada)

    assert {delivery_of(sending, person).turn for person in (back, good)} == {1, 2}
    assert {delivery_of(sending, p).turn for p in (silent, refused, dead)} == {3, 4, 5}


def test_the_first_chunks_are_small_and_no_row_is_in_none(
    launched: Message, ada: Member, party: Organisation, stroud: Place
) -> None:
    Person.objects.bulk_create(
        [Person(organisation=party, seat=stroud, joined_at=MORNING) for _ in range(2150)]
    )

    sending = armed(launched, ada)

    assert chunks_of(sending) == [*range(20), 20]
    sizes = [Delivery.objects.filter(sending_id=sending.pk, chunk=n).count() for n in (0, 19, 20)]
    assert sizes == [100, 100, 150]


def test_go_queues_every_chunk_and_the_first_ahead_of_the_rest(
    launched: Message, ada: Member, party: Organisation, stroud: Place
) -> None:
    sending = armed(launched, ada)
    Sending.objects.filter(pk=sending.pk).update(audience=100_000)
    ProcrastinateJob.objects.all().delete()

    arming.go(sending, by=ada, at=NOON)

    jobs = list(ProcrastinateJob.objects.order_by("id").values_list("task_name", "args"))
    names = [name for name, _ in jobs]
    assert names[:20] == ["messaging.deliver"] * 20
    assert names[20:22] == ["messaging.queue_chunks", "messaging.top_up"]
    chunks = [args["chunk"] for name, args in jobs if name == "messaging.deliver"]
    later = jobs[20][1]
    assert [*chunks, *range(later["first"], later["end"])] == list(range(20 + 98))


def test_every_seats_first_passes_what_waits_in_the_queue_and_a_rehearsal_lets_all_pass(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    rehearsal = rehearsing.rehearse(launched, by=ada, at=NOON)
    laying_out.lay_out(rehearsal.pk, NOON)
    sending = gone(armed(launched, ada), ada)

    jobs = ProcrastinateJob.objects.filter(task_name="messaging.deliver", status="todo")
    priorities = {args["sending"]: at for args, at in jobs.values_list("args", "priority")}

    assert priorities[sending.pk] > 0 > priorities[rehearsal.pk]


# Disarmed


def test_disarmed_nobody_gets_it_and_it_may_be_armed_again(
    launched: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    first = armed(launched, ada)

    arming.disarm(first, by=ada, at=NOON)
    arming.disarm(first, by=ada, at=NOON)
    clearing.clear(first.pk)
    gone(armed(launched, ada), ada)

    first.refresh_from_db()
    assert (first.state, first.stopped_by) == (State.DISARMED, ada)
    assert not Delivery.objects.filter(sending_id=first.pk).exists()
    assert not SeatTally.objects.filter(sending_id=first.pk).exists()
    assert len(mailbox.mail()) == len(crowd)


def test_disarmed_it_does_not_go(launched: Message, ada: Member, crowd: list[Person]) -> None:
    sending = armed(launched, ada)
    arming.disarm(sending, by=ada, at=NOON)

    with pytest.raises(CannotGo, match="disarmed"):
        arming.go(sending, by=ada, at=NOON)


def test_gone_it_cannot_be_disarmed(launched: Message, ada: Member, crowd: list[Person]) -> None:
    sending = armed(launched, ada)
    arming.go(sending, by=ada, at=NOON)

    with pytest.raises(CannotDisarm):
        arming.disarm(sending, by=ada, at=NOON)


def test_disarmed_while_it_is_laid_out_nothing_is_left_of_it(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    sending = arming.arm(launched, by=ada, at=NOON)
    arming.disarm(sending, by=ada, at=NOON)

    laying_out.lay_out(sending.pk, NOON)

    sending.refresh_from_db()
    assert sending.state == State.DISARMED
    assert not Delivery.objects.filter(sending_id=sending.pk).exists()


def test_stop_before_go_does_nothing(launched: Message, ada: Member, crowd: list[Person]) -> None:
    sending = arming.arm(launched, by=ada, at=NOON)
    pressing.stop(sending, by=ada, at=NOON)
    laying_out.lay_out(sending.pk, NOON)

    sending.refresh_from_db()
    assert (sending.state, sending.stopped_at) == (State.ARMED, None)


def test_of_two_armed_at_once_the_database_keeps_one(launched: Message, ada: Member) -> None:
    sending = armed(launched, ada)
    sending.pk = None

    with pytest.raises(IntegrityError):
        sending.save(force_insert=True)


# At the same moment, on connections of their own


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", range(5))
def test_go_and_disarm_at_once_leave_one_or_the_other(
    launched: Message, ada: Member, crowd: list[Person], _: int
) -> None:
    sending = armed(launched, ada)

    ends = together(
        lambda: arming.go(sending, by=ada, at=NOON),
        lambda: arming.disarm(sending, by=ada, at=NOON),
    )

    sending.refresh_from_db()
    refusals = [end for end in ends if isinstance(end, CannotGo | CannotDisarm)]
    assert len(refusals) == 1
    went = isinstance(refusals[0], CannotDisarm)
    assert sending.state == (State.RELEASING if went else State.DISARMED)
    assert (sending.went_at is not None) is went


@pytest.mark.django_db(transaction=True)
def test_disarming_does_not_wait_for_the_laying_out(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    sending = arming.arm(launched, by=ada, at=NOON)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE messaging_delivery IN SHARE MODE")  # no row can be written
        slowly = threading.Thread(
            target=together, args=[lambda: laying_out.lay_out(sending.pk, NOON)]
        )
        slowly.start()
        time.sleep(0.3)
        (disarmed,) = together(lambda: arming.disarm(sending, by=ada, at=NOON))
    slowly.join(20)

    assert isinstance(disarmed, Sending)
    sending.refresh_from_db()
    assert sending.state == State.DISARMED
    assert not Delivery.objects.filter(sending_id=sending.pk).exists()


# Topping up


def job_of(name: str) -> ProcrastinateJob:
    """The latest queued under this name."""
    return ProcrastinateJob.objects.filter(task_name=name).latest("pk")


def test_who_joined_between_arming_and_go_is_added_once(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
    agree: Agree,
    mailbox: Mailbox,
) -> None:
    sending = armed(launched, ada)
    joined = [agree(supporter(party, "Joy", f"joined{n}", stroud)) for n in range(3)]
    arming.go(sending, by=ada, at=datetime.now(UTC))

    topping_up.top_up(sending.pk, datetime.now(UTC))
    topping_up.top_up(sending.pk, datetime.now(UTC))
    finished = finish(sending)

    assert finished.state == State.FINISHED
    assert finished.audience == len(crowd) + 3
    assert [len(mailbox.to(person)) for person in joined] == [1, 1, 1]
    assert delivery_of(sending, joined[0]).turn > delivery_of(sending, crowd[3]).turn
    seats = seats_of(sending)
    assert (seats[stroud.pk].total, seats[stroud.pk].waiting) == (7, 0)


def test_of_those_who_joined_too_who_can_be_written_to_comes_first(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
    agree: Agree,
) -> None:
    sending = armed(launched, ada)
    silent = supporter(party, "Ann", "silent", stroud)
    good = agree(supporter(party, "Eve", "good", stroud))
    arming.go(sending, by=ada, at=NOON)

    topping_up.top_up(sending.pk, NOON)

    assert [delivery_of(sending, person).turn for person in (good, silent)] == [5, 6]


def test_it_is_not_finished_before_those_who_joined_were_added(
    launched: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    sending = arming.go(armed(launched, ada), by=ada, at=datetime.now(UTC))

    assert finish(sending).state == State.RELEASING

    topping_up.top_up(sending.pk, datetime.now(UTC))
    sending.refresh_from_db()
    assert sending.state == State.FINISHED


def test_who_joins_after_go_is_not_added(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
    agree: Agree,
) -> None:
    sending = arming.go(armed(launched, ada), by=ada, at=MORNING)
    late = agree(supporter(party, "Lee", "late", stroud))
    Person.objects.filter(pk=late.pk).update(joined_at=NOON)

    topping_up.top_up(sending.pk, NOON)

    assert not Delivery.objects.filter(sending_id=sending.pk, person_id=late.pk).exists()


def test_stopped_they_are_added_and_get_it_when_it_goes_on(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
    agree: Agree,
    mailbox: Mailbox,
) -> None:
    sending = armed(launched, ada)
    joined = agree(supporter(party, "Joy", "joined", stroud))
    arming.go(sending, by=ada, at=datetime.now(UTC))
    pressing.stop(sending, by=ada, at=datetime.now(UTC))

    topping_up.top_up(sending.pk, datetime.now(UTC))
    assert finish(sending).state == State.STOPPED
    pressing.go_on(sending, by=ada, at=datetime.now(UTC))

    assert finish(sending).state == State.FINISHED
    assert len(mailbox.to(joined)) == 1


@pytest.mark.django_db(transaction=True)
def test_who_was_being_written_down_at_the_moment_of_go_is_waited_for_and_added(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place
) -> None:
    sending = armed(launched, ada)
    with psycopg.connect(own_dsn()) as importing:
        importing.execute(
            "INSERT INTO people_person (organisation_id, code, given_name, family_name, folded,"
            " postcode, address, seat_id, seat_how, external_id, source, joined_at) VALUES"
            " (%s, gen_random_uuid(), '', '', '', '', '', %s, 'said', '', '', %s)",
            [sending.organisation_id, stroud.pk, MORNING],
        )
        arming.go(sending, by=ada, at=NOON)
        go = job_of("messaging.top_up").args["go"]
        soon = NOON + timedelta(seconds=2)
        assert topping_up.is_somebody_joining(sending.pk, go, soon)
        assert not topping_up.is_somebody_joining(sending.pk, go, NOON + timedelta(minutes=2))

    assert not topping_up.is_somebody_joining(sending.pk, go, soon)
    topping_up.top_up(sending.pk, soon)

    sending.refresh_from_db()
    assert sending.audience == len(crowd) + 1


@pytest.mark.django_db(transaction=True)
def test_the_job_looks_again_while_somebody_is_joining(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    sending = armed(launched, ada)
    arming.go(sending, by=ada, at=datetime.now(UTC))
    with psycopg.connect(own_dsn()) as importing:
        row = importing.execute("SELECT pg_current_xact_id()::text").fetchone()
        assert row is not None
        tasks.top_up(sending=sending.pk, go=int(row[0]))

        sending.refresh_from_db()
        assert sending.topped_up_at is None
        assert job_of("messaging.top_up").scheduled_at > datetime.now(UTC)
    tasks.top_up(sending=sending.pk)  # queued by a Muster that did not ask yet

    sending.refresh_from_db()
    assert sending.topped_up_at is not None


@pytest.mark.django_db(transaction=True)
def test_topped_up_by_two_jobs_at_once_they_are_added_once(
    launched: Message,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
    agree: Agree,
) -> None:
    sending = armed(launched, ada)
    for n in range(3):
        agree(supporter(party, "Joy", f"joined{n}", stroud))
    arming.go(sending, by=ada, at=NOON)

    ends = together(*[lambda: topping_up.top_up(sending.pk, NOON)] * 3)

    assert ends == [None, None, None]
    sending.refresh_from_db()
    assert sending.audience == progress(sending).audience == len(crowd) + 3


@pytest.mark.django_db(transaction=True)
def test_laid_out_by_two_jobs_at_once_it_is_laid_out_once(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    sending = arming.arm(launched, by=ada, at=NOON)

    ends = together(*[lambda: laying_out.lay_out(sending.pk, NOON)] * 3)

    assert ends == [None, None, None]
    assert progress(sending).audience == len(crowd)


def test_a_launch_goes_on_whatever_became_of_its_approval_as_it_holds_seats_itself(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    sending = arming.go(armed(launched, ada), by=ada, at=NOON)
    pressing.stop(sending, by=ada, at=NOON)
    launched.master.approvals.update(withdrawn_at=NOON)

    assert pressing.go_on(sending, by=ada, at=NOON).state == State.RELEASING


def test_a_plain_message_needs_no_topping_up(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    sending = pressing.press(newsletter, by=ada, at=NOON)
    laying_out.lay_out(sending.pk, NOON)

    assert finish(sending).state == State.FINISHED


def test_nobody_at_all_is_finished_at_once(launched: Message, ada: Member) -> None:
    assert gone(armed(launched, ada), ada).state == State.FINISHED


def test_a_message_drafted_for_a_launch_says_so(
    newsletter: Message, ada: Member, party: Organisation
) -> None:
    message = drafting.draft(
        party,
        replace(WORDS, name="The day"),
        targets=newsletter.target_list,
        page=newsletter.page,
        account=newsletter.account,
        by=ada,
        at=MORNING,
        goes_with_launch=True,
    )

    assert message.goes_with_launch

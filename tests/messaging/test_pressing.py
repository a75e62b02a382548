import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.channels.models import EmailAccount
from muster.content import approving
from muster.messaging import laying_out, pressing, progress, sending
from muster.messaging.models import Delivery, Message, Sending
from muster.messaging.pressing import CannotPress, go_on, press, stop
from muster.organisations.models import Campaigner, Member
from muster.people.models import Person
from tests.conftest import MORNING, NOON
from tests.messaging.conftest import Mailbox, run

pytestmark = pytest.mark.django_db


def test_pressing_twice_is_pressing_once(newsletter: Message, ada: Member) -> None:
    assert press(newsletter, by=ada, at=NOON) == press(newsletter, by=ada, at=NOON)
    assert Sending.objects.count() == 1


def test_every_problem_of_every_seat_is_said_at_once(
    newsletter: Message, ada: Member, campaigner: Campaigner
) -> None:
    newsletter.page.is_open = False
    newsletter.page.save()
    EmailAccount.objects.update(from_address="hello@exämple.org")
    Campaigner.objects.filter(pk=campaigner.pk).update(address="", on_behalf_address="")

    with pytest.raises(CannotPress) as refused:
        press(Message.objects.get(pk=newsletter.pk), by=ada, at=NOON)

    said = "\n".join(refused.value.args)
    assert "Open the page that its link leads to." in said
    assert "address of plain letters" in said
    assert "approve" in said
    assert len(refused.value.args) >= 4


def test_an_approval_that_ran_out_lets_nothing_go(newsletter: Message, ada: Member) -> None:
    late = NOON + timedelta(days=4000)

    assert pressing.problems(newsletter, late) == ["Ask someone else to approve it."]


def test_words_changed_since_the_approval_let_nothing_go(
    newsletter: Message, ada: Member, campaigner: Campaigner
) -> None:
    Campaigner.objects.filter(pk=campaigner.pk).update(promoter="S. Newcomer")

    assert "Ask someone else to approve it." in pressing.problems(newsletter, NOON)


def test_the_words_are_sealed_by_the_press(newsletter: Message, ada: Member) -> None:
    press(newsletter, by=ada, at=NOON)

    newsletter.master.refresh_from_db()
    assert newsletter.master.sealed_at == NOON


def test_the_press_queues_its_jobs_in_its_own_transaction(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    pressed = press(newsletter, by=ada, at=NOON)
    laying_out.lay_out(pressed.pk, NOON)

    jobs = ProcrastinateJob.objects.values_list("task_name", "args")
    assert ("messaging.lay_out", {"sending": pressed.pk}) in jobs
    assert ("messaging.deliver", {"sending": pressed.pk, "chunk": 0}) in jobs


def test_laying_out_again_changes_nothing(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    pressed = press(newsletter, by=ada, at=NOON)
    laying_out.lay_out(pressed.pk, NOON)
    laying_out.lay_out(pressed.pk, NOON)

    assert Delivery.objects.filter(sending_id=pressed.pk).count() == len(crowd)
    assert progress.progress(pressed).audience == len(crowd)


def test_stopped_nothing_more_goes_out_until_it_goes_on(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    pressed = press(newsletter, by=ada, at=NOON)
    laying_out.lay_out(pressed.pk, datetime.now(UTC))
    stop(pressed, by=ada, at=NOON)

    assert sending.work_chunk(pressed.pk, 0) is None
    assert mailbox.mail() == []

    go_on(pressed, by=ada, at=NOON)
    run(pressed)
    assert len(mailbox.mail()) == len(crowd)


def test_stopped_while_it_is_laid_out_it_stands_stopped(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    pressed = press(newsletter, by=ada, at=NOON)
    stop(pressed, by=ada, at=NOON)
    laying_out.lay_out(pressed.pk, NOON)

    pressed.refresh_from_db()
    assert pressed.state == Sending.State.STOPPED


def test_it_does_not_go_on_when_its_approval_was_withdrawn(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    pressed = press(newsletter, by=ada, at=NOON)
    laying_out.lay_out(pressed.pk, NOON)
    stop(pressed, by=ada, at=NOON)
    newsletter.master.approvals.update(withdrawn_at=NOON)

    with pytest.raises(CannotPress):
        go_on(pressed, by=ada, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_stop_is_in_force_within_a_second_on_a_sender_at_work(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    """A sender in the middle of a slow chunk begins nothing more once the stop is committed."""
    mailbox.slow(0.4)
    pressed = press(newsletter, by=ada, at=NOON)
    laying_out.lay_out(pressed.pk, datetime.now(UTC))
    at_work = threading.Thread(target=_work, args=[pressed.pk])
    at_work.start()
    while not mailbox.mail():
        time.sleep(0.01)

    stop(pressed, by=ada, at=datetime.now(UTC))
    stopped_at = datetime.now(UTC)
    at_work.join(10)

    late = [k for k in mailbox.mail() if datetime.fromisoformat(k.at) > stopped_at]
    assert len(late) <= 3  # what was begun within the second
    assert len(mailbox.mail()) < len(crowd)
    now = progress.progress(pressed)
    assert now.delivered == len(mailbox.mail())
    assert (now.uncertain, now.done + now.waiting) == (0, len(crowd))


def _work(sending_id: int) -> None:
    try:
        sending.work_chunk(sending_id, 0)
    finally:
        connection.close()


def test_approval_is_by_another_and_stays_with_these_words(
    newsletter: Message, ada: Member
) -> None:
    assert approving.approval_in_force(newsletter.master, MORNING) is not None

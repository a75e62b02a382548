"""Lost and twice are judged by the other side's log, never by our own tables."""

import pytest

from muster.cli.demonstration.judging import Judgement, judge_letters
from muster.lib.sink import Kept
from muster.messaging.models import Delivery, Message, Sending
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Member, Organisation
from tests.conftest import NOON
from tests.messaging.conftest import (  # noqa: F401  fixtures
    account,
    approver,
    mailbox,
    newsletter,
    page,
    targets,
)

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def sending(
    party: Organisation,
    newsletter: Message,  # noqa: F811
    ada: Member,
) -> Sending:
    return Sending.objects.create(
        organisation=party,
        message=newsletter,
        month=NOON.date().replace(day=1),
        state="finished",
        pressed_by=ada,
        pressed_at=NOON,
    )


def lay(sending: Sending, ends: dict[int, State]) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            organisation_id=sending.organisation_id,
            month=sending.month,
            sending_id=sending.pk,
            person_id=person,
            turn=1,
            chunk=0,
            state=state,
            due_at=NOON,
        )
        for person, state in ends.items()
    )


def letter(sending: Sending, person: int, number: int = 1) -> Kept:
    return Kept(
        number=number,
        at=NOON.isoformat(),
        code=token_for(sending.pk, person),
        to=f"p{person}@example.org",
        subject="Saturday",
        size=1,
        seat="",
        file=0,
        offset=0,
        length=1,
    )


def test_what_arrived_once_and_is_known_is_well(sending: Sending) -> None:
    lay(sending, {1: State.DELIVERED, 2: State.UNCERTAIN, 3: State.UNCERTAIN, 4: State.LEFT_OUT})

    judged = judge_letters(sending, [letter(sending, 1), letter(sending, 2)])

    assert judged == Judgement(lost=0, twice=0, unexpected=0)


def test_a_letter_believed_delivered_that_never_arrived_is_lost(sending: Sending) -> None:
    lay(sending, {1: State.DELIVERED, 2: State.DELIVERED})

    assert judge_letters(sending, [letter(sending, 1)]).lost == 1


def test_a_second_letter_is_twice_whatever_our_tables_say_of_it(sending: Sending) -> None:
    lay(sending, {1: State.DELIVERED, 2: State.LEFT_OUT})

    log = [letter(sending, person) for person in (1, 1, 2, 2)]

    assert judge_letters(sending, log) == Judgement(lost=0, twice=2, unexpected=1)


def test_a_letter_to_someone_left_out_is_unexpected(sending: Sending) -> None:
    lay(sending, {1: State.LEFT_OUT, 2: State.WAITING})

    log = [letter(sending, 1), letter(sending, 2)]

    assert judge_letters(sending, log).unexpected == 2


def test_letters_of_another_sending_and_of_nobody_do_not_count(sending: Sending) -> None:
    lay(sending, {1: State.DELIVERED})
    other = Sending(pk=sending.pk + 1)

    log = [letter(sending, 1), letter(other, 1), letter(other, 2)]

    assert judge_letters(sending, log) == Judgement()

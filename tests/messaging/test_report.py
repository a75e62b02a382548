"""What a sending came to, seat by seat."""

import uuid

from muster.actions.models import Action, ActionPage, SourceCode
from muster.messaging import progress, report
from muster.messaging.models import Delivery, Message
from muster.organisations.models import Member
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON
from tests.messaging.conftest import released


def test_each_seat_adds_up_and_shows_what_it_brought(
    newsletter: Message,
    crowd: list[Person],
    cleo: Person,
    ada: Member,
    page: ActionPage,
    stroud: Place,
) -> None:
    sending = released(newsletter, ada)
    source = SourceCode.objects.get(about_kind="sending", about_id=sending.pk, place=stroud)
    Action.objects.create(
        organisation=sending.organisation,
        page=page,
        person=crowd[0],
        place=stroud,
        source=source.code,
        submission=uuid.uuid4(),
        at=NOON,
    )

    neath_line, stroud_line = report.by_seat(sending, progress.progress(sending))

    assert (stroud_line.audience, stroud_line.delivered, stroud_line.left_out) == (5, 4, 1)
    assert (stroud_line.sign_ups, neath_line.sign_ups) == (1, 0)
    assert neath_line.waiting == 0


def test_a_seat_sees_its_own_numbers_and_reasons_only(
    newsletter: Message, crowd: list[Person], cleo: Person, ada: Member, neath: Place
) -> None:
    sending = released(newsletter, ada)

    lines = report.by_seat(sending, progress.progress(sending), [neath.pk])

    assert [line.name for line in lines] == [neath.name]
    assert report.reasons(sending, Delivery.State.LEFT_OUT, [neath.pk]) == []
    (reason,) = report.reasons(sending, Delivery.State.LEFT_OUT)
    assert reason.people == 1


def test_the_uncertain_are_named_for_a_person_to_look_into(
    newsletter: Message, crowd: list[Person], ada: Member, neath: Place
) -> None:
    sending = released(newsletter, ada)
    Delivery.objects.filter(sending_id=sending.pk, person_id=crowd[0].pk).update(
        state=Delivery.State.UNCERTAIN
    )

    assert report.uncertain(sending) == [crowd[0]]
    assert report.uncertain(sending, [neath.pk]) == []

"""Rehearsed: the whole path to Muster's own mailbox, and nothing happens to anyone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.channels.models import EmailAccount
from muster.journal.models import Fact
from muster.lib import ports
from muster.messaging import clearing, laying_out, pressing, rehearsing
from muster.messaging.models import Delivery, Message, Sending
from muster.messaging.progress import progress
from muster.messaging.rehearsing import CannotRehearse, rehearse
from muster.messaging.standing import seats_of
from muster.organisations.models import Member
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import MORNING, NOON
from tests.messaging.conftest import Mailbox, armed, gone, run

pytestmark = pytest.mark.django_db
State = Sending.State


@pytest.fixture(autouse=True)
def _rehearsal_sink(settings: Any, mailbox: Mailbox) -> None:
    """The account's own server is away: whatever arrives went to Muster's mailbox."""
    settings.REHEARSAL_SINK = f"127.0.0.1:{mailbox.port}"


@pytest.fixture
def elsewhere(account: EmailAccount) -> EmailAccount:
    account.port = ports.any_free()
    account.save()
    return account


def test_a_rehearsal_goes_the_whole_way_to_musters_own_mailbox(
    launched: Message, ada: Member, crowd: list[Person], elsewhere: EmailAccount, mailbox: Mailbox
) -> None:
    sending = run(rehearse(launched, by=ada, at=datetime.now(UTC)))

    assert sending.state == State.FINISHED
    assert progress(sending).delivered == len(mailbox.mail()) == len(crowd)
    assert all(seat.first_at for seat in seats_of(sending).values())


def test_a_rehearsal_is_no_news_and_writes_no_history(
    launched: Message, ada: Member, crowd: list[Person], elsewhere: EmailAccount
) -> None:
    before = Fact.objects.count()

    run(rehearse(launched, by=ada, at=datetime.now(UTC)))

    assert Fact.objects.count() == before
    launched.master.refresh_from_db()
    assert launched.master.sealed_at is None


def test_a_few_of_each_seat_are_enough(
    launched: Message, ada: Member, crowd: list[Person], elsewhere: EmailAccount, mailbox: Mailbox
) -> None:
    sending = run(rehearse(launched, by=ada, at=datetime.now(UTC), per_seat=1))

    assert (sending.audience, len(mailbox.mail())) == (2, 2)
    assert len({kept.seat for kept in mailbox.mail()}) == 2


def test_rehearsed_it_is_still_to_be_armed_and_goes_to_everyone(
    launched: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    run(rehearse(launched, by=ada, at=datetime.now(UTC)))
    rehearsed = len(mailbox.mail())

    gone(armed(launched, ada), ada)

    assert len(mailbox.mail()) - rehearsed == len(crowd)


def test_a_rehearsal_under_way_is_the_rehearsal(launched: Message, ada: Member) -> None:
    first = rehearse(launched, by=ada, at=NOON)

    assert rehearse(launched, by=ada, at=NOON) == first


def test_the_next_rehearsal_clears_away_the_last_but_its_figures_stay(
    launched: Message, ada: Member, crowd: list[Person], elsewhere: EmailAccount
) -> None:
    first = run(rehearse(launched, by=ada, at=datetime.now(UTC)))

    second = rehearse(launched, by=ada, at=datetime.now(UTC))
    clearing.clear(first.pk)

    assert second != first
    assert not Delivery.objects.filter(sending_id=first.pk).exists()
    assert progress(first).delivered == len(crowd)


def test_a_rehearsal_that_was_stopped_does_not_go_on_once_another_began(
    launched: Message, ada: Member, crowd: list[Person], elsewhere: EmailAccount, mailbox: Mailbox
) -> None:
    first = rehearse(launched, by=ada, at=NOON)
    laying_out.lay_out(first.pk, NOON)
    pressing.stop(first, by=ada, at=NOON)
    rehearse(launched, by=ada, at=NOON)

    pressing.go_on(first, by=ada, at=NOON)
    clearing.clear(first.pk)

    first.refresh_from_db()
    assert first.state == State.DISARMED
    assert not Delivery.objects.filter(sending_id=first.pk).exists()


def test_what_goes_in_earnest_is_never_cleared_away(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    sending = gone(armed(launched, ada), ada)

    clearing.clear(sending.pk)

    assert Delivery.objects.filter(sending_id=sending.pk).count() == len(crowd)


def test_after_a_week_a_rehearsal_forgets_whom_it_was_laid_out_for(
    launched: Message, ada: Member, crowd: list[Person], elsewhere: EmailAccount
) -> None:
    sending = run(rehearse(launched, by=ada, at=NOON))
    ProcrastinateJob.objects.all().delete()

    clearing.clear_old_rehearsals(NOON + timedelta(days=6))
    assert not ProcrastinateJob.objects.exists()
    clearing.clear_old_rehearsals(NOON + timedelta(days=8))

    assert ProcrastinateJob.objects.get().args == {"sending": sending.pk}


def test_without_seats_there_is_nothing_to_rehearse(launched: Message, ada: Member) -> None:
    assert launched.target_list is not None
    launched.target_list.targets.all().delete()

    with pytest.raises(CannotRehearse, match="target seat"):
        rehearse(launched, by=ada, at=NOON)


def test_a_rehearsal_does_not_stand_in_the_way_of_the_press(
    newsletter: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    run(rehearse(newsletter, by=ada, at=MORNING))

    pressed = pressing.press(newsletter, by=ada, at=NOON)

    assert not pressed.is_rehearsal


def test_the_rehearsals_account_is_the_same_sender_at_musters_mailbox(
    account: EmailAccount, settings: Any
) -> None:
    settings.REHEARSAL_SINK = "127.0.0.1:8425"

    rehearsed = rehearsing.account_for(account)

    assert (rehearsed.host, rehearsed.port, rehearsed.provider) == ("127.0.0.1", 8425, "smtp")
    assert rehearsed.from_address == account.from_address
    assert account.port != 8425
    assert not EmailAccount.objects.filter(pk=rehearsed.pk).exists()

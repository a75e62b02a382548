"""What people allow, and when they changed their mind."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from muster.people import consenting
from muster.people.models import ConsentEvent, Person, Wording
from tests.conftest import MORNING, NOON


def test_the_latest_word_counts(cleo: Person, email_wording: Wording) -> None:
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=MORNING)
    consenting.withdraw(cleo, "email", source="unsubscribe link", at=NOON)

    assert not consenting.standing(cleo)["email"].is_given

    later = NOON + timedelta(hours=1)
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=later)

    assert consenting.standing(cleo)["email"].is_given


def test_at_the_same_instant_a_no_wins(cleo: Person, email_wording: Wording) -> None:
    consenting.withdraw(cleo, "email", source="letter", at=NOON)
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=NOON)

    assert not consenting.standing(cleo)["email"].is_given


def test_one_channel_says_nothing_of_another(cleo: Person, email_wording: Wording) -> None:
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=NOON)

    assert not consenting.standing(cleo)["sms"].is_given


def test_saying_it_twice_is_saying_it_once(cleo: Person, email_wording: Wording) -> None:
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=NOON)
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=NOON)

    assert ConsentEvent.objects.count() == 1


def test_consent_needs_the_words_of_its_channel_and_a_source(
    cleo: Person, email_wording: Wording
) -> None:
    with pytest.raises(consenting.CannotConsent, match="another channel"):
        consenting.give(cleo, "sms", wording=email_wording, source="stall", at=NOON)
    with pytest.raises(consenting.CannotConsent, match="where they agreed"):
        consenting.give(cleo, "email", wording=email_wording, source=" ", at=NOON)


def test_a_consent_is_never_changed(cleo: Person, email_wording: Wording) -> None:
    event = consenting.give(cleo, "email", wording=email_wording, source="stall", at=NOON)
    event.is_given = False

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        event.save()


def test_a_no_counts_even_where_the_yes_was_stamped_by_a_clock_ahead(
    cleo: Person, email_wording: Wording
) -> None:
    consenting.give(cleo, "email", wording=email_wording, source="page", at=NOON)

    consenting.withdraw(cleo, "email", source="rang us", at=MORNING)

    assert not consenting.standing(cleo)["email"].is_given

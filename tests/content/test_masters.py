"""Writing, changing and sealing a master."""

from datetime import date

import pytest

from muster.content import facts, masters
from muster.content.models import Master
from muster.journal.models import Fact
from muster.organisations.models import Member, Organisation
from tests.conftest import MORNING, NOON


def test_a_master_is_kept_with_its_author(party: Organisation, ada: Member) -> None:
    words = masters.Words("May", "Subject", "Body", date=date(2026, 5, 9))

    master = masters.write(party, words, by=ada, at=MORNING)

    assert (master.author, master.subject) == (ada, "Subject")
    assert Fact.objects.get().kind == facts.MASTER_WRITTEN


def test_two_masters_never_share_a_name(party: Organisation, ada: Member) -> None:
    masters.write(party, masters.Words("May"), by=ada, at=MORNING)

    with pytest.raises(masters.CannotWrite, match="choose another name"):
        masters.write(party, masters.Words("May"), by=ada, at=NOON)


def test_a_master_needs_a_name_and_bounded_words(party: Organisation, ada: Member) -> None:
    with pytest.raises(masters.CannotWrite, match="name"):
        masters.write(party, masters.Words("  "), by=ada, at=MORNING)
    with pytest.raises(masters.CannotWrite, match="subject is longer"):
        masters.write(party, masters.Words("May", "x" * 201), by=ada, at=MORNING)


def test_whoever_changes_the_words_is_their_author(
    party: Organisation, ada: Member, ben: Member
) -> None:
    master = masters.write(party, masters.Words("May", "One"), by=ada, at=MORNING)

    changed = masters.change(master, masters.Words("May", "Two"), by=ben, at=NOON)

    assert (changed.author, changed.changed_at) == (ben, NOON)
    assert Fact.objects.filter(kind=facts.MASTER_CHANGED).count() == 1


def test_saving_the_same_words_changes_nothing(
    party: Organisation, ada: Member, ben: Member
) -> None:
    master = masters.write(party, masters.Words("May", "One"), by=ada, at=MORNING)

    kept = masters.change(master, masters.Words("May", "One"), by=ben, at=NOON)

    assert (kept.author, kept.changed_at) == (ada, MORNING)


def test_what_went_out_keeps_its_words(party: Organisation, ada: Member) -> None:
    master = masters.write(party, masters.Words("May", "One"), by=ada, at=MORNING)
    masters.seal(master, at=NOON)

    with pytest.raises(masters.Sealed):
        masters.change(master, masters.Words("May", "Two"), by=ada, at=NOON)
    assert Master.objects.get().subject == "One"

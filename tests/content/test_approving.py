"""Approval: by someone else, of these very cuts, until a date."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muster.content import approving, cutting, facts, masters
from muster.content.models import Cut, Master
from muster.journal.models import Fact
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.places.models import Place
from tests.conftest import MORNING, NOON, join

FRIDAY = NOON + timedelta(days=4)


@pytest.fixture
def eve(party: Organisation, head_office: Unit) -> Member:
    return join(party, head_office, "Eve Stone", "approver")


@pytest.fixture
def cuts(master: Master, stroud: Place, stroud_candidate: Campaigner) -> list[Cut]:
    return cutting.cut(master, [stroud], MORNING)


def test_another_member_approves_until_a_date(master: Master, cuts: list[Cut], eve: Member) -> None:
    approval = approving.approve(master, eve, NOON, FRIDAY)

    assert approving.approval_in_force(master, NOON) == approval
    assert approving.approval_in_force(master, FRIDAY) is None
    assert Fact.objects.filter(kind=facts.MASTER_APPROVED, member=eve).exists()


def test_nobody_approves_their_own_words(master: Master, cuts: list[Cut], ada: Member) -> None:
    with pytest.raises(approving.CannotApprove, match="someone else"):
        approving.approve(master, ada, NOON, FRIDAY)


def test_nobody_approves_for_another_organisation(
    master: Master, cuts: list[Cut], drew: Member
) -> None:
    with pytest.raises(approving.CannotApprove, match="another organisation"):
        approving.approve(master, drew, NOON, FRIDAY)


def test_cuts_with_problems_are_not_approved_and_all_are_told(
    master: Master, stroud: Place, neath: Place, stroud_candidate: Campaigner, eve: Member
) -> None:
    cutting.cut(master, [stroud, neath], MORNING)

    with pytest.raises(approving.CannotApprove) as refused:
        approving.approve(master, eve, NOON, MORNING)

    assert refused.value.args == (
        "Choose a time still to come for the approval to end.",
        "Candidate missing in Neath and Swansea East.",
    )


def test_nothing_is_approved_before_there_are_cuts(master: Master, eve: Member) -> None:
    with pytest.raises(approving.CannotApprove, match="nothing to approve"):
        approving.approve(master, eve, NOON, FRIDAY)


def test_other_words_let_the_approval_lapse_and_the_old_ones_bring_it_back(
    master: Master, cuts: list[Cut], stroud: Place, ada: Member, eve: Member
) -> None:
    approval = approving.approve(master, eve, NOON, FRIDAY)
    old = masters.words_of(master)

    changed = replace(old, subject="Other words")
    cutting.cut(masters.change(master, changed, by=ada, at=NOON), [stroud], NOON)
    assert approving.approval_in_force(master, NOON) is None

    cutting.cut(masters.change(master, old, by=ada, at=NOON), [stroud], NOON)
    assert approving.approval_in_force(master, NOON) == approval


def test_another_candidate_lets_the_approval_lapse(
    master: Master, cuts: list[Cut], stroud: Place, stroud_candidate: Campaigner, eve: Member
) -> None:
    approving.approve(master, eve, NOON, FRIDAY)
    Campaigner.objects.filter(pk=stroud_candidate.pk).update(name="Gwen Rees")

    cutting.cut(master, [stroud], NOON)

    assert approving.approval_in_force(master, NOON) is None


def test_words_changed_while_reading_are_not_approved_unread(
    master: Master, cuts: list[Cut], eve: Member
) -> None:
    with pytest.raises(approving.CannotApprove, match="changed while you were reading"):
        approving.approve(master, eve, NOON, FRIDAY, seen="of something else")


def test_an_approver_who_then_rewrites_no_longer_vouches(
    master: Master, cuts: list[Cut], stroud: Place, eve: Member, ada: Member
) -> None:
    approving.approve(master, eve, NOON, FRIDAY)
    Master.objects.filter(pk=master.pk).update(author=eve)

    assert approving.approval_in_force(Master.objects.get(pk=master.pk), NOON) is None


def test_an_approval_falls_with_the_role_of_whoever_gave_it(
    master: Master, cuts: list[Cut], eve: Member
) -> None:
    approving.approve(master, eve, NOON, FRIDAY)
    eve.roles.update(revoked_at=NOON)

    assert approving.approval_in_force(master, NOON) is None


def test_someone_of_one_seat_cannot_approve_for_all(
    master: Master, cuts: list[Cut], ben: Member
) -> None:
    with pytest.raises(approving.CannotApprove, match="whole organisation"):
        approving.approve(master, ben, NOON, FRIDAY)


def test_an_approval_can_be_taken_back(master: Master, cuts: list[Cut], eve: Member) -> None:
    approval = approving.approve(master, eve, NOON, FRIDAY)

    approving.withdraw(approval, by=eve, at=NOON)
    approving.withdraw(approval, by=eve, at=NOON)

    assert approving.approval_in_force(master, NOON) is None
    assert Fact.objects.filter(kind=facts.APPROVAL_WITHDRAWN).count() == 1


def test_an_approval_of_what_was_released_is_not_taken_back(
    master: Master, cuts: list[Cut], eve: Member
) -> None:
    approval = approving.approve(master, eve, NOON, FRIDAY)
    masters.seal(master, at=NOON)

    with pytest.raises(approving.CannotWithdraw, match="press Stop"):
        approving.withdraw(approval, by=eve, at=NOON)

    assert approving.approval_in_force(master, NOON) == approval

"""Members come by invitation, and nobody's login is handed to somebody else."""

import pytest

from muster.organisations import granting, joining
from muster.organisations.models import Member, Organisation, Unit, User
from tests.conftest import NOON


def invited(unit: Unit, email: str = "ines@example.org", kind: str = "viewer") -> joining.Newcomer:
    return joining.Newcomer("Ines Vale", email, unit, kind, reason="Helps out")


def test_someone_new_gets_a_login_a_role_and_a_first_link(
    party: Organisation, ada: Member, stroud_unit: Unit
) -> None:
    ines = joining.add(party, invited(stroud_unit), by=ada, at=NOON)

    assert ines.roles.get().unit == stroud_unit
    assert not ines.user.has_usable_password()
    assert joining.may_be_given_a_link(ines)


def test_a_login_that_exists_keeps_its_password_and_gives_no_link(
    party: Organisation, ada: Member, drew: Member, stroud_unit: Unit
) -> None:
    ours = joining.add(party, invited(stroud_unit, "DREW.Pike@example.org"), by=ada, at=NOON)

    assert ours.user == drew.user
    assert ours.user.check_password("a long pass phrase")
    assert not joining.may_be_given_a_link(ours)


def test_a_login_another_organisation_made_gives_no_link_even_before_its_first_use(
    party: Organisation, ada: Member, drew: Member, stroud_unit: Unit
) -> None:
    fresh = User.objects.create_user("fresh@example.org")
    Member.objects.create(organisation=drew.organisation, user=fresh, name="Fresh")

    ours = joining.add(party, invited(stroud_unit, "fresh@example.org"), by=ada, at=NOON)

    assert not joining.may_be_given_a_link(ours)


def test_every_slip_is_told_at_once(party: Organisation, ada: Member, stroud_unit: Unit) -> None:
    with pytest.raises(joining.CannotAdd) as refusal:
        joining.add(party, joining.Newcomer(" ", "nobody", stroud_unit, "viewer"), by=ada, at=NOON)

    assert len(refusal.value.args) == 2


def test_a_member_is_added_once(
    party: Organisation, ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    with pytest.raises(joining.CannotAdd, match="already"):
        joining.add(party, invited(stroud_unit, ben.user.email), by=ada, at=NOON)


def test_who_cannot_grant_the_role_adds_nobody(
    party: Organisation, ben: Member, head_office: Unit
) -> None:
    with pytest.raises(granting.CannotGrant):
        joining.add(party, invited(head_office, kind="admin"), by=ben, at=NOON)

    assert not User.objects.filter(email="ines@example.org").exists()


def test_someone_who_left_comes_back_as_themselves(
    party: Organisation, ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    joining.end(ben, by=ada, at=NOON, reason="Moved away")

    again = joining.add(party, invited(stroud_unit, ben.user.email), by=ada, at=NOON)

    assert again.pk == ben.pk
    assert again.ended_at is None

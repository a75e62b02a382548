"""Who may give whom which role, and that somebody is always left in charge."""

from datetime import timedelta

import pytest

from muster.journal.models import Fact
from muster.organisations import granting, joining
from muster.organisations.models import Member, Organisation, Role, Unit
from tests.conftest import MORNING, NOON, join

WHY = "Runs the campaign there"


def test_a_role_says_who_gave_it_and_when(ada: Member, ben: Member, stroud_unit: Unit) -> None:
    role = granting.grant(
        ben, unit=stroud_unit, kind="approver", until=None, by=ada, at=NOON, reason=WHY
    )

    assert (role.granted_by, role.granted_at) == (ada, NOON)
    assert Fact.objects.get(kind="role granted").member_id == ada.pk


def test_nobody_grants_what_they_do_not_have(ben: Member, stroud_unit: Unit) -> None:
    with pytest.raises(granting.CannotGrant, match="what you may not do yourself"):
        granting.grant(ben, unit=stroud_unit, kind="admin", until=None, by=ben, at=NOON, reason=WHY)


def test_nobody_grants_where_they_do_not_stand(
    party: Organisation, ada: Member, ben: Member, stroud_unit: Unit, head_office: Unit
) -> None:
    granting.grant(ben, unit=stroud_unit, kind="admin", until=None, by=ada, at=NOON, reason=WHY)

    granting.grant(ben, unit=stroud_unit, kind="viewer", until=None, by=ben, at=NOON, reason=WHY)
    with pytest.raises(granting.CannotGrant):
        granting.grant(
            ben, unit=head_office, kind="viewer", until=None, by=ben, at=NOON, reason=WHY
        )


def test_nobody_grants_for_longer_than_they_have(
    party: Organisation, ada: Member, ben: Member, head_office: Unit
) -> None:
    soon = NOON + timedelta(days=2)
    granting.grant(ben, unit=head_office, kind="admin", until=soon, by=ada, at=NOON, reason=WHY)

    granting.grant(ada, unit=head_office, kind="viewer", until=soon, by=ben, at=NOON, reason=WHY)
    with pytest.raises(granting.CannotGrant, match="for as long"):
        granting.grant(
            ben, unit=head_office, kind="viewer", until=None, by=ben, at=NOON, reason=WHY
        )


def test_a_role_is_given_once_and_ends_in_the_future(
    ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    with pytest.raises(granting.CannotGrant) as refusal:
        granting.grant(
            ben, unit=stroud_unit, kind="organiser", until=MORNING, by=ada, at=NOON, reason=WHY
        )

    assert len(refusal.value.args) == 2


def test_another_organisations_unit_is_refused(ada: Member, ben: Member, drew: Member) -> None:
    theirs = drew.organisation.units.get()

    with pytest.raises(granting.CannotGrant, match="your own organisation"):
        granting.grant(ben, unit=theirs, kind="viewer", until=None, by=ada, at=NOON, reason=WHY)


def test_a_role_taken_back_says_who_and_when(ada: Member, ben: Member) -> None:
    role = ben.roles.get()

    granting.revoke(role, by=ada, at=NOON, reason=WHY)
    granting.revoke(role, by=ada, at=NOON + timedelta(hours=1), reason=WHY)

    role.refresh_from_db()
    assert (role.revoked_by, role.revoked_at) == (ada, NOON)
    assert Fact.objects.filter(kind="role revoked").count() == 1


def test_the_last_administrator_stays(ada: Member, ben: Member, head_office: Unit) -> None:
    with pytest.raises(granting.CannotRevoke, match="only administrator"):
        granting.revoke(ada.roles.get(), by=ada, at=NOON)
    with pytest.raises(joining.CannotEnd, match="only administrator"):
        joining.end(ada, by=ada, at=NOON, reason=WHY)

    until = NOON + timedelta(days=9)
    granting.grant(ben, unit=head_office, kind="admin", until=until, by=ada, at=NOON, reason=WHY)
    with pytest.raises(joining.CannotEnd):
        joining.end(ada, by=ben, at=NOON, reason=WHY)


def test_with_two_administrators_either_may_go(
    party: Organisation, ada: Member, head_office: Unit
) -> None:
    bea = join(party, head_office, "Bea Cole", "admin")

    joining.end(ada, by=bea, at=NOON, reason=WHY)

    assert not Role.objects.in_force(NOON).filter(member=ada).exists()
    with pytest.raises(joining.CannotEnd):
        joining.end(bea, by=bea, at=NOON, reason=WHY)

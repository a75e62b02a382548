"""Whoever is to administer the whole organisation is named by two."""

from datetime import timedelta

import pytest

from muster.organisations import asking, granting, joining
from muster.organisations.granting import Wanted
from muster.organisations.models import Member, Organisation, Role, RoleAsked, Unit
from tests.conftest import NOON, join

WHY = "Takes over from Ada"
WEEK = timedelta(days=7)


@pytest.fixture
def bea(party: Organisation, head_office: Unit) -> Member:
    """The second administrator."""
    return join(party, head_office, "Bea Cole", "admin")


def head(head_office: Unit) -> Wanted:
    return Wanted(head_office, "admin", reason=WHY)


def test_one_asks_and_another_allows(
    ada: Member, bea: Member, ben: Member, head_office: Unit
) -> None:
    asked = asking.give(ben, head(head_office), by=ada, at=NOON)

    assert isinstance(asked, RoleAsked)
    assert not ben.roles.filter(kind="admin").exists()
    role = asking.allow(asked, by=bea, at=NOON)
    assert (role.member, role.granted_by, role.reason) == (ben, ada, WHY)


def test_nobody_allows_what_they_asked_for_or_is_for_themselves(
    ada: Member, bea: Member, ben: Member, head_office: Unit
) -> None:
    asked = asking.give(ben, head(head_office), by=ada, at=NOON)
    assert isinstance(asked, RoleAsked)

    for nobody in (ada, ben):
        with pytest.raises(asking.CannotAnswer):
            asking.allow(asked, by=nobody, at=NOON)
    assert not ben.roles.filter(kind="admin").exists()


def test_it_is_answered_once(ada: Member, bea: Member, ben: Member, head_office: Unit) -> None:
    asked = asking.give(ben, head(head_office), by=ada, at=NOON)
    assert isinstance(asked, RoleAsked)
    asking.refuse(asked, by=bea, at=NOON, reason="Not yet")

    with pytest.raises(asking.CannotAnswer, match="already"):
        asking.allow(asked, by=bea, at=NOON)
    assert ada.notices.get().gist == (
        "Bea Cole did not allow: Administrator in Head office, for Ben Hale. Why: Not yet"
    )


def test_what_someone_since_gone_asked_for_is_not_given(
    ada: Member, bea: Member, ben: Member, head_office: Unit
) -> None:
    asked = asking.give(ben, head(head_office), by=ada, at=NOON)
    assert isinstance(asked, RoleAsked)
    joining.end(ada, by=bea, at=NOON, reason="Left")

    with pytest.raises(asking.CannotAnswer):
        asking.allow(asked, by=bea, at=NOON)


def test_the_only_administrator_names_the_second_alone(
    ada: Member, ben: Member, head_office: Unit
) -> None:
    assert isinstance(asking.give(ben, head(head_office), by=ada, at=NOON), Role)


def test_ending_the_other_first_does_not_get_round_it_for_a_week(
    ada: Member, bea: Member, ben: Member, head_office: Unit
) -> None:
    joining.end(bea, by=ada, at=NOON, reason="In the way")

    with pytest.raises(granting.CannotGrant, match="A week after"):
        asking.give(ben, head(head_office), by=ada, at=NOON + WEEK / 2)
    assert isinstance(asking.give(ben, head(head_office), by=ada, at=NOON + 2 * WEEK), Role)


def test_nobody_gets_round_it_by_granting_or_renewing(
    ada: Member, bea: Member, ben: Member, head_office: Unit
) -> None:
    Role.objects.filter(member=bea).update(expires_at=NOON + WEEK)

    with pytest.raises(granting.CannotGrant, match="Another administrator"):
        granting.grant(ben, unit=head_office, kind="admin", until=None, by=ada, at=NOON, reason=WHY)
    with pytest.raises(granting.CannotGrant):
        granting.renew(bea.roles.get(), by=bea, at=NOON, reason=WHY)

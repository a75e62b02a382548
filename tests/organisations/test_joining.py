"""Members who left come back as themselves, and a slip in an invitation is told with the others."""

import pytest

from muster.organisations import inviting, joining
from muster.organisations.joining import Newcomer
from muster.organisations.models import Member, Organisation, Unit
from tests.conftest import NOON


def test_every_slip_is_told_at_once(party: Organisation, ada: Member, stroud_unit: Unit) -> None:
    nobody = Newcomer(" ", "nobody", stroud_unit, "viewer")

    with pytest.raises(inviting.CannotInvite) as refusal:
        inviting.invite(party, nobody, by=ada, at=NOON, by_letter=False)

    assert refusal.value.args == (
        "Write the member's name.",
        "Write an e-mail address such as ada@example.org.",
        "Write why, in a few words.",
    )


def test_a_member_is_not_invited(
    party: Organisation, ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    again = Newcomer("Ben", ben.user.email.upper(), stroud_unit, "viewer", reason="Helps")

    with pytest.raises(inviting.CannotInvite, match="already"):
        inviting.invite(party, again, by=ada, at=NOON, by_letter=False)


def test_someone_who_left_comes_back_as_themselves(
    party: Organisation, ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    joining.end(ben, by=ada, at=NOON, reason="Moved away")
    again = Newcomer("Ben Hale", ben.user.email, stroud_unit, "viewer", reason="Is back")
    invitation, _ = inviting.invite(party, again, by=ada, at=NOON, by_letter=False)

    member = inviting.take(invitation, ben.user, at=NOON)

    assert member.pk == ben.pk
    assert member.ended_at is None
    assert member.roles.filter(revoked_at=None).get().kind == "viewer"

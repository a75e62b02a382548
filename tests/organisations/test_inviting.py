"""An invitation lets one person in, once, within a week, and never says who has a sign-in."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import Client

from muster.organisations import granting, inviting, inviting_many, joining
from muster.organisations.joining import Newcomer
from muster.organisations.models import Invitation, Member, Organisation, RoleAsked, Unit, User
from tests.conftest import NOON, join

DAY = timedelta(days=1)


def newcomer(unit: Unit, email: str = "ines@example.org", kind: str = "viewer") -> Newcomer:
    return Newcomer("Ines Vale", email, unit, kind, reason="Helps out")


def invite(unit: Unit, by: Member, **more: str) -> tuple[Invitation, str]:
    asked = newcomer(unit, **more)
    return inviting.invite(by.organisation, asked, by=by, at=NOON, by_letter=False)


def ines_signs_up(invitation: Invitation) -> User:
    inviting.choose_password(invitation, "four words to remember")
    return User.objects.get(email=invitation.email, of=invitation.organisation)


def test_the_invited_chooses_a_password_and_joins_once(ada: Member, stroud_unit: Unit) -> None:
    invitation, key = invite(stroud_unit, ada)
    ines = ines_signs_up(invitation)

    member = inviting.take(invitation, ines, at=NOON)

    role = member.roles.get()
    assert (role.unit, role.granted_by, role.reason) == (stroud_unit, ada, "Helps out")
    assert inviting.find(key, at=NOON) is None
    with pytest.raises(inviting.CannotTake, match="used or withdrawn"):
        inviting.take(invitation, ines, at=NOON)


def test_somebody_elses_sign_in_is_not_let_in(ada: Member, drew: Member, stroud_unit: Unit) -> None:
    invitation, _ = invite(stroud_unit, ada)

    with pytest.raises(inviting.CannotTake, match="someone else"):
        inviting.take(invitation, drew.user, at=NOON)


def test_choosing_a_password_changes_nothing_for_who_has_one(
    ada: Member, ben: Member, drew: Member, stroud_unit: Unit
) -> None:
    joining.end(ben, by=ada, at=NOON, reason="Moved away")
    back, _ = invite(stroud_unit, ada, email=ben.user.email)
    invitation, _ = invite(stroud_unit, ada, email="DREW.Pike@example.org")

    for one in (back, invitation):
        inviting.choose_password(one, "a password of the thief's")

    for whose in (ben.user, drew.user):
        whose.refresh_from_db()
        assert whose.check_password("a long pass phrase")
    assert User.objects.filter(email=ben.user.email).count() == 1
    member = inviting.take(invitation, drew.user, at=NOON)
    assert member.organisation == ada.organisation


def test_a_passkey_makes_no_way_in_for_who_has_a_sign_in_here(
    ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    joining.end(ben, by=ada, at=NOON, reason="Moved away")
    invitation, _ = invite(stroud_unit, ada, email=ben.user.email)

    assert inviting.choose_passkey(invitation, inviting.number_to_come()) is None

    assert User.objects.get(email=ben.user.email) == ben.user


def test_an_address_that_a_rival_took_up_stays_free_for_its_owner(
    ada: Member, drew: Member, stroud_unit: Unit, client: Client
) -> None:
    """Drew invited it, kept the link and came in as them: to nobody else is that a proof."""
    taken, _ = invite(Unit.objects.get(organisation=drew.organisation), drew, kind="admin")
    squatter = ines_signs_up(taken)
    inviting.take(taken, squatter, at=NOON)
    squatter.set_password("what the squatter chose")
    squatter.save()
    invitation, _ = invite(stroud_unit, ada)

    inviting.choose_password(invitation, "four words to remember")
    asked = {"login": invitation.email, "password": "four words to remember"}
    client.post("/accounts/login/", asked)

    ines = User.objects.get(pk=client.session["_auth_user_id"])
    assert ines != squatter
    assert inviting.take(invitation, ines, at=NOON).user == ines
    assert authenticate(email=invitation.email, password="what the squatter chose") == squatter


def test_what_whoever_held_the_link_before_chose_opens_nothing_once_another_is_chosen(
    ada: Member, stroud_unit: Unit
) -> None:
    invitation, _ = invite(stroud_unit, ada)
    first = inviting.choose_passkey(invitation, inviting.number_to_come())
    assert first is not None
    Authenticator.objects.create(user=first, type="webauthn", data={})

    second = inviting.choose_passkey(invitation, inviting.number_to_come())
    assert second is not None
    assert not Authenticator.objects.exists()
    Authenticator.objects.create(user=second, type="webauthn", data={})
    inviting.choose_password(invitation, "four words to remember")
    assert not Authenticator.objects.exists()
    third = inviting.choose_passkey(invitation, inviting.number_to_come())
    assert third is not None
    assert not third.has_usable_password()


def test_a_password_chosen_and_forgotten_before_the_first_sign_in_is_chosen_again(
    ada: Member, stroud_unit: Unit
) -> None:
    invitation, _ = invite(stroud_unit, ada)
    ines_signs_up(invitation)

    inviting.choose_password(invitation, "four other words entirely")

    assert User.objects.get(email=invitation.email).check_password("four other words entirely")


def test_a_withdrawn_renewed_or_old_link_opens_nothing(ada: Member, stroud_unit: Unit) -> None:
    invitation, first = invite(stroud_unit, ada)
    second = inviting.send_again(invitation, by=ada, at=NOON, by_letter=False)

    assert inviting.find(first, at=NOON) is None
    assert inviting.find(second, at=NOON + 6 * DAY) == invitation
    assert inviting.find(second, at=NOON + 7 * DAY) is None
    inviting.withdraw(invitation, by=ada, at=NOON)
    assert inviting.find(second, at=NOON) is None


def test_who_never_came_is_forgotten(ada: Member, stroud_unit: Unit) -> None:
    invite(stroud_unit, ada)

    inviting.forget_old(at=NOON + 96 * DAY)
    assert Invitation.objects.exists()
    inviting.forget_old(at=NOON + 98 * DAY)

    assert not Invitation.objects.exists()


def test_one_open_invitation_an_address_and_a_new_one_after_its_week(
    ada: Member, stroud_unit: Unit
) -> None:
    invite(stroud_unit, ada)

    with pytest.raises(inviting.CannotInvite, match="invited already"):
        invite(stroud_unit, ada)
    later = NOON + 8 * DAY
    again = inviting.invite(
        ada.organisation, newcomer(stroud_unit), by=ada, at=later, by_letter=False
    )
    assert again[0].good_until == later + 7 * DAY


def test_nobody_invites_beyond_what_they_may_give(
    ben: Member, ada: Member, stroud_unit: Unit
) -> None:
    with pytest.raises(inviting.CannotInvite, match="what you may not do yourself"):
        invite(stroud_unit, ben)


def test_what_someone_since_gone_promised_is_not_given(
    party: Organisation, ada: Member, head_office: Unit, stroud_unit: Unit
) -> None:
    bea = join(party, head_office, "Bea Cole", "admin")
    invitation, _ = invite(stroud_unit, bea)
    ines = ines_signs_up(invitation)
    joining.end(bea, by=ada, at=NOON, reason="Left")

    with pytest.raises(inviting.CannotTake, match="can no longer give"):
        inviting.take(invitation, ines, at=NOON)
    assert not party.members.filter(user=ines).exists()


def test_an_invited_administrator_waits_for_another_to_allow_it(
    party: Organisation, ada: Member, head_office: Unit
) -> None:
    join(party, head_office, "Bea Cole", "admin")
    invitation, _ = invite(head_office, ada, kind="admin")

    member = inviting.take(invitation, ines_signs_up(invitation), at=NOON)

    assert not member.roles.exists()
    assert RoleAsked.objects.get(member=member).asked_by == ada


def test_many_are_invited_and_each_refused_row_says_why(
    party: Organisation, ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    table = (
        "Name;E-mail;Role;Unit;Until\n"
        "Ines Vale;ines@example.org;Viewer;Stroud;2026-06-01\n"
        "\n"
        "Kit;nobody;king;Atlantis;soon\n"
        "Ben Hale;ben.hale@example.org;organiser;stroud;\n"
        "Ines Again;ines@example.org;viewer;Stroud;\n"
    )

    outcome = inviting_many.invite_many(party, table, reason="Helps", by=ada, at=NOON)

    assert [one.email for one in outcome.invited] == ["ines@example.org"]
    assert [row.number for row in outcome.refused] == [4, 5, 6]
    kit, ben_again, twice = (" ".join(row.reasons) for row in outcome.refused)
    assert "No role is named “king”" in kit
    assert "No unit of yours is named “Atlantis”" in kit
    assert "Write the last day as 2026-05-07." in kit
    assert "belongs to a member already" in ben_again
    assert "invited already" in twice
    assert outcome.refused_as_text().splitlines()[0] == "name,email,role,unit,until"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "There are no rows"),
        ("name,email,role,unit\n", "nobody beneath it"),
        ("name,role\nInes,viewer\n", "Missing: email, unit"),
        ("name,email,role,unit\n\x00", "no text"),
        ("name,email,role,unit\n" + "a,b@example.org,viewer,Stroud\n" * 501, "too many"),
    ],
)
def test_a_table_that_cannot_be_read_invites_nobody(
    party: Organisation, ada: Member, table: str, words: str
) -> None:
    with pytest.raises(inviting_many.CannotRead, match=words):
        inviting_many.invite_many(party, table, reason="Helps", by=ada, at=NOON)

    assert not Invitation.objects.exists()


def test_one_number_makes_one_sign_in(ada: Member, stroud_unit: Unit) -> None:
    number = inviting.number_to_come()
    first, _ = invite(stroud_unit, ada)
    second, _ = invite(stroud_unit, ada, email="owen@example.org")
    inviting.choose_passkey(first, number)

    with pytest.raises(IntegrityError), transaction.atomic():
        inviting.choose_passkey(second, number)
    assert User.objects.get(pk=number).email == "ines@example.org"


def test_nobody_is_invited_into_another_organisation(
    ada: Member, drew: Member, stroud_unit: Unit
) -> None:
    with pytest.raises((inviting.CannotInvite, granting.CannotGrant)):
        inviting.invite(drew.organisation, newcomer(stroud_unit), by=drew, at=NOON, by_letter=False)

"""The way in by an invitation, in the browser; and the letters that tell of access."""

import re

import pytest
from django.core import mail
from django.test import Client

from muster.channels import letters
from muster.channels.models import EmailAccount
from muster.organisations import inviting
from muster.organisations.joining import Newcomer
from muster.organisations.models import Invitation, Member, Notice, Organisation, Unit, User
from tests.conftest import NOON, signed_in

PHRASE = "four words to remember"
FORM = {
    "name": "Ines Vale",
    "email": "ines@example.org",
    "kind": "viewer",
    "lasts": "usual",
    "reason": "Helps out",
}


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def link(as_ada: Client, stroud_unit: Unit) -> str:
    """Where there is no mail account, whoever invites hands the link over."""
    page = words(as_ada.post("/settings/members/invite", FORM | {"unit": stroud_unit.pk}))
    found = re.search(r"/invitation/[\w-]+", page)
    assert found, page
    return found[0]


def test_someone_new_comes_in(link: str, party: Organisation) -> None:
    client = Client()
    assert "come and work for Fair Future" in words(client.get(link))

    chosen = client.post(link, {"password1": PHRASE, "password2": PHRASE})
    login = {"login": "ines@example.org", "password": PHRASE, "next": link}
    signed = client.post("/accounts/login/", login)
    assert chosen.headers["Location"].startswith("/accounts/login/?next=")
    assert signed.headers["Location"] == link
    assert "Join as ines@example.org" in words(client.get(link))
    client.post(f"{link}/join")

    assert "look after" in words(client.get("/"))
    assert "This invitation is spent" in words(Client().get(link))


def test_the_page_is_the_same_whether_or_not_there_is_a_sign_in(
    as_ada: Client, drew: Member, stroud_unit: Unit
) -> None:
    answers = []
    for email in ("ines@example.org", drew.user.email):
        form = FORM | {"unit": stroud_unit.pk, "email": email}
        page = words(as_ada.post("/settings/members/invite", form))
        found = re.search(r"/invitation/[\w-]+", page)
        assert found
        client = Client()
        seen = (
            words(client.get(found[0])).replace(email, "").replace(found[0].rpartition("/")[2], "")
        )
        chosen = client.post(found[0], {"password1": PHRASE, "password2": PHRASE}, follow=True)
        answers.append((re.sub(r"\w{64}", "", seen), "own password still" in words(chosen)))

    assert answers[0] == answers[1]
    assert answers[0][1]


def test_signed_in_as_someone_else_it_says_so_and_names_nobody(link: str, as_drew: Client) -> None:
    page = as_drew.get(link)
    joined = as_drew.post(f"{link}/join")

    assert page.status_code == joined.status_code == 403
    assert "for someone else" in words(page)
    assert "ines@example.org" not in words(page) + words(joined)


def test_a_short_password_or_two_that_differ_are_refused(link: str) -> None:
    short = words(Client().post(link, {"password1": "short", "password2": "short"}))
    differ = words(Client().post(link, {"password1": PHRASE, "password2": "another"}))

    assert "too short" in short
    assert "The two passwords differ" in differ


@pytest.mark.parametrize("credential", ["", "no passkey", "{}", "[1]", '{"id": "a", "type": "b"}'])
def test_what_is_no_passkey_is_refused_and_makes_no_sign_in(link: str, credential: str) -> None:
    client = Client()
    assert "Make this passkey" in words(client.get(f"{link}/passkey"))

    answer = words(client.post(f"{link}/passkey", {"name": "Phone", "credential": credential}))

    assert "Make it again." in answer
    assert not User.objects.filter(email="ines@example.org").exists()


def test_a_passkey_page_whose_invitation_is_spent_opens_nothing(db: None) -> None:
    assert Client().get("/invitation/nothing/passkey").status_code == 410


def test_without_a_second_factor_the_new_member_sees_nothing(drew: Member) -> None:
    Organisation.objects.filter(pk=drew.organisation_id).update(is_demonstration=False)
    drew.organisation.refresh_from_db()
    unit = drew.organisation.units.get()
    ines = Newcomer("Ines Vale", "ines@example.org", unit, "viewer", reason="Helps")
    invitation, key = inviting.invite(drew.organisation, ines, by=drew, at=NOON, by_letter=False)
    Invitation.objects.update(good_until="2099-01-01T00:00Z")
    inviting.choose_password(invitation, PHRASE)
    client = Client()
    client.login(email="ines@example.org", password=PHRASE)

    answer = client.post(f"/invitation/{key}/join", follow=True)

    assert answer.redirect_chain[-1][0] == "/second-factor"


@pytest.fixture
def account(party: Organisation) -> EmailAccount:
    return EmailAccount.objects.create(
        organisation=party,
        name="Post",
        host="127.0.0.1",
        from_name="Fair Future",
        from_address="post@example.org",
    )


def test_the_letter_carries_a_link_that_works_and_goes_once(
    as_ada: Client, stroud_unit: Unit, account: EmailAccount
) -> None:
    page = as_ada.post("/settings/members/invite", FORM | {"unit": stroud_unit.pk}, follow=True)
    notice = Notice.objects.get()

    letters.send(notice.pk, at=NOON)
    letters.send(notice.pk, at=NOON)

    (letter,) = mail.outbox
    found = re.search(r"/invitation/[\w-]+", str(letter.body))
    assert letter.to == ["ines@example.org"]
    assert found
    assert found[0] not in words(page)
    assert "come and work for" in words(Client().get(found[0]))


def test_a_letter_with_no_way_out_says_so_beside_the_member(
    as_ada: Client, ben: Member, stroud_unit: Unit
) -> None:
    form = {"kind": "approver", "unit": stroud_unit.pk, "lasts": "usual", "reason": "Helps"}
    as_ada.post(f"/settings/members/{ben.code}", form)

    letters.send(ben.notices.get().pk, at=NOON)

    assert mail.outbox == []
    assert letters.NO_ACCOUNT in words(as_ada.get(f"/settings/members/{ben.code}"))
    assert "gave you this role" in words(signed_in(ben).get("/you"))


def test_an_invitation_withdrawn_lets_nobody_in(link: str, as_ada: Client) -> None:
    invitation = Invitation.objects.get()
    as_ada.post(f"/settings/members/invitations/{invitation.pk}/withdraw")

    assert Client().get(link).status_code == 410


def test_many_from_a_file_come_back_with_what_was_refused(
    as_ada: Client, stroud_unit: Unit, account: EmailAccount
) -> None:
    rows = "name,email,role,unit\nInes,ines@example.org,viewer,Stroud\nKit,kit,viewer,Stroud\n"

    page = words(
        as_ada.post("/settings/members/invite-many", {"rows": rows, "reason": "Helps out"})
    )

    assert "1 person is" in page
    assert "Kit,kit,viewer,Stroud" in page
    assert "Ines,ines@example.org" not in page

"""No data without a second factor, but in a demonstration (SEC-1)."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from muster.organisations.models import Member, Organisation, Unit
from tests.conftest import join, signed_in


@pytest.fixture
def gwen(db: None) -> Member:
    guarded = Organisation.objects.create(slug="guarded", name="The Guarded")
    office = Unit.objects.create(organisation=guarded, kind="head_office", name="Head office")
    return join(guarded, office, "Gwen Hart", "admin")


def test_without_a_second_factor_every_page_leads_to_setting_it_up(gwen: Member) -> None:
    client = signed_in(gwen)

    for path in ("/settings/", "/settings/members/", "/sources"):
        assert client.get(path).headers["Location"] == "/second-factor"
    assert client.post("/settings/members/invite", {}).headers["Location"] == "/second-factor"
    assert client.get("/second-factor").status_code == 200


def test_with_one_the_pages_open(gwen: Member) -> None:
    Authenticator.objects.create(user=gwen.user, type="totp", data={"secret": "made up"})

    assert signed_in(gwen).get("/settings/").status_code == 200


def test_a_demonstration_asks_for_none(as_ada: Client) -> None:
    assert as_ada.get("/settings/").status_code == 200


def test_a_password_alone_leads_to_the_second_step(gwen: Member) -> None:
    Authenticator.objects.create(user=gwen.user, type="totp", data={"secret": "made up"})

    client = Client()
    answer = client.post(
        "/accounts/login/", {"login": gwen.user.email, "password": "a long pass phrase"}
    )

    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_by_themselves(db: None) -> None:
    form = {"email": "me@example.org", "password1": "a long pass phrase"}
    form["password2"] = form["password1"]

    answer = Client().post("/accounts/signup/", form)

    assert b"by invitation" in answer.content


def test_many_wrong_passwords_are_slowed_down(gwen: Member) -> None:
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": gwen.user.email, "password": "wrong"})
        for _ in range(12)
    ]

    assert b"Too many" in answers[-1].content


def test_an_ended_member_gets_nothing(gwen: Member, ada: Member) -> None:
    Member.objects.filter(pk=ada.pk).update(ended_at="2026-05-04T12:00Z")

    assert signed_in(ada).get("/settings/").status_code == 403

"""Signing in speaks our words, not those of the library beneath."""

import pytest
from django.test import Client

from muster.organisations.models import Member
from tests.conftest import signed_in

LIBRARYS = ("New Password", "Current Password", "Passwordless", "Forgot your", "Please")


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/change/"]
)
def test_a_form_has_our_labels(path: str, ada: Member) -> None:
    ada.user.set_password("a long pass phrase")
    ada.user.save()
    client = signed_in(ada) if "change" in path else Client()

    page = client.get(path).content.decode()

    assert "<form" in page
    assert not [words for words in LIBRARYS if words in page]


def test_a_wrong_password_is_said_plainly(db: None) -> None:
    sent = {"login": "nobody@example.org", "password": "a long pass phrase"}

    page = Client().post("/accounts/login/", sent).content.decode()

    assert "This e-mail address and password do not belong together." in page


def test_a_forgotten_password_is_asked_about_once(db: None) -> None:
    page = Client().get("/accounts/login/").content.decode()

    assert page.count("/accounts/password/reset/") == 1

"""`muster organisation begin`, as someone types it, and the first administrator's way in."""

import re
from contextlib import nullcontext

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from typer.testing import CliRunner, Result

from muster.cli import app, house
from muster.organisations.models import Invitation, Organisation, User

PHRASE = "four words to remember"
MADE_UP = ["Fair Valley Union", "--admin", "ada.marsh@example.org"]


@pytest.fixture(autouse=True)
def house_is_open(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(house, "open_house", nullcontext)


def begin(*words: str) -> Result:
    return CliRunner().invoke(app, ["organisation", "begin", *words])


def link_in(said: Result) -> str:
    found = re.search(r"/invitation/[\w-]+", said.output)
    assert found, said.output
    return found[0]


def come_in(link: str, email: str) -> Client:
    client = Client()
    client.post(link, {"password1": PHRASE, "password2": PHRASE})
    client.post("/accounts/login/", {"login": email, "password": PHRASE})
    client.post(f"{link}/join")
    return client


def test_the_first_administrator_comes_in_by_the_link_and_needs_a_second_step() -> None:
    link = link_in(begin(*MADE_UP))

    page = Client().get(link).content.decode()
    client = come_in(link, "ada.marsh@example.org")

    assert "Ada Marsh, come and work for Fair Valley Union" in page
    assert "Whoever runs this Muster invites you" in page
    ours = Organisation.objects.get(slug="fair-valley-union")
    role = ours.members.get().roles.get()
    assert (role.kind, role.unit.kind, role.expires_at) == ("admin", "head_office", None)
    assert not ours.is_demonstration
    assert client.get("/settings/").headers["Location"] == "/second-factor"
    user = User.objects.get(email="ada.marsh@example.org")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "made up"})
    assert client.get("/settings/").status_code == 200
    assert client.get("/settings/members/").status_code == 200


def test_until_somebody_came_a_second_run_makes_a_fresh_link() -> None:
    first = link_in(begin(*MADE_UP))
    second = link_in(begin("Fair Valley Union", "--admin", "bea@example.org"))

    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200
    assert Organisation.objects.count() == 1
    assert Invitation.objects.get(withdrawn_at=None).email == "bea@example.org"


def test_once_somebody_came_it_has_begun() -> None:
    come_in(link_in(begin(*MADE_UP)), "ada.marsh@example.org")

    said = begin("Fair Valley Union", "--admin", "thief@example.org")

    assert said.exit_code == 1
    assert "has begun already" in said.output
    assert not Invitation.objects.filter(email="thief@example.org").exists()


def test_a_name_of_letters_no_address_carries_wants_a_slug() -> None:
    without = begin("Δίκαιο Μέλλον", "--admin", "ada@example.org")
    with_one = begin("Δίκαιο Μέλλον", "--admin", "ada@example.org", "--slug", "Dikaio Mellon")

    assert "--slug fair-future" in without.output
    assert with_one.exit_code == 0
    assert Organisation.objects.get().slug == "dikaio-mellon"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((" ", "--admin", "ada@example.org"), "Write the organisation's name"),
        (("Two\nlines", "--admin", "ada@example.org"), "on one line"),
        (("Fair Valley", "--admin", "ada"), "Write the administrator's e-mail address"),
        (("x" * 201, "--admin", "nobody@"), "up to 200 letters"),
    ],
)
def test_bad_words_are_refused_and_nothing_is_made(words: tuple[str, ...], reason: str) -> None:
    said = begin(*words)

    assert said.exit_code == 1
    assert reason in said.output
    assert "Nothing was changed." in said.output
    assert not Organisation.objects.exists()


def test_anothers_slug_is_not_taken_over(party: Organisation) -> None:
    said = begin("Fair, Future", "--admin", "ada@example.org")

    assert said.exit_code == 1
    assert "Fair Future goes by “fair-future” here already" in said.output
    assert not Invitation.objects.exists()

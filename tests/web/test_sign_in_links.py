"""A demonstration's links let in whoever sits at this machine, once, and nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from muster.organisations.models import Member, Organisation, SignInLink
from muster.organisations.signing_in import NotADemonstration, link_for

HERE = {"HTTP_HOST": "localhost:8400", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def way_in(ada: Member) -> str:
    return link_for(ada, at=datetime.now(UTC))


def test_looking_at_a_link_spends_nothing(way_in: str) -> None:
    for _ in range(2):
        assert b"Come in" in Client().get(way_in, **HERE).content

    assert SignInLink.objects.get().used_at is None


def test_a_link_lets_in_once(way_in: str, ada: Member) -> None:
    first, second = Client(), Client()

    assert first.post(way_in, **HERE).headers["Location"] == "/"
    assert second.post(way_in, **HERE).status_code == 410

    assert first.session["member"] == ada.pk
    assert "_auth_user_id" not in second.session


def test_a_link_lasts_twelve_hours(ada: Member) -> None:
    old = link_for(ada, at=datetime.now(UTC) - timedelta(hours=13))

    assert Client().post(old, **HERE).status_code == 410


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "localhost"},
        {"HTTP_HOST": "testserver"},
        {"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_HOST": "localhost", "HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_HOST": "localhost", "HTTP_VIA": "1.1 proxy"},
        {"REMOTE_ADDR": "", "HTTP_HOST": "localhost"},
    ],
)
def test_a_link_is_good_at_its_own_machine_only(way_in: str, elsewhere: dict[str, str]) -> None:
    for ask in (Client().get, Client().post):
        assert ask(way_in, **elsewhere).status_code == 403

    assert SignInLink.objects.get().used_at is None


def test_no_link_is_made_for_a_real_organisation(ada: Member, party: Organisation) -> None:
    Organisation.objects.filter(pk=party.pk).update(is_demonstration=False)
    ada.refresh_from_db()

    with pytest.raises(NotADemonstration):
        link_for(ada, at=datetime.now(UTC))


def test_a_link_made_before_the_organisation_became_real_is_spent(
    way_in: str, party: Organisation
) -> None:
    Organisation.objects.filter(pk=party.pk).update(is_demonstration=False)

    assert Client().post(way_in, **HERE).status_code == 410


def test_who_came_by_link_reaches_demonstrations_only(way_in: str, ada: Member) -> None:
    real = Organisation.objects.create(slug="real", name="Real")
    theirs = Member.objects.create(organisation=real, user=ada.user, name="Ada")
    client = Client()
    client.post(way_in, **HERE)

    client.post("/switch", {"member": theirs.pk})

    assert b"Fair Future" in client.get("/sources").content


def test_only_the_keys_hash_is_kept(way_in: str) -> None:
    assert way_in.rsplit("/", 1)[1] not in SignInLink.objects.get().key_hash

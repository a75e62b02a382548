"""Keys: made, shown once, recognised, counted, revoked; never more than their maker may do."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from muster.lib.times import now
from muster.organisations import api_keys
from muster.organisations.api_keys import BadKey, CannotMake, KeyAsked
from muster.organisations.models import ApiKey, AuditEntry, Member, Role, Unit
from muster.people.models import Person
from tests.api.conftest import Asker, key_for
from tests.conftest import NOON, supporter

YEAR = timedelta(days=365)


def test_a_key_is_kept_as_a_mark_only_and_found_by_what_it_says(ada: Member) -> None:
    key, said = key_for(ada, "see people")

    assert said.startswith("muster_")
    assert said not in str(ApiKey.objects.values().get())
    assert api_keys.find(said, at=now()) == key


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Name the key"),
        ({"scopes": frozenset()}, "what the key may do"),
        ({"scopes": frozenset({"arm launches"})}, "what the key may do"),
        ({"expires_at": None}, "last day"),
        ({"expires_at": NOON}, "still to come"),
        ({"expires_at": NOON + 2 * YEAR}, "within a year"),
    ],
)
def test_what_is_wrong_with_a_key_is_said(ada: Member, change: dict, words: str) -> None:
    asked = {"name": "Site", "scopes": frozenset({"see people"}), "unit": None}
    asked |= {"expires_at": NOON + YEAR} | change

    with pytest.raises(CannotMake, match=words):
        api_keys.make(ada.organisation, KeyAsked(**asked), by=ada, at=NOON)


def test_nobody_makes_a_key_that_may_more_than_they(ben: Member) -> None:
    asked = KeyAsked("Site", frozenset({"keep webhooks"}), None, NOON + YEAR)

    with pytest.raises(CannotMake, match="not do that yourself"):
        api_keys.make(ben.organisation, asked, by=ben, at=NOON)


def test_the_database_refuses_a_key_without_an_end_within_a_year(ada: Member) -> None:
    key, _ = key_for(ada)

    with pytest.raises(IntegrityError):
        ApiKey.objects.filter(pk=key.pk).update(expires_at=key.made_at + 2 * YEAR)


def test_a_revoked_key_opens_nothing_and_the_audit_says_who_did_it(ada: Member) -> None:
    key, said = key_for(ada)

    api_keys.revoke(key, by=ada, at=now())
    api_keys.revoke(key, by=ada, at=now())

    with pytest.raises(BadKey, match="revoked"):
        api_keys.find(said, at=now())
    kinds = list(AuditEntry.objects.order_by("number").values_list("kind", flat=True))
    assert kinds == ["API key made", "API key revoked"]


def test_a_key_does_no_more_than_its_maker_may_do_now(
    ada: Member, party: object, stroud_unit: Unit, cleo: Person
) -> None:
    asker = Asker(key_for(ada, "see people")[1])
    assert len(asker.get("/people")["people"]) == 1

    Role.objects.filter(member=ada).update(kind="viewer")

    assert asker.ask("GET", "/people")[0] == 403


def test_a_key_of_somebody_who_left_opens_nothing(ada: Member, cleo: Person) -> None:
    asker = Asker(key_for(ada, "see people")[1])

    Member.objects.filter(pk=ada.pk).update(ended_at=now())

    status, said = asker.ask("GET", "/people")
    assert status == 401
    assert "no longer a member" in said["detail"]


def test_a_key_of_one_unit_sees_its_people_alone(
    ada: Member, stroud_unit: Unit, neath: object, cleo: Person
) -> None:
    supporter(ada.organisation, "Nia", "Neath", neath)
    supporter(ada.organisation, "Nowhere", "Known")
    asker = Asker(key_for(ada, "see people", unit=stroud_unit)[1])

    found = asker.get("/people")["people"]

    assert [person["given_name"] for person in found] == ["Cleo"]


def test_a_key_that_asks_too_often_waits(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "A_MINUTE", 2)
    asker = Asker(key_for(ada)[1])

    answers = [asker.send("GET", "/tags") for _ in range(5)]

    last = answers[-1]
    assert last.status_code == 429
    assert 0 < int(last.headers["Retry-After"]) <= 60
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=2;w=60'
    assert answers[0].headers["RateLimit"].startswith('"key";r=1;t=')


def test_that_a_key_reads_the_list_is_in_the_audit_once_a_day(ada: Member, cleo: Person) -> None:
    key, said = key_for(ada, "see people")
    asker = Asker(said)

    for _ in range(3):
        asker.get("/people")

    entry = AuditEntry.objects.get(kind="people read over the API")
    assert (entry.member, entry.about_id) == (ada, key.pk)


def test_an_address_nobody_knows_is_a_problem_in_words(db: None) -> None:
    client = Client(enforce_csrf_checks=True)

    for method in ("get", "post", "delete"):
        answer = getattr(client, method)("/api/v1/nothing%0A/here")
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert client.get("/api/docs").status_code == 200
    assert client.get("/api/openapi.json").json()["openapi"] == "3.1.0"


def test_a_browsers_session_opens_nothing_here(as_ada: Client) -> None:
    assert as_ada.get("/api/v1/people").status_code == 401


def test_a_key_is_shown_once_and_then_by_its_first_letters(as_ada: Client) -> None:
    day = (timezone.now() + timedelta(days=90)).date().isoformat()
    form = {"name": "Website", "scopes": ["see people"], "until": day}

    made = as_ada.post("/settings/keys/make", form)

    key = ApiKey.objects.get()
    assert key.begins in made.content.decode()
    said = made.context["said"]
    listed = as_ada.get("/settings/keys/").content.decode()
    assert key.begins in listed
    assert said not in listed
    assert api_keys.find(said, at=now()) == key


def test_a_key_about_to_end_is_told_of(as_ada: Client, ada: Member) -> None:
    key_for(ada, days=5)

    assert "Make another" in as_ada.get("/settings/keys/").content.decode()

"""People brought in and changed over the API: known again, nothing written over, consent proved."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connections

from muster.lib.times import now
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people import erasing, suppressing
from muster.people.models import ConsentEvent, CustomField, Person, Wording
from muster.people.record.models import PersonChange
from muster.places.models import Place
from tests.api.conftest import Asker, key_for
from tests.conftest import supporter


@pytest.fixture
def wording(party: Organisation, campaigner: Campaigner) -> Wording:
    return Wording.objects.create(
        organisation=party,
        campaigner=campaigner,
        channel="email",
        version="2026-1",
        text="E-mail me news.",
    )


def test_somebody_new_is_made_and_placed_and_found(
    adas: Asker, stroud: Place, postcode_book: Any
) -> None:
    postcode_book({"GL51AA": stroud})

    status, said = adas.ask(
        "POST",
        "/people",
        {
            "email": "Mo.New@Example.org",
            "given_name": "Mo",
            "phone": "07700 900123",
            "postcode": "gl5 1aa",
            "external_id": "crm-7",
            "tags": ["leafleter"],
        },
    )

    assert status == 201
    person = said["person"]
    assert person["emails"] == ["mo.new@example.org"]
    assert person["phones"] == ["+447700900123"]
    assert person["seat"]["name"] == "Stroud"
    assert person["tags"] == ["leafleter"]
    assert adas.get("/people?external_id=crm-7")["people"][0]["code"] == person["code"]


def test_somebody_known_has_blanks_filled_and_nothing_written_over(
    adas: Asker, cleo: Person
) -> None:
    status, said = adas.ask(
        "POST",
        "/people",
        {"email": "cleo.winter@example.com", "given_name": "Other", "address": "1 High Street"},
    )

    assert status == 200
    assert said["person"]["given_name"] == "Cleo"
    assert said["person"]["address"] == "1 High Street"


def test_a_patch_writes_over_and_keeps_what_stood_before(
    adas: Asker, cleo: Person, party: Organisation
) -> None:
    CustomField.objects.create(organisation=party, key="car", name="Car", kind="yes_no")

    status, said = adas.ask(
        "PATCH", f"/people/{cleo.code}", {"given_name": "Cléo", "fields": {"car": True}}
    )

    assert status == 200, said
    assert said["person"]["given_name"] == "Cléo"
    assert said["person"]["fields"] == {"car": True}
    kept = PersonChange.objects.get(person=cleo, field="given_name")
    assert (kept.before, kept.after) == ("Cleo", "Cléo")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "e-mail address or an external id"),
        ({"email": "no address"}, "is not an e-mail address"),
        ({"email": "a@example.org", "phone": "12"}, "is not a phone number"),
        ({"email": "a@example.org", "postcode": "ZZZZ"}, "postcode"),
        ({"email": "a@example.org", "seat": "E99"}, "No seat has the code"),
        ({"email": "a@example.org", "fields": {"x": 1}}, "No field"),
        ({"email": "a@example.org", "nickname": "x"}, "Nothing is known by that name"),
        ({"email": "a@example.org", "given_name": "x\x00"}, "NUL"),
        ({"email": "a@example.org", "tags": [" "]}, "Type the tag"),
        ({"email": "a@example.org", "given_name": "x" * 200}, "100 at most"),
        (b"{", "no JSON"),
        (b"\xff", "no JSON"),
        (b'{"email": "\\ud800"}', ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(adas: Asker, body: Any, words: str) -> None:
    status, said = adas.ask("POST", "/people", body)

    assert status in (400, 422)
    assert words.lower() in said["detail"].lower()
    assert Person.objects.count() == 0


def test_too_much_at_once_is_refused_in_words(adas: Asker) -> None:
    for word in ({}, {"Idempotency_Key": "big"}):
        status, said = adas.ask("POST", "/people", b"x" * 3_000_000, **word)

        assert status == 413
        assert "kB" in said["detail"]


def test_who_was_erased_or_asked_to_stop_is_not_brought_back(
    adas: Asker, cleo: Person, ada: Member
) -> None:
    erasing.erase(cleo, by=ada, at=now())

    status, said = adas.ask("POST", "/people", {"email": "cleo.winter@example.com"})

    assert status == 409
    assert "Asked not to be contacted" in said["detail"]


def test_a_yes_needs_its_proof(adas: Asker, cleo: Person, wording: Wording) -> None:
    path, at = f"/people/{cleo.code}/consents", (now() - timedelta(days=2)).isoformat()
    bare = {"channel": "email", "is_given": True}

    status, said = adas.ask("POST", path, bare)
    assert status == 422
    assert "wording, source, date" in said["detail"]
    future = (now() + timedelta(days=1)).isoformat()
    whole = bare | {"wording": "2026-1", "source": "petition", "at": at}
    assert adas.ask("POST", path, whole | {"at": future})[0] == 422
    assert adas.ask("POST", path, whole | {"wording": "2025"})[0] == 422
    status, said = adas.ask("POST", path, whole)

    assert status == 200
    assert said["person"]["consents"]["email"]["is_given"] is True
    assert ConsentEvent.objects.get().wording == wording


def test_a_yes_without_proof_brings_a_contact_without_consent(adas: Asker) -> None:
    body = {"email": "mo@example.org", "consents": [{"channel": "email", "is_given": True}]}

    status, said = adas.ask("POST", "/people", body)

    assert status == 201
    assert "PECR-CON" in said["told"][0]
    assert ConsentEvent.objects.count() == 0


def test_a_no_and_a_stop_count_at_once(adas: Asker, cleo: Person, wording: Wording) -> None:
    no = {"channel": "email", "is_given": False, "source": "on the phone"}

    assert adas.ask("POST", f"/people/{cleo.code}/consents", no)[0] == 200
    status, said = adas.ask("POST", f"/people/{cleo.code}/stop", {"reason": "asked"})

    assert status == 200
    assert said["person"]["stopped"] == ["email"]
    assert suppressing.is_suppressed(cleo.organisation, "email", "cleo.winter@example.com")


def test_a_seats_key_adds_people_of_its_seat_alone(
    bens: Asker, cleo: Person, neath: Place, stroud: Place, party: Organisation
) -> None:
    supporter(party, "Nia", "Neath", neath)

    assert bens.ask("POST", "/people", {"email": "a@example.org"})[0] == 403
    assert bens.ask("POST", "/people", {"email": "a@example.org", "seat": neath.code})[0] == 403
    assert bens.ask("POST", "/people", {"email": "a@example.org", "seat": stroud.code})[0] == 201
    assert bens.ask("POST", "/people", {"email": "nia.neath@example.com"})[0] == 403
    moved = bens.ask("PATCH", f"/people/{cleo.code}", {"seat": neath.code})
    assert moved[0] == 403
    cleo.refresh_from_db()
    assert cleo.seat == stroud


def test_the_same_word_carries_a_request_out_once(adas: Asker, cleo: Person) -> None:
    body, word = {"email": "mo@example.org"}, {"Idempotency_Key": "sign-up-1"}

    first = adas.send("POST", "/people", body, **word)
    again = adas.send("POST", "/people", body, **word)
    other = adas.ask("POST", "/people", {"email": "other@example.org"}, **word)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other[0] == 422
    assert Person.objects.filter(contact_points__value="mo@example.org").count() == 1


def test_a_refused_request_may_be_put_right_under_the_same_word(adas: Asker) -> None:
    word = {"Idempotency_Key": "sign-up-1"}

    assert adas.ask("POST", "/people", {"email": "no"}, **word)[0] == 422
    assert adas.ask("POST", "/people", {"email": "mo@example.org"}, **word)[0] == 201


def test_an_answer_kept_goes_with_whom_it_tells_of(adas: Asker, ada: Member) -> None:
    body, word = {"email": "mo@example.org"}, {"Idempotency_Key": "w"}
    adas.ask("POST", "/people", body, **word)

    erasing.erase(Person.objects.get(), by=ada, at=now())

    assert adas.ask("POST", "/people", body, **word)[0] == 409


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_word_make_one_person(ada: Member) -> None:
    said, statuses = key_for(ada)[1], []

    def ask() -> None:
        asker = Asker(said)
        body = {"email": "mo@example.org", "given_name": "Mo"}
        statuses.append(asker.ask("POST", "/people", body, Idempotency_Key="once")[0])
        connections.close_all()

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_who_bring_the_same_person_at_once_make_one(ada: Member) -> None:
    said, statuses = key_for(ada)[1], []

    def ask(n: int) -> None:
        body = {"email": "mo@example.org", "tags": [f"t{n}"]}
        statuses.append(Asker(said).ask("POST", "/people", body)[0])
        connections.close_all()

    threads = [Thread(target=ask, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] * 5 + [201]
    assert Person.objects.get().tagged.count() == 6


def test_a_volunteer_spoken_to_is_told_once(adas: Asker, cleo: Person, stroud: Place) -> None:
    from tests.api.endpoints import World, of_lead

    world = World(cleo.organisation, cleo.organisation, Member.objects.get(), cleo, stroud)
    id = of_lead(world)["id"]

    first = adas.ask("POST", f"/leads/{id}/contacted")
    again = adas.ask("POST", f"/leads/{id}/contacted")

    assert first[0] == 200
    assert again[1]["contacted_at"] == first[1]["contacted_at"]
    kinds = [fact["kind"] for fact in adas.get(f"/people/{cleo.code}/facts")["facts"]]
    assert kinds == ["lead contacted"]

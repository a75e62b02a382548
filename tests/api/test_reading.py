"""Reading people, tags, fields and seats over the API."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.audiences import definitions, saving
from muster.lib.times import now
from muster.organisations.models import Member, Organisation
from muster.people import consenting
from muster.people.models import CustomField, CustomValue, Person, PersonTag, Tag
from muster.places.models import Place
from tests.api.conftest import Asker, key_for
from tests.conftest import NOON, supporter


def everyone(asker: Asker, limit: int, query: str = "") -> list[dict[str, Any]]:
    found, cursor = [], ""
    while True:
        said = asker.get(f"/people?limit={limit}&cursor={cursor}{query}")
        found += said["people"]
        if said["next"] is None:
            return found
        cursor = said["next"]


def test_a_person_is_told_whole(adas: Asker, cleo: Person, ada: Member) -> None:
    tag = Tag.objects.create(organisation=cleo.organisation, name="leafleter")
    PersonTag.objects.create(organisation=cleo.organisation, person=cleo, tag=tag, at=NOON)
    for key, is_special in (("car", False), ("faith", True)):
        field = CustomField.objects.create(
            organisation=cleo.organisation, key=key, kind="yes_no", is_special=is_special
        )
        CustomValue.objects.create(
            organisation=cleo.organisation, person=cleo, field=field, number=1, at=NOON
        )
    consenting.withdraw(cleo, "email", source="a letter", at=NOON)

    said = adas.get(f"/people/{cleo.code}")

    assert said["emails"] == ["cleo.winter@example.com"]
    assert said["seat"] == {"code": "E14001530", "name": "Stroud"}
    assert said["tags"] == ["leafleter"]
    assert said["fields"] == {"car": True}
    assert said["consents"]["email"]["is_given"] is False


def test_people_are_found_by_address_and_by_tag(adas: Asker, cleo: Person) -> None:
    supporter(cleo.organisation, "Nia", "Other")

    assert [p["code"] for p in adas.get("/people?email=CLEO.winter@example.com")["people"]] == [
        str(cleo.code)
    ]
    assert adas.get("/people?tag=nobody")["people"] == []


def test_tags_and_seats_come_in_pages(
    adas: Asker, bens: Asker, party: Organisation, stroud: Place, neath: Place
) -> None:
    Tag.objects.bulk_create(Tag(organisation=party, name=f"tag {n}") for n in range(3))

    first = adas.get("/tags?limit=2")
    rest = adas.get(f"/tags?limit=2&cursor={first['next']}")

    assert [t["name"] for t in first["tags"] + rest["tags"]] == ["tag 0", "tag 1", "tag 2"]
    assert rest["next"] is None
    assert {s["name"] for s in adas.get("/seats")["seats"]} == {"Stroud", stroud.name, neath.name}
    assert [s["name"] for s in bens.get("/seats")["seats"]] == ["Stroud"]


def test_an_audience_is_counted_and_read_in_pages(
    adas: Asker, ada: Member, party: Organisation, stroud: Place
) -> None:
    everyone = {str(supporter(party, f"P{n}", "Person", stroud).code) for n in range(3)}
    made = saving.make(party, name="All", definition=definitions.empty(), by=ada, at=NOON)

    first = adas.get(f"/audiences/{made.code}/people?limit=2")
    rest = adas.get(f"/audiences/{made.code}/people?limit=2&cursor={first['next']}")

    assert adas.get("/audiences")["audiences"][0]["name"] == "All"
    assert adas.get(f"/audiences/{made.code}")["people"] == 3
    assert {p["code"] for p in first["people"] + rest["people"]} == everyone
    assert rest["next"] is None


@pytest.mark.parametrize(
    "cursor", ["x", "bm90", "WyJwZW9wbGUiXQ", "WyJwZW9wbGUiLCAiMSJd", "%F0%9F%98%80", "W" * 300]
)
def test_a_cursor_that_is_none_of_ours_is_refused_in_words(adas: Asker, cursor: str) -> None:
    status, said = adas.ask("GET", f"/people?cursor={cursor}")

    assert status == 422
    assert "next" in said["detail"]


STEPS = st.lists(st.sampled_from(["add", "remove", "change"]), max_size=6)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at_first=st.integers(0, 6), limit=st.integers(1, 4), steps=STEPS, picks=st.randoms())
def test_whoever_is_there_all_along_is_read_exactly_once(
    adas: Asker, party: Organisation, at_first: int, limit: int, steps: list[str], picks: Any
) -> None:
    Person.objects.filter(organisation=party).delete()
    made = [Person.objects.create(organisation=party, joined_at=NOON) for _ in range(at_first)]
    gone: set[str] = set()

    seen, cursor, todo = [], "", list(steps)
    while True:
        said = adas.get(f"/people?limit={limit}&cursor={cursor}")
        seen += [person["code"] for person in said["people"]]
        if said["next"] is None:
            break
        cursor = said["next"]
        for step in [todo.pop() for _ in range(min(2, len(todo)))]:
            if step == "add":
                Person.objects.create(organisation=party, joined_at=NOON)
            elif step == "remove":
                there = [p for p in made if str(p.code) not in gone]
                if there:
                    away = picks.choice(there)
                    gone.add(str(away.code))
                    Person.objects.filter(pk=away.pk).delete()
            elif made:
                Person.objects.filter(pk=picks.choice(made).pk).update(given_name="X")

    assert len(seen) == len(set(seen))
    assert {str(p.code) for p in made} - gone <= set(seen)


@pytest.mark.django_db(transaction=True)
def test_whoever_changed_since_is_told_once_and_never_passed_over(
    ada: Member, party: Organisation
) -> None:
    asker = Asker(key_for(ada, "see people")[1])
    people = [supporter(party, f"P{n}", "Person") for n in range(4)]
    began = now()
    consenting.withdraw(people[1], "email", source="a letter", at=now())
    tag = Tag.objects.create(organisation=party, name="t")
    PersonTag.objects.create(organisation=party, person=people[3], tag=tag, at=now())
    Person.objects.filter(pk=people[0].pk).update(given_name="Q")

    since = began.isoformat().replace("+", "%2B")
    found = everyone(asker, 1, f"&updated_since={since}")

    assert [p["given_name"] for p in found] == ["P1", "P3", "Q"]

"""Random audiences find the same people in PostgreSQL and in the DuckDB file fed from it."""

import os
from datetime import timedelta

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.audiences import counting, definitions, saving, warehouse
from muster.journal.models import Fact
from muster.people import consenting
from muster.people.explicit import SPECIAL
from muster.people.models import CustomField, Household, Wording
from muster.people.record.models import Preference
from tests.audiences.asking import sent_to
from tests.conftest import MORNING, NOON
from tests.waiting import wait_for_all_before

AT_RANDOM = 1_000 if os.environ.get("FULL") else 80
"""Other ones each time the tests run; each is compiled twice, which takes most of their time."""
CHANNELS = ["email", "sms", "call", "post"]
whens = st.one_of(
    st.just({}),
    st.just({"month": True}),
    st.builds(lambda d: {"days": d}, st.integers(1, 500)),
    st.sampled_from([{"since": "2026-03-01"}, {"before": "2026-03-01"}]),
)


def leaves(world):
    return st.one_of(
        st.builds(
            lambda places: {"is": "place", "places": places},
            st.lists(st.sampled_from(world["places"]), min_size=1, max_size=2, unique=True),
        ),
        st.just({"is": "nowhere"}),
        st.just({"is": "capped"}),
        st.just({"is": "tag", "tag": world["tag"]}),
        st.builds(
            lambda op, n: {"is": "field", "field": "hours", "op": op, "value": n},
            st.sampled_from(["is", "least", "most"]),
            st.integers(0, 5),
        ),
        st.sampled_from(
            [
                {"is": "field", "field": "town", "op": "is", "value": "O'Brien’s \\ %"},
                {"is": "field", "field": "town", "op": "known"},
                {"is": "field", "field": "votes", "op": "is", "value": "Us"},
                {"is": "field", "field": "born", "op": "least", "value": "1990-01-01"},
                {"is": "audience", "audience": world["audience"]},
                {"is": "source", "source": ""} | {"source": "Stall"},
            ]
        ),
        st.builds(lambda c: {"is": "reach", "channel": c}, st.sampled_from(CHANNELS)),
        st.builds(
            lambda c, s: {"is": "consent", "channel": c, "said": s},
            st.sampled_from(CHANNELS),
            st.sampled_from(["yes", "no", "none"]),
        ),
        st.builds(
            lambda n, w: {"is": "did", "kind": "volunteered", "times": n, "when": w},
            st.integers(1, 3),
            whens,
        ),
        st.builds(lambda d: {"is": "silent", "days": d}, st.integers(1, 500)),
        st.builds(lambda w: {"is": "joined", "when": w}, whens.filter(bool)),
        st.builds(
            lambda p, s: {"is": "share", "percent": p, "salt": s},
            st.floats(1, 99),
            st.sampled_from(["a", "b'c", "d%e"]),
        ),
    )


def trees(world):
    return st.recursive(
        leaves(world),
        lambda inner: st.one_of(
            st.builds(lambda c: {"all": c}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda c: {"any": c}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda c: {"not": c}, inner),
        ),
        max_leaves=8,
    )


def _hears_seldom(party, crowd, ada):
    """Ann, once a month, had a message two weeks ago; so had Bob, once a week."""
    sent_to(party, ada, [crowd["Ann"], crowd["Bob"]], at=NOON - timedelta(days=14))
    for name, often in (("Ann", "monthly"), ("Bob", "weekly"), ("Cat", "weekly")):
        Preference.objects.create(
            organisation=party, person=crowd[name], frequency=often, at=MORNING
        )


@pytest.fixture
def world(transactional_db, tmp_path, party, crowd, driver, hours, stroud, neath, england, ada):
    from muster.places.models import Place

    Place.objects.create(code="W1", kind="ward", name="Uplands", slug="uplands", parent=stroud)
    home = Household.objects.create(organisation=party, key="k")
    crowd["Ann"].__class__.objects.filter(given_name__in=["Ann", "Cat"]).update(household=home)
    crowd["Bob"].__class__.objects.filter(given_name="Bob").update(
        source="Stall", ward=Place.objects.get(code="W1")
    )
    town = CustomField.objects.create(organisation=party, key="town", name="Town", kind="text")
    born = CustomField.objects.create(organisation=party, key="born", name="Born", kind="date")
    crowd["Dan"].details.create(organisation=party, field=town, text="O'Brien’s \\ %", at=MORNING)
    crowd["Ann"].details.create(organisation=party, field=town, text="", at=MORNING)
    crowd["Cat"].details.create(organisation=party, field=born, on_date="1991-01-01", at=MORNING)
    votes = CustomField.objects.create(
        organisation=party, key="votes", name="Votes", kind="text", is_special=True
    )
    for name in ("Ann", "Bob", "Dan"):
        crowd[name].details.create(organisation=party, field=votes, text="Us", at=MORNING)
    agreed = Wording.objects.get()
    agreed.pk, agreed.purpose = None, SPECIAL
    agreed.save()
    for name in ("Ann", "Bob", "Cat"):
        consenting.give(crowd[name], "email", wording=agreed, source="Stall", at=MORNING)
    consenting.withdraw(crowd["Bob"], "email", source="Stall", at=NOON, purpose=SPECIAL)
    _hears_seldom(party, crowd, ada)
    inner = {"who": {"any": [{"is": "tag", "tag": driver.pk}, {"is": "nowhere"}]}}
    other = saving.make(party, name="Other", definition=inner, by=ada, at=NOON)
    wait_for_all_before()
    with override_settings(VAR=tmp_path):
        warehouse.feed(at=NOON)
        yield {
            "party": party,
            "places": [stroud.code, neath.code, england.code, "W1"],
            "tag": driver.pk,
            "audience": str(other.code),
        }


def test_the_same_people_on_both(world):
    party = world["party"]

    @settings(max_examples=AT_RANDOM, deadline=None, suppress_health_check=list(HealthCheck))
    @given(who=trees(world), household=st.booleans())
    def same(who, household):
        definition = definitions.read({"who": who, "one_per_household": household}, party)
        here = counting.ids(definition, party, at=NOON, seats=None)
        there = warehouse.ids(definition, party, at=NOON, file=file)
        assert sorted(pk for pk, _ in here) == sorted(pk for pk, _ in there)

    with warehouse.opened() as file:
        same()


def test_a_second_feed_brings_what_is_new_and_lets_go_who_is_gone(world, ada, crowd):
    from muster.journal import journal
    from muster.people import erasing

    party = world["party"]
    did = {"is": "did", "kind": "volunteered", "times": 3, "when": {}}
    definition = definitions.read({"who": did}, party)
    before = warehouse.count(definition, party, at=NOON)
    journal.record("volunteered", party, at=NOON, person_id=crowd["Ann"].pk)
    bob = crowd["Bob"].pk
    erasing.erase(crowd["Bob"], by=ada, at=NOON)
    wait_for_all_before()
    fed = warehouse.feed(at=NOON)

    assert (before, warehouse.count(definition, party, at=NOON)) == (0, 1)
    assert fed.rows["people_person"] == 3
    with warehouse.opened() as file:
        left = file.execute("SELECT count(*) FROM journal_fact WHERE person_id = ?", [bob])
        assert left.fetchone()[0] == 0
    assert Fact.objects.filter(person_id=bob).exists()

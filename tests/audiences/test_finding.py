"""Each criterion finds whom it says, and its opposite finds everybody else."""

from datetime import timedelta

import pytest

from muster.audiences import counting, definitions, of_places, sentence
from muster.audiences.rules import Unclear
from muster.messaging import rules
from muster.people.record.models import Preference
from muster.places.models import Place, Target, TargetList
from tests.audiences.asking import audience, found, sent_to
from tests.conftest import MORNING, NOON, supporter

EVERYBODY = ["Ann", "Bob", "Cat", "Dan"]


def twice(**more):
    return {"is": "did", "kind": "volunteered", "times": 2, "when": {"days": 90}, **more}


def test_nothing_asked_is_everyone(party, crowd, rivals):
    supporter(rivals, "Rex", "Pike")

    assert found(party) == EVERYBODY


def test_by_place_of_every_kind(party, crowd, stroud, neath, england):
    assert found(party, {"is": "place", "places": [stroud.code]}) == ["Ann", "Bob"]
    assert found(party, {"is": "place", "places": [england.code]}) == ["Ann", "Bob", "Cat"]
    assert found(party, {"not": {"is": "place", "places": [stroud.code]}}) == ["Cat", "Dan"]
    assert found(party, {"is": "nowhere"}) == ["Dan"]


def test_by_target_list_and_the_first_of_it(party, crowd, stroud, neath, ada):
    from tests.audiences.targets import target_list

    chosen = target_list(party, ada, [neath, stroud])

    assert found(party, {"is": "targets", "list": chosen.pk}) == ["Ann", "Bob", "Cat"]
    assert found(party, {"is": "targets", "list": chosen.pk, "first": 1}) == ["Cat"]
    assert Target.objects.count() == 2
    assert TargetList.objects.count() == 1


def test_by_tag_field_consent_and_reach(party, crowd, driver, hours):
    assert found(party, {"is": "tag", "tag": driver.pk}) == ["Ann", "Dan"]
    least = {"is": "field", "field": "hours", "op": "least", "value": "2"}
    assert found(party, least) == ["Ann"]
    assert found(party, {"not": least}) == ["Bob", "Cat", "Dan"]
    assert found(party, {"is": "field", "field": "hours", "op": "known"}) == ["Ann", "Bob"]
    assert found(party, {"is": "consent", "channel": "email", "said": "yes"}) == ["Ann", "Cat"]
    assert found(party, {"not": {"is": "reach", "channel": "email"}}) == ["Bob", "Dan"]


def test_by_what_they_did_and_did_not(party, crowd):
    assert found(party, twice()) == ["Ann"]
    assert found(party, twice(times=3)) == []
    assert found(party, {"is": "did", "kind": "volunteered", "when": {}}) == ["Ann", "Bob"]
    this_month = {"is": "did", "kind": "volunteered", "times": 1, "when": {"month": True}}
    assert found(party, twice(), {"not": this_month}) == ["Ann"]
    long_ago = {"is": "did", "kind": "volunteered", "times": 1, "when": {"before": "2025-06-01"}}
    assert found(party, long_ago) == ["Bob"]


def test_silence_is_doing_nothing_of_ones_own(party, crowd):
    from muster.audiences import deeds

    deeds.register(deeds.Deed("volunteered", "volunteered", "volunteer"))

    assert found(party, {"is": "silent", "days": 365}) == ["Bob", "Dan"]
    assert found(party, {"not": {"is": "silent", "days": 365}}) == ["Ann", "Cat"]


def test_nested_any_all_and_not(party, crowd, driver, stroud):
    either = {"any": [{"is": "tag", "tag": driver.pk}, {"is": "reach", "channel": "email"}]}
    both = {"all": [{"is": "tag", "tag": driver.pk}, {"is": "nowhere"}]}

    assert found(party, either) == ["Ann", "Cat", "Dan"]
    assert found(party, {"not": either}) == ["Bob"]
    assert found(party, {"any": [both, twice()]}) == ["Ann", "Dan"]
    assert found(party, {"not": {"all": [twice(), either]}}) == ["Bob", "Cat", "Dan"]


def test_a_share_and_the_rest_make_the_whole_and_stay_the_same(party, crowd):
    share = {"is": "share", "percent": 50, "salt": "first"}

    some, rest = found(party, share), found(party, {"not": share})

    assert sorted(some + rest) == EVERYBODY
    assert found(party, share) == some


def test_one_per_household_keeps_those_who_live_alone(party, crowd):
    from muster.people.models import Household

    home = Household.objects.create(organisation=party, key="k")
    for name in ("Ann", "Bob"):
        type(crowd[name]).objects.filter(pk=crowd[name].pk).update(household=home)

    assert found(party, one_per_household=True) == ["Ann", "Cat", "Dan"]


def test_only_those_within_reach_are_counted(party, crowd, stroud):
    assert found(party, seats=[stroud.pk]) == ["Ann", "Bob"]
    assert found(party, seats=[]) == []


def test_the_numbers_add_up_by_seat_and_by_channel(party, crowd, stroud):
    figures = counting.figures(audience(), party, at=NOON, seats=None)

    assert figures.total == 4
    assert figures.by_seat[stroud.pk] == 2
    assert figures.by_seat[None] == 1
    for channel in figures.channels:
        assert channel.number + sum(left.number for left in channel.left) == 4
    assert figures.channels[0].number == 2


def test_hostile_words_find_nobody_and_break_nothing(party, crowd, hours):
    for words in ("'; DROP TABLE people_person; --", "\\' OR 1=1", "%s %(x)s $$", "“”☃" * 5):
        assert found(party, {"is": "source", "source": words}) == []
        assert found(party, {"is": "share", "percent": 50, "salt": words[:40]}) is not None
    assert found(party) == EVERYBODY


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"who": {"is": "magic"}},
        {"who": {"all": [{"is": "tag", "tag": 999_999}]}},
        {"who": {"all": "x"}},
        {"who": {"not": {"not": 7}}},
        {"who": {"all": [{"is": "did", "kind": "volunteered", "times": "many", "when": {}}]}},
        {"who": {"all": [{"is": "place", "places": ["X"]}]}},
        {"who": {"all": [{"is": "joined", "when": {"days": 0}}]}},
        {"who": {"all": [{"is": "source", "source": "\0"}]}},
        {"who": {"all": [], "any": []}},
        {"sql": "1"},
    ],
)
def test_what_is_not_an_audience_is_refused_in_words(party, said):
    with pytest.raises(Unclear) as refusal:
        definitions.read(said, party)

    assert str(refusal.value).endswith(".")


def test_too_deep_too_long_and_cut_off_are_refused(party):
    deep = {"is": "nowhere"}
    for _ in range(9):
        deep = {"not": {"all": [deep, deep]}}
    with pytest.raises(Unclear, match="nested"):
        definitions.read({"who": deep}, party)
    with pytest.raises(Unclear, match="most"):
        definitions.read(audience(*[{"is": "nowhere"}] * 61), party)
    with pytest.raises(Unclear, match="cut"):
        definitions.unpacked("abc!", party)


def test_a_definition_goes_through_the_address_and_back(party, stroud):
    definition = definitions.read(audience({"is": "place", "places": [stroud.code]}), party)

    assert definitions.unpacked(definitions.packed(definition), party) == definition
    assert definitions.unpacked("", party) == definitions.empty()


def test_the_sentence_says_what_is_asked(party, crowd, driver, stroud, ada):
    did = {"is": "did", "kind": "volunteered", "times": 1, "when": {"month": True}}
    definition = definitions.read(
        audience({"is": "place", "places": [stroud.code]}, twice(), {"not": did}), party
    )

    assert sentence.in_words(definition, party) == (
        "People in Stroud and who volunteered at least twice in the last 90 days"
        " and who did not volunteer this month."
    )
    assert sentence.in_words(definitions.empty(), party) == "Everyone on the list."
    assert MORNING < NOON


def test_who_had_as_many_messages_as_they_chose_is_left_out_of_e_mail(party, ada, crowd):
    sent_to(party, ada, [crowd["Ann"], crowd["Cat"]], at=NOON - timedelta(days=3))
    Preference.objects.create(
        organisation=party, person=crowd["Ann"], frequency="weekly", at=MORNING
    )
    email = counting.figures(definitions.empty(), party, at=NOON, seats=None).channels[0]
    later = NOON + timedelta(days=4)

    assert found(party, {"is": "capped"}) == ["Ann"]
    assert found(party, {"is": "capped"}, at=later) == []
    assert email.number == 1
    assert rules.CAPPED in [left.reason.words for left in email.left]


def test_a_ward_is_found_by_its_name_and_its_seats_where_two_share_it(party, crowd, stroud, neath):
    for code, seat in (("W1", stroud), ("W2", neath)):
        Place.objects.create(code=code, kind="ward", name="Uplands", slug="uplands", parent=seat)
    crowd["Bob"].__class__.objects.filter(given_name="Bob").update(
        ward=Place.objects.get(code="W1")
    )

    assert found(party, {"is": "place", "ward": "uplands, Stroud"}) == ["Bob"]
    with pytest.raises(Unclear, match="Several wards are called “Uplands”"):
        definitions.read(audience({"is": "place", "ward": "Uplands"}), party)
    assert of_places.wards_like("upl") == [f"Uplands, {neath.name}", "Uplands, Stroud"]

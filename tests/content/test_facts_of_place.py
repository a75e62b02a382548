"""Facts of a place, in words."""

from muster.content.facts_of_place import facts_of, lead_in_words, swing_in_words
from muster.places.models import Place, TargetList


def test_facts_come_from_the_target_list_and_its_election(
    targets: TargetList, stroud: Place
) -> None:
    assert facts_of([stroud], targets)[stroud.pk] == {
        "fact:lead": "5,611 votes behind",
        "fact:swing": "5.4 points",
        "fact:majority": "5,611 votes",
        "fact:electorate": "76,000",
        "fact:region": "England",
    }


def test_without_a_list_the_latest_election_gives_the_majority(
    targets: TargetList, stroud: Place
) -> None:
    found = facts_of([stroud], None)[stroud.pk]

    assert found["fact:majority"] == "5,611 votes"
    assert "fact:lead" not in found


def test_what_is_not_known_is_absent(england: Place) -> None:
    nowhere = Place.objects.create(code="X1", kind="seat", name="X", slug="x")

    assert facts_of([nowhere], None)[nowhere.pk] == {}


def test_leads_and_swings_in_words() -> None:
    assert lead_in_words(1) == "1 vote ahead"
    assert lead_in_words(0) == "level"
    assert lead_in_words(-12_345) == "12,345 votes behind"
    assert swing_in_words(-3.25) == "3.2 points"

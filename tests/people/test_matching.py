"""Finding who is on the list twice, and merging only who certainly is."""

from datetime import timedelta

import pytest
from django.db import connection

from muster.organisations.models import Member, Organisation
from muster.people.duplicates import matching, merging_sure, unmerging
from muster.people.duplicates.models import MatchRun, Merge, Pair, SureMerging
from muster.people.models import CustomField, CustomValue, Import, Person
from muster.places.models import Place
from tests.conftest import MORNING, NOON, supporter

MOBILE = "+447700900001"


def look(party: Organisation, ada: Member, taken: Import | None = None) -> MatchRun:
    return matching.find(matching.begin(party, by=ada, at=NOON, taken=taken, queued=False).pk)


def merge_sure(party: Organisation, ada: Member, seats: list[int] | None = None) -> MatchRun:
    run = matching.begin_merging(party, by=ada, at=NOON, seats=seats, queued=False)
    return merging_sure.merge_sure(run.pk)


@pytest.fixture
def twice(party: Organisation, stroud: Place) -> list[Person]:
    return [
        supporter(party, given, "Hart", stroud, email=f"rob4711@example.{end}", phone=MOBILE)
        for given, end in (("Robert", "org"), ("Bob", "net"))
    ]


def test_who_is_there_twice_is_found_and_strangers_are_not(
    party: Organisation, ada: Member, twice: list[Person], cleo: Person
) -> None:
    run = look(party, ada)

    pair = Pair.objects.get()
    assert [pair.first, pair.second] == twice
    assert pair.is_sure
    assert pair.levels == [
        "family same",
        "given nickname",
        "mobile same",
        "e-mail name same",
        "seat same",
    ]
    assert (run.state, run.found, run.sure) == ("finished", 1, 1)


def test_looking_again_finds_nothing_new_and_forgets_who_is_alike_no_more(
    party: Organisation, ada: Member, twice: list[Person]
) -> None:
    look(party, ada)
    assert look(party, ada).found == 0

    twice[0].contact_points.all().delete()
    look(party, ada)

    assert not Pair.objects.exists()


def test_different_people_stay_different(
    party: Organisation, ada: Member, twice: list[Person]
) -> None:
    look(party, ada)
    Pair.objects.update(different_at=NOON, different_by=ada)

    look(party, ada)

    assert Pair.objects.get().different_at == NOON
    assert merge_sure(party, ada).found == 0


def test_after_an_import_only_the_new_are_held_against_the_list(
    party: Organisation, ada: Member, twice: list[Person], stroud: Place
) -> None:
    taken = Import.objects.create(
        organisation=party, name="a.csv", path="", size=1, sha256="", made=1
    )
    new = supporter(party, "Cleo", "Winter", stroud, phone="+447700900002", email="c@example.org")
    supporter(party, "Cleo", "Winter", stroud, phone="+447700900002", email="w@example.org")
    Person.objects.filter(pk=new.pk).update(came_with=taken)

    look(party, ada, taken)

    assert Pair.objects.get().first == new


def test_the_sure_ones_are_merged_by_a_press_and_each_can_be_undone(
    party: Organisation, ada: Member, twice: list[Person]
) -> None:
    look(party, ada)

    run = merge_sure(party, ada)

    merged = Merge.objects.get(run=run)
    assert (run.state, run.found, run.left) == ("finished", 1, 0)
    assert Person.objects.count() == 1
    unmerging.undo(merged, by=ada, at=NOON + timedelta(hours=1))
    assert Person.objects.count() == 2


def test_all_merges_of_a_press_are_undone_at_a_press(
    party: Organisation, ada: Member, twice: list[Person], stroud: Place
) -> None:
    supporter(party, "Rob", "Hart", stroud, email="rob4711@example.com", phone=MOBILE)
    look(party, ada)
    run = merge_sure(party, ada)
    assert (run.found, Person.objects.count()) == (2, 1)

    undoing = merging_sure.begin_undoing(run, by=ada, at=NOON, queued=False)
    undone = merging_sure.undo_merges(undoing.pk)

    assert (undone.state, undone.found, undone.left) == ("finished", 2, 0)
    assert Person.objects.count() == 3


def test_who_is_sure_no_more_when_their_turn_comes_is_left(
    party: Organisation, ada: Member, twice: list[Person]
) -> None:
    look(party, ada)
    Person.objects.filter(pk=twice[1].pk).update(given_name="Alice")

    run = merge_sure(party, ada)

    assert (run.found, run.left) == (0, 1)
    assert Person.objects.count() == 2


def test_sure_ones_elsewhere_are_left_to_whoever_may(
    party: Organisation, ada: Member, twice: list[Person], neath: Place
) -> None:
    look(party, ada)

    assert merge_sure(party, ada, [neath.pk]).found == 0


def test_with_the_setting_a_search_merges_without_asking(
    party: Organisation, ada: Member, twice: list[Person]
) -> None:
    SureMerging.objects.create(organisation=party, by=ada, at=MORNING)

    look(party, ada)

    assert MatchRun.objects.get(kind="merge").by == ada


def test_days_of_birth_are_looked_at(party: Organisation, ada: Member, twice: list[Person]) -> None:
    born = CustomField.objects.create(
        organisation=party, key="date_of_birth", name="Born", kind="date"
    )
    for person, day in zip(twice, ("1950-01-02", "1980-03-04"), strict=True):
        CustomValue.objects.create(
            organisation=party, person=person, field=born, on_date=day, at=MORNING
        )

    look(party, ada)

    assert not Pair.objects.filter(is_sure=True).exists()


def test_a_block_too_large_to_compare_is_said(
    party: Organisation, ada: Member, twice: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(matching.MOST_IN_A_BLOCK, "phone", 1)

    assert look(party, ada).crowded == {"phone": 1}


def test_a_search_that_is_stopped_ends(
    party: Organisation, ada: Member, twice: list[Person]
) -> None:
    run = matching.begin(party, by=ada, at=NOON, queued=False)
    matching.stop(run, by=ada, at=NOON)

    assert matching.find(run.pk).state == "stopped"
    assert not Pair.objects.exists()


def test_nothing_is_merged_while_an_import_runs(
    party: Organisation, ada: Member, twice: list[Person]
) -> None:
    look(party, ada)
    elsewhere = connection.copy()
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('muster import'), %s)", [party.pk])

    run = merge_sure(party, ada)
    elsewhere.close()

    assert run.state == "stopped"
    assert run.problem == "An import is running: merge when it has finished."

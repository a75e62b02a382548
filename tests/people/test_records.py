"""Tags, notes, ties, custom fields and preferences of people; all of it goes with the person."""

import pytest

from muster.organisations import conditions
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people import erasing
from muster.people.models import CustomField, CustomValue, Person, PersonTag
from muster.people.record import (
    detailing,
    fields,
    looking,
    noting,
    preferring,
    tag_runs,
    tagging,
    tying,
)
from muster.people.record.changing import CannotEdit, Who
from muster.people.record.models import (
    Note,
    PersonChange,
    PersonTopic,
    Preference,
    Relationship,
    TagRunPerson,
)
from muster.places.scope import Reach
from tests.conftest import MORNING, NOON, supporter

EVERYWHERE = Reach(everywhere=frozenset({"see people"}))


def define(organisation: Organisation, by: Member, **asked: object) -> CustomField:
    known = {"key": "branch", "name": "Branch", "kind": "text", "purpose": "To invite them"}
    return fields.define(organisation, fields.Asked(**(known | asked)), by=by, at=MORNING)  # type: ignore[arg-type]


def test_a_tag_is_the_same_however_it_is_written(cleo: Person, ada: Member) -> None:
    tagging.add(cleo, "Door  knocker", Who(ada, MORNING))
    tagging.add(cleo, "door knocker", Who(ada, NOON))

    assert PersonTag.objects.get(person=cleo).tag.name == "Door knocker"
    assert PersonChange.objects.get(person=cleo).after == "Door knocker"


def test_merged_tags_keep_everybody_once(party: Organisation, cleo: Person, ada: Member) -> None:
    zoe = supporter(party, "Zoe", "Hart")
    one, two = tagging.named(party, "doors"), tagging.named(party, "canvassers")
    for person in (cleo, zoe):
        tagging.add(person, "doors", Who(ada, MORNING))
    tagging.add(cleo, "canvassers", Who(ada, MORNING))

    tagging.merge(one, two)

    assert set(tag_runs.people_of(party, two)) == {cleo, zoe}
    assert [tag.name for tag in tagging.counted(party)] == ["canvassers"]
    with pytest.raises(tagging.CannotTag):
        tagging.rename(tagging.named(party, "old"), "Canvassers")


def test_a_run_tags_whom_it_meant_and_is_taken_back_exactly(
    party: Organisation, cleo: Person, ada: Member
) -> None:
    zoe = supporter(party, "Zoe", "Hart")
    tag = tagging.named(party, "doors")
    tagging.add(zoe, "doors", Who(ada, MORNING))
    everyone = Person.objects.filter(organisation=party)

    run = tag_runs.begin(tag, everyone, is_added=True, whom="Everyone", by=ada, at=NOON)

    assert (run.state, run.changed, tag_runs.meant(run)) == ("finished", 1, 2)
    assert set(tag_runs.people_of(party, tag)) == {cleo, zoe}
    tag_runs.undo(run, at=NOON)
    tag_runs.undo(run, at=NOON)
    assert run.state == "undone"
    assert set(tag_runs.people_of(party, tag)) == {zoe}


def test_an_untagging_is_taken_back_too(party: Organisation, cleo: Person, ada: Member) -> None:
    zoe = supporter(party, "Zoe", "Hart")
    tag = tagging.add(zoe, "doors", Who(ada, MORNING))
    everyone = Person.objects.filter(organisation=party)

    run = tag_runs.begin(tag, everyone, is_added=False, whom="Everyone", by=ada, at=NOON)

    assert not tag_runs.people_of(party, tag).exists()
    tag_runs.undo(run, at=NOON)
    assert set(tag_runs.people_of(party, tag)) == {zoe}


def test_no_run_reaches_into_another_organisation(
    party: Organisation, rivals: Organisation, cleo: Person, ada: Member
) -> None:
    theirs = supporter(rivals, "Ray", "Val")

    run = tag_runs.begin(
        tagging.named(party, "doors"),
        Person.objects.all(),
        is_added=True,
        whom="Everyone",
        by=ada,
        at=NOON,
    )

    assert run.changed == 1
    assert not PersonTag.objects.filter(person=theirs).exists()


def test_a_note_is_its_writers_own(cleo: Person, ada: Member, ben: Member) -> None:
    note = noting.write(cleo, "Asked about buses.", by=ada, at=MORNING)

    with pytest.raises(noting.CannotNote, match="Only whoever wrote"):
        noting.rewrite(note, "No.", by=ben, at=NOON)
    noting.rewrite(note, "Asked about trains.", by=ada, at=NOON)

    assert PersonChange.objects.get().before == "Asked about buses."
    noting.remove(note, by=ada)
    assert not PersonChange.objects.exists()


def test_a_tie_shows_on_both_sides(party: Organisation, cleo: Person, ada: Member) -> None:
    zoe = supporter(party, "Zoe", "Hart")
    tying.tie(cleo, zoe, "introduced", by=ada, at=MORNING)
    tying.tie(cleo, zoe, "friend", by=ada, at=MORNING)
    tying.tie(zoe, cleo, "friend", by=ada, at=NOON)

    assert [t.words for t in tying.ties_of(cleo, EVERYWHERE)] == ["Friend of", "Introduced"]
    assert [t.words for t in tying.ties_of(zoe, EVERYWHERE)] == ["Friend of", "Was introduced by"]
    with pytest.raises(tying.CannotTie):
        tying.tie(cleo, cleo, "friend", by=ada, at=NOON)


def test_someone_out_of_sight_is_no_tie(
    party: Organisation, cleo: Person, ada: Member, neath: object
) -> None:
    zoe = supporter(party, "Zoe", "Hart")
    tying.tie(cleo, zoe, "friend", by=ada, at=MORNING)

    assert tying.ties_of(cleo, Reach(in_seats={"see people": frozenset({cleo.seat_id or 0})})) == []


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", " North  branch ", "North branch"),
        ("number", "1,250.50", "1250.5"),
        ("date", "2026-05-07", "2026-05-07"),
        ("yes_no", "No", "No"),
        ("choice", "Red", "Red"),
    ],
)
def test_each_kind_of_field_keeps_its_own(
    cleo: Person, ada: Member, kind: str, typed: str, kept: str
) -> None:
    field = define(cleo.organisation, ada, kind=kind, choices="Red\nBlue")

    detailing.write(cleo, {field.pk: typed}, was={}, who=Who(ada, NOON))

    assert [d.words for d in detailing.details(cleo, with_special=False)] == [kept]
    assert PersonChange.objects.get().after == kept
    detailing.write(cleo, {field.pk: ""}, was={field.pk: kept}, who=Who(ada, NOON))
    assert not CustomValue.objects.exists()


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("number", "many"), ("number", "1e30"), ("date", "7/5/26"), ("yes_no", "1"), ("choice", "X")],
)
def test_what_does_not_fit_its_kind_is_refused(
    cleo: Person, ada: Member, kind: str, typed: str
) -> None:
    field = define(cleo.organisation, ada, kind=kind, choices="Red\nBlue")

    with pytest.raises(CannotEdit, match="Branch"):
        detailing.write(cleo, {field.pk: typed}, was={}, who=Who(ada, NOON))


def test_special_data_needs_a_condition_and_is_read_only_when_asked_for(
    cleo: Person, ada: Member, campaigner: Campaigner
) -> None:
    party = cleo.organisation
    with pytest.raises(fields.CannotDefine, match="No legal condition"):
        define(party, ada, is_special=True)
    conditions.settle(party, kind="party", policy="Shelf 3", by=ada, at=MORNING)
    field = define(party, ada, is_special=True)

    detailing.write(cleo, {field.pk: "Yes"}, was={}, who=Who(ada, NOON))
    assert not CustomValue.objects.exists()
    detailing.write(cleo, {field.pk: "Yes"}, was={}, who=Who(ada, NOON), with_special=True)

    assert detailing.details(cleo, with_special=False) == []
    assert [d.words for d in detailing.details(cleo, with_special=True)] == ["Yes"]


def test_under_consent_each_person_must_have_given_it(cleo: Person, ada: Member) -> None:
    conditions.settle(cleo.organisation, kind="consent", policy="Shelf 3", by=ada, at=MORNING)
    field = define(cleo.organisation, ada, is_special=True)

    with pytest.raises(CannotEdit, match="explicit consent"):
        detailing.write(cleo, {field.pk: "Yes"}, was={}, who=Who(ada, NOON), with_special=True)


def test_looking_again_within_the_hour_is_one_look(cleo: Person, ada: Member, ben: Member) -> None:
    for member in (ada, ada, ben):
        looking.look(cleo, by=member, at=NOON)

    assert [entry.member for entry in looking.looks(cleo)] == [ben, ada]
    looking.read_special(cleo, [1], by=ada, at=NOON)
    looking.read_special(cleo, [1], by=ada, at=NOON)
    assert looking.looks(cleo).count() == 4


def test_what_is_kept_of_someone_goes_with_them(
    party: Organisation, cleo: Person, ada: Member
) -> None:
    zoe = supporter(party, "Zoe", "Hart")
    topic = preferring.keep_topic(party, "Buses", "")
    preferring.choose(cleo, wanted=[], shown=[topic.pk], often="weekly", at=MORNING)
    noting.write(cleo, "Rides a bike.", by=ada, at=MORNING)
    tying.tie(zoe, cleo, "friend", by=ada, at=MORNING)
    everyone = Person.objects.filter(organisation=party)
    tag = tagging.named(party, "doors")
    tag_runs.begin(tag, everyone, is_added=True, whom="Everyone", by=ada, at=MORNING)
    cleo_id = cleo.pk

    erasing.erase(cleo, by=ada, at=NOON)

    for model in (Note, PersonChange, PersonTopic, Preference, TagRunPerson):
        assert not model._default_manager.filter(person_id=cleo_id).exists()
    assert not Relationship.objects.exists()


def test_choosing_the_same_again_changes_nothing(party: Organisation, cleo: Person) -> None:
    topic = preferring.keep_topic(party, "Buses", "")
    asked = {"wanted": [], "shown": [topic.pk], "often": "monthly", "at": NOON}

    assert preferring.choose(cleo, **asked)  # type: ignore[arg-type]
    assert not preferring.choose(cleo, **asked)  # type: ignore[arg-type]

    assert preferring.unwanted(cleo) == {topic.pk}
    assert preferring.frequency(cleo) == "monthly"
    with pytest.raises(preferring.CannotKeep, match="already"):
        preferring.keep_topic(party, "BUSES", "")

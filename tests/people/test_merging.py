"""Two become one: both histories, the strictest permission, and a way back."""

from datetime import timedelta

import pytest
from django.apps import apps

from muster.journal import journal
from muster.journal.models import Fact
from muster.organisations import auditing
from muster.organisations.models import AuditEntry, Member, Organisation
from muster.people import consenting, erasing, facts, households, search, suppressing
from muster.people.duplicates import merging, movers, moving, unmerging
from muster.people.duplicates.models import Merge, Pair
from muster.people.models import (
    ContactPoint,
    CustomField,
    CustomValue,
    Household,
    Person,
    PersonTag,
    Tag,
    Wording,
)
from muster.people.record.models import (
    Note,
    PersonChange,
    PersonTopic,
    Preference,
    Relationship,
    TagRun,
    TagRunPerson,
    Topic,
)
from muster.places.models import Place
from muster.places.scope import Reach
from tests.conftest import MORNING, NOON, supporter
from tests.people.making import on_the_list

EVENING = NOON + timedelta(hours=6)
EVERYWHERE = Reach(frozenset({"see people"}))


@pytest.fixture
def bob(party: Organisation, stroud: Place) -> Person:
    return on_the_list(party, "bob@example.org", "Bob", "Hart", phone="+447700900001", seat=stroud)


@pytest.fixture
def robert(party: Organisation) -> Person:
    robert = on_the_list(party, "robert@example.org", "Robert", "Hart", phone="+447700900001")
    robert.external_id, robert.address, robert.postcode = "77", "12 Station Road", "GL5 1AA"
    robert.save()
    journal.record(facts.PERSON_JOINED, party, at=MORNING, person_id=robert.pk)
    return robert


def points_of(person: Person) -> set[str]:
    return set(ContactPoint.objects.filter(person=person).values_list("value", flat=True))


def test_both_histories_are_one_persons(bob: Person, robert: Person, ada: Member) -> None:
    merging.merge(bob, robert, by=ada, at=NOON)

    bob.refresh_from_db()
    assert points_of(bob) == {"bob@example.org", "robert@example.org", "+447700900001"}
    assert (bob.given_name, bob.external_id, bob.postcode) == ("Bob", "77", "GL5 1AA")
    kinds = (
        Fact.objects.filter(person_id=bob.pk).order_by("at", "id").values_list("kind", flat=True)
    )
    assert list(kinds) == ["person joined", "people merged"]
    assert not Person.objects.filter(pk=robert.pk).exists()


def test_the_one_kept_is_found_by_every_word_of_both(
    party: Organisation, bob: Person, robert: Person, ada: Member
) -> None:
    merging.merge(bob, robert, by=ada, at=NOON)

    assert search.find(party, EVERYWHERE, "robert@ex") == [bob]


def test_a_no_of_either_is_a_no(
    bob: Person, robert: Person, ada: Member, email_wording: Wording
) -> None:
    consenting.withdraw(robert, "email", source="Told us", at=MORNING)
    consenting.give(bob, "email", wording=email_wording, source="Stall", at=NOON)

    merging.merge(bob, robert, by=ada, at=EVENING)

    assert not consenting.standing(bob)["email"].is_given


def test_a_stop_holds_for_every_address_of_both(
    party: Organisation, bob: Person, robert: Person, ada: Member
) -> None:
    suppressing.suppress(
        party, channel="email", value="robert@example.org", reason="unsubscribed", at=MORNING
    )

    merging.merge(bob, robert, by=ada, at=NOON)

    assert suppressing.is_suppressed(party, "email", "bob@example.org")


def test_what_both_had_stands_once(
    party: Organisation, bob: Person, robert: Person, ada: Member
) -> None:
    tag, diet = (
        Tag.objects.create(organisation=party, name="Baker"),
        CustomField.objects.create(organisation=party, key="hall", name="Hall", kind="text"),
    )
    for person, hall in ((bob, "North"), (robert, "South")):
        PersonTag.objects.create(organisation=party, person=person, tag=tag, at=MORNING)
        CustomValue.objects.create(
            organisation=party, person=person, field=diet, text=hall, at=MORNING
        )

    merged = merging.merge(bob, robert, by=ada, at=NOON)
    assert PersonTag.objects.get().person == bob
    assert CustomValue.objects.get().text == "North"

    unmerging.undo(merged, by=ada, at=EVENING)
    assert PersonTag.objects.count() == 2
    assert CustomValue.objects.get(person_id=robert.pk).text == "South"


def test_every_table_that_knows_a_person_is_moved() -> None:
    """One that has a person's number without a foreign key needs a mover of its own."""
    by_key = {reference.table for reference in moving.references()}
    by_mover = {
        "journal_fact",
        "messaging_delivery",
        "people_consentevent",
        "people_pair",
        "people_personword",  # follows Person.folded
    }
    not_at_all = {
        "people_summary",  # worked out anew
        "people_touched",
        "organisations_keptanswer",  # gone after a day, or with every number of theirs
        "audiences_frozen",  # who was in it then, by the number they had
    }

    left = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.column == "person_id" or field.related_model is Person
    }
    assert left - by_key - by_mover - not_at_all == set()
    assert {mover.name for mover in movers.all_movers()} >= {"facts", "deliveries", "consents"}


def test_a_tag_run_still_knows_whom_it_tagged(
    party: Organisation, bob: Person, robert: Person, ada: Member
) -> None:
    tag = Tag.objects.create(organisation=party, name="Baker")
    run = TagRun.objects.create(
        organisation=party, tag=tag, is_added=True, whom="all", by=ada, at=MORNING
    )
    for person in (bob, robert):
        TagRunPerson.objects.create(organisation=party, run=run, person=person, is_changed=True)

    merged = merging.merge(bob, robert, by=ada, at=NOON)
    assert TagRunPerson.objects.get().person == bob
    unmerging.undo(merged, by=ada, at=EVENING)
    assert TagRunPerson.objects.count() == 2


def test_who_wants_to_hear_less_hears_less(
    party: Organisation, bob: Person, robert: Person, ada: Member
) -> None:
    buses = Topic.objects.create(organisation=party, name="Buses")
    for person, wants, often in ((bob, True, "weekly"), (robert, False, "monthly")):
        PersonTopic.objects.create(
            organisation=party, person=person, topic=buses, is_wanted=wants, at=MORNING
        )
        Preference.objects.create(organisation=party, person=person, frequency=often, at=MORNING)

    merged = merging.merge(bob, robert, by=ada, at=NOON)
    assert not PersonTopic.objects.get().is_wanted
    assert Preference.objects.get().frequency == "monthly"

    unmerging.undo(merged, by=ada, at=EVENING)
    assert PersonTopic.objects.get(person=bob).is_wanted
    assert not PersonTopic.objects.get(person=robert).is_wanted
    assert Preference.objects.get(person=bob).frequency == "weekly"


def test_notes_changes_and_ties_follow(
    party: Organisation, bob: Person, robert: Person, cleo: Person, ada: Member
) -> None:
    Note.objects.create(organisation=party, person=robert, text="Rang.", by=ada, at=MORNING)
    for other in (cleo, bob):
        Relationship.objects.create(
            organisation=party, person=robert, other=other, kind="friend", at=MORNING
        )
    PersonChange.objects.create(organisation=party, person=robert, field="address", at=MORNING)

    merged = merging.merge(bob, robert, by=ada, at=NOON)
    assert Note.objects.get().person == bob
    assert PersonChange.objects.get().person == bob
    assert Relationship.objects.get().other == cleo  # nobody is their own friend

    unmerging.undo(merged, by=ada, at=EVENING)
    assert Relationship.objects.filter(person=robert).count() == 2


def test_an_undo_restores_both(
    party: Organisation, bob: Person, robert: Person, ada: Member, email_wording: Wording
) -> None:
    consenting.give(robert, "email", wording=email_wording, source="Stall", at=MORNING)
    consenting.withdraw(bob, "email", source="Told us", at=MORNING - timedelta(days=1))
    merged = merging.merge(bob, robert, by=ada, at=NOON)

    undone = unmerging.undo(merged, by=ada, at=EVENING)

    bob.refresh_from_db()
    assert undone.person == robert
    assert undone.person.code == robert.code
    assert undone.stayed == []
    assert (bob.external_id, bob.postcode, undone.person.external_id) == ("", "", "77")
    assert points_of(bob) == {"bob@example.org", "+447700900001"}
    assert points_of(robert) == {"robert@example.org", "+447700900001"}
    assert consenting.standing(robert)["email"].is_given
    assert not consenting.standing(bob)["email"].is_given
    assert Fact.objects.filter(person_id=robert.pk, kind="person joined").exists()
    assert search.find(party, EVERYWHERE, "robert@ex") == [robert]


def test_what_came_since_stays_with_the_one_kept_and_is_said(
    party: Organisation, bob: Person, robert: Person, ada: Member
) -> None:
    merged = merging.merge(bob, robert, by=ada, at=NOON)
    journal.record(facts.PERSON_PLACED, party, at=EVENING, person_id=bob.pk)
    Person.objects.filter(pk=bob.pk).update(postcode="GL5 2BB")

    undone = unmerging.undo(merged, by=ada, at=EVENING)

    assert undone.stayed == [
        "1 thing that happened since the merge stays with Bob Hart.",
        "Changed since, and so left as it is: postcode.",
    ]


def test_a_no_said_since_holds_for_both(bob: Person, robert: Person, ada: Member) -> None:
    merged = merging.merge(bob, robert, by=ada, at=NOON)
    consenting.withdraw(bob, "email", source="Unsubscribe link", at=EVENING)

    unmerging.undo(merged, by=ada, at=EVENING)

    assert consenting.standing(robert)["email"].at == EVENING


def test_a_merge_is_undone_once_and_the_last_one_first(
    party: Organisation, bob: Person, robert: Person, cleo: Person, ada: Member
) -> None:
    first = merging.merge(bob, robert, by=ada, at=NOON)
    second = merging.merge(cleo, bob, by=ada, at=EVENING)

    with pytest.raises(unmerging.CannotUndo, match="undo that merge first"):
        unmerging.undo(first, by=ada, at=EVENING)
    assert merging.current_id(party, robert.pk) == cleo.pk
    unmerging.undo(second, by=ada, at=EVENING)
    first.refresh_from_db()
    unmerging.undo(first, by=ada, at=EVENING)
    with pytest.raises(unmerging.CannotUndo, match="undone already"):
        unmerging.undo(first, by=ada, at=EVENING)
    assert Person.objects.filter(organisation=party).count() == 3


def test_who_is_somebody_else_than_either_is_somebody_else_than_both(
    party: Organisation, bob: Person, robert: Person, cleo: Person, ada: Member
) -> None:
    first, second = sorted((robert, cleo), key=lambda p: p.pk)
    Pair.objects.create(
        organisation=party, first=first, second=second, found_at=MORNING, different_at=MORNING
    )

    merged = merging.merge(bob, robert, by=ada, at=NOON)
    assert Pair.objects.get().different_at == MORNING
    assert {Pair.objects.get().first_id, Pair.objects.get().second_id} == {bob.pk, cleo.pk}

    unmerging.undo(merged, by=ada, at=EVENING)
    assert {Pair.objects.get().first_id, Pair.objects.get().second_id} == {robert.pk, cleo.pk}


def test_nobody_merges_with_themselves_or_a_rivals_supporter(
    bob: Person, rivals: Organisation, ada: Member
) -> None:
    for other in (bob, supporter(rivals, "Bob", "Hart")):
        with pytest.raises(merging.CannotMerge, match="two different people"):
            merging.merge(bob, other, by=ada, at=NOON)


def test_a_merge_and_its_undo_are_in_the_audit(
    party: Organisation, bob: Person, robert: Person, ada: Member
) -> None:
    unmerging.undo(merging.merge(bob, robert, by=ada, at=NOON), by=ada, at=EVENING)

    kinds = AuditEntry.objects.filter(organisation=party).values_list("kind", flat=True)
    assert list(kinds.order_by("number")) == ["people merged", "merge undone"]
    assert list(auditing.breaks(party)) == []


def test_erasing_the_one_kept_leaves_nothing_of_the_other(
    party: Organisation, bob: Person, robert: Person, ada: Member
) -> None:
    merging.merge(bob, robert, by=ada, at=NOON)

    erasing.erase(bob, by=ada, at=EVENING)

    assert not Merge.objects.exists()
    assert suppressing.is_suppressed(party, "email", "robert@example.org")
    where = suppressing.postal("Robert", "Hart", "12 Station Road", "GL5 1AA")
    assert suppressing.is_suppressed(party, "post", where)


def test_who_shares_a_phone_or_a_home_lives_with_them(
    party: Organisation, bob: Person, robert: Person, cleo: Person
) -> None:
    home = Household.objects.create(organisation=party, key="k")
    Person.objects.filter(pk__in=[bob.pk, cleo.pk]).update(household=home)
    bob.refresh_from_db()

    found = [(person, person.at_home) for person in households.housemates(bob)]

    assert found == [(cleo, True), (robert, False)]

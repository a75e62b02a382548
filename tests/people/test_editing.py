"""Changing what is known of someone: kept with its history, never over somebody else's change."""

from collections.abc import Callable, Mapping

import pytest
from django.db import DatabaseError, transaction

from muster.organisations.models import Member, Organisation
from muster.people import consenting, erasing, search, suppressing
from muster.people.models import Person, Wording
from muster.people.record import contacting, editing, undoing
from muster.people.record.changing import CannotEdit, ChangedMeanwhile, Who
from muster.people.record.models import PersonChange
from muster.places.models import Place
from muster.places.scope import Reach
from tests.conftest import MORNING, NOON, supporter
from tests.people.making import on_the_list

EVERYWHERE = Reach(everywhere=frozenset({"see people"}))
Book = Callable[[Mapping[str, Place | None]], None]


@pytest.fixture
def zoe(party: Organisation, stroud: Place) -> Person:
    return on_the_list(party, "zoe@example.org", "Zoe", "Hart", phone="+447700900001", seat=stroud)


def now_is(person: Person) -> dict[str, str]:
    return {field: getattr(person, field) for field in editing.FIELDS}


def found(party: Organisation, text: str) -> list[str]:
    return [person.given_name for person in search.find(party, EVERYWHERE, text)]


def test_a_new_name_is_found_and_the_old_one_is_not(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    editing.edit(zoe, {"family_name": " Lund "}, was=now_is(zoe), who=Who(ada, NOON))

    assert found(party, "lund") == ["Zoe"]
    assert found(party, "hart") == []
    change = PersonChange.objects.get()
    assert (change.field, change.before, change.after, change.by) == (
        "family_name",
        "Hart",
        "Lund",
        ada,
    )


def test_two_who_change_different_fields_both_get_their_way(zoe: Person, ada: Member) -> None:
    drawn = now_is(zoe)

    editing.edit(zoe, drawn | {"given_name": "Zoë"}, was=drawn, who=Who(ada, MORNING))
    editing.edit(zoe, drawn | {"family_name": "Lund"}, was=drawn, who=Who(ada, NOON))

    zoe.refresh_from_db()
    assert (zoe.given_name, zoe.family_name) == ("Zoë", "Lund")


def test_two_who_change_the_same_field_see_both(zoe: Person, ada: Member, ben: Member) -> None:
    drawn = now_is(zoe)
    editing.edit(zoe, drawn | {"family_name": "Lund"}, was=drawn, who=Who(ada, MORNING))

    with pytest.raises(ChangedMeanwhile, match="“Lund” while you wrote “Lind”") as refused:
        editing.edit(zoe, drawn | {"family_name": "Lind"}, was=drawn, who=Who(ben, NOON))

    zoe.refresh_from_db()
    assert zoe.family_name == "Lund"
    assert refused.value.clashes[0].typed == "Lind"


def test_a_new_postcode_moves_them_and_undoing_moves_them_back(
    zoe: Person, ada: Member, stroud: Place, neath: Place, postcode_book: Book
) -> None:
    postcode_book({"GL51AA": stroud, "SA101AA": neath})

    editing.edit(zoe, {"postcode": "sa10 1aa"}, was=now_is(zoe), who=Who(ada, MORNING))
    zoe.refresh_from_db()
    assert (zoe.postcode, zoe.seat, zoe.seat_how) == ("SA10 1AA", neath, "postcode")

    undoing.undo(PersonChange.objects.get(field="postcode"), Who(ada, NOON))
    zoe.refresh_from_db()
    assert (zoe.postcode, zoe.seat, zoe.seat_how) == ("", stroud, "said")


def test_what_is_no_postcode_changes_nothing(zoe: Person, ada: Member, postcode_book: Book) -> None:
    postcode_book({})

    with pytest.raises(CannotEdit, match="postcode"):
        editing.edit(
            zoe, {"postcode": "nowhere", "given_name": "Z"}, was=now_is(zoe), who=Who(ada, NOON)
        )

    zoe.refresh_from_db()
    assert zoe.given_name == "Zoe"
    assert not PersonChange.objects.exists()


def test_who_moves_in_joins_the_household(
    party: Organisation, zoe: Person, ada: Member, stroud: Place, postcode_book: Book
) -> None:
    postcode_book({"GL51AA": stroud})
    ann = supporter(party, "Ann", "Lee", stroud)
    home = {"address": "3 Mill Lane", "postcode": "GL5 1AA"}

    for person in (zoe, ann):
        editing.edit(person, home, was=now_is(person), who=Who(ada, NOON))

    assert zoe.household_id is not None
    assert zoe.household_id == ann.household_id


def test_an_address_someone_else_has_is_refused_with_its_owner(
    party: Organisation, zoe: Person, ada: Member, cleo: Person
) -> None:
    with pytest.raises(contacting.Taken) as refused:
        contacting.add(zoe, "email", "Cleo.Winter@example.com", who=Who(ada, NOON))

    assert refused.value.owner == cleo
    assert zoe.contact_points.count() == 2


def test_a_corrected_address_is_found_and_can_be_put_back(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    point = zoe.contact_points.get(kind="email")

    change = contacting.correct(
        point.person, point.pk, "zoe.hart@example.org", was=point.value, who=Who(ada, MORNING)
    )
    assert found(party, "zoe.hart@example.org") == ["Zoe"]

    assert change is not None
    undoing.undo(change, Who(ada, NOON))
    undoing.undo(change, Who(ada, NOON))
    assert zoe.contact_points.get(kind="email").value == "zoe@example.org"
    assert found(party, "zoe@example.org") == ["Zoe"]


def test_a_change_that_was_changed_again_is_not_taken_back(zoe: Person, ada: Member) -> None:
    (first,) = editing.edit(zoe, {"given_name": "Zo"}, was=now_is(zoe), who=Who(ada, MORNING))
    editing.edit(zoe, {"given_name": "Zoë"}, was=now_is(zoe), who=Who(ada, NOON))

    with pytest.raises(undoing.CannotUndo, match="changed again since"):
        undoing.undo(first, Who(ada, NOON))


def test_a_number_corrected_by_two_is_corrected_once(zoe: Person, ada: Member, ben: Member) -> None:
    point = zoe.contact_points.get(kind="phone")
    contacting.correct(zoe, point.pk, "07700 900002", was=point.value, who=Who(ada, MORNING))

    with pytest.raises(CannotEdit, match="Someone else changed"):
        contacting.correct(zoe, point.pk, "07700 900003", was=point.value, who=Who(ben, NOON))


def test_who_asked_to_stop_is_left_alone_at_a_new_address(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    suppressing.suppress_person(zoe, reason="told us", at=MORNING, channels=["email"])
    point = zoe.contact_points.get(kind="email")

    contacting.correct(zoe, point.pk, "hart@example.org", was=point.value, who=Who(ada, NOON))

    assert suppressing.is_suppressed(party, "email", "hart@example.org")


def test_a_stopped_address_that_goes_takes_its_consent_along(
    party: Organisation, zoe: Person, ada: Member, email_wording: Wording
) -> None:
    consenting.give(zoe, "email", wording=email_wording, source="Stall", at=MORNING)
    suppressing.suppress(
        party, channel="email", value="zoe@example.org", reason="told us", at=MORNING
    )
    point = zoe.contact_points.get(kind="email")

    contacting.take_away(zoe, point.pk, was=point.value, who=Who(ada, NOON))

    assert not consenting.standing(zoe)["email"].is_given


def test_nobody_erased_comes_back_by_hand(
    party: Organisation, zoe: Person, ada: Member, cleo: Person
) -> None:
    erasing.erase(cleo, by=ada, at=MORNING)

    with pytest.raises(CannotEdit, match="erased at their wish"):
        contacting.add(zoe, "email", "cleo.winter@example.com", who=Who(ada, NOON))


def test_a_change_is_never_rewritten(zoe: Person, ada: Member) -> None:
    (change,) = editing.edit(zoe, {"given_name": "Zo"}, was=now_is(zoe), who=Who(ada, NOON))

    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        PersonChange.objects.filter(pk=change.pk).update(after="Zed")

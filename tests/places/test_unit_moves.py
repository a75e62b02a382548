"""Before a unit is moved, whoever moves it reads who loses what."""

import pytest
from django.test import Client

from muster.organisations.models import Member, Organisation, Role, Unit
from muster.places.models import Place
from tests.conftest import MORNING, join


@pytest.fixture
def west(party: Organisation, head_office: Unit, england: Place, stroud_unit: Unit) -> Unit:
    """A region with Stroud beneath it."""
    unit = Unit.objects.create(
        organisation=party, parent=head_office, kind="region", name="West", place_code=england.code
    )
    stroud_unit.parent = unit
    stroud_unit.save()
    return unit


def ask(as_ada: Client, unit: Unit, sure: str = "", **changed: object) -> str:
    asked = {
        "name": unit.name,
        "kind": unit.kind,
        "parent": unit.parent_id,
        "place": "Stroud",
        "sure": sure,
    }
    answer = as_ada.post(f"/settings/units/{unit.pk}", asked | changed, follow=True)
    return answer.content.decode()


def sure_in(page: str) -> str:
    return page.partition('name="sure" value="')[2].partition('"')[0]


def test_who_would_no_longer_see_a_seat_is_named_and_nothing_is_moved_yet(
    as_ada: Client, ben: Member, stroud_unit: Unit, neath: Place
) -> None:
    page = ask(as_ada, stroud_unit, place=neath.name)

    stroud_unit.refresh_from_db()
    assert stroud_unit.place_code == "E14001530"
    assert "Ben Hale no longer sees Stroud, and sees Neath and Swansea East instead." in page
    assert "Move it: 1 member loses something" in page
    ask(as_ada, stroud_unit, sure="made up", place=neath.name)
    stroud_unit.refresh_from_db()
    assert stroud_unit.place_code == "E14001530"
    ask(as_ada, stroud_unit, sure=sure_in(page), place=neath.name)
    stroud_unit.refresh_from_db()
    assert stroud_unit.place_code == neath.code


def test_what_another_role_gives_is_not_lost(
    as_ada: Client, ben: Member, stroud_unit: Unit, west: Unit, neath: Place
) -> None:
    Role.objects.create(member=ben, unit=west, kind="organiser", granted_at=MORNING)

    page = ask(as_ada, stroud_unit, place=neath.name)

    assert "is kept" in page


def test_units_beneath_that_would_stand_outside_are_named(
    as_ada: Client, west: Unit, neath: Place
) -> None:
    page = ask(as_ada, west, place=neath.name)

    assert "Stroud, beneath it, would stand outside its place." in page


def test_who_would_no_longer_give_access_is_named(
    as_ada: Client, party: Organisation, west: Unit, stroud_unit: Unit, head_office: Unit
) -> None:
    join(party, west, "Rhea Lane", "admin")

    page = ask(as_ada, stroud_unit, parent=head_office.pk)

    assert "Rhea Lane no longer gives access in Stroud." in page
    assert "Ada Marsh" not in page.partition('role="alert"')[2].partition("</ul>")[0]


def test_a_new_name_takes_nothing_and_is_kept_at_once(
    as_ada: Client, ben: Member, stroud_unit: Unit
) -> None:
    ask(as_ada, stroud_unit, name="Stroud and the valleys")

    stroud_unit.refresh_from_db()
    assert stroud_unit.name == "Stroud and the valleys"

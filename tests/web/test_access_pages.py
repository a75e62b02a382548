"""Giving access in the browser: a seat's administrator within their units, two for head office."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from muster.organisations.models import Member, Organisation, Role, RoleAsked, Unit
from muster.places.models import Place
from tests.conftest import join, signed_in

WHY = {"reason": "Runs the campaign there"}


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def sol(party: Organisation, stroud_unit: Unit) -> Member:
    """Gives access in Stroud, and only there."""
    return join(party, stroud_unit, "Sol Reed", "admin")


@pytest.fixture
def wyn(party: Organisation, head_office: Unit, neath: Place) -> Member:
    unit = Unit.objects.create(
        organisation=party, parent=head_office, kind="seat", name="Neath", place_code=neath.code
    )
    return join(party, unit, "Wyn Rees", "organiser")


def test_a_seats_administrator_finds_their_members_and_no_others(
    sol: Member, ben: Member, wyn: Member, ada: Member
) -> None:
    client = signed_in(sol)

    page, units = words(client.get("/settings/members/")), words(client.get("/settings/units/"))

    assert ben.user.email in page
    assert wyn.user.email not in page
    assert ada.user.email not in page
    assert "Neath" not in units
    assert 'href="/settings/"' not in page
    assert client.get("/settings/").status_code == 403
    assert client.get(f"/settings/members/{ben.code}").status_code == 200
    for other in (wyn, ada):
        assert client.get(f"/settings/members/{other.code}").status_code == 404
        for act in ("end", "sign-out"):
            assert client.post(f"/settings/members/{other.code}/{act}", WHY).status_code == 404


def test_what_a_member_has_elsewhere_is_not_told(
    sol: Member, ben: Member, wyn: Member, ada: Member
) -> None:
    elsewhere = Role.objects.create(
        member=ben,
        unit=wyn.roles.get().unit,
        kind="viewer",
        granted_by=ada,
        granted_at=datetime.now(UTC),
        reason="A secret of Neath's",
    )
    client = signed_in(sol)

    page = words(client.get(f"/settings/members/{ben.code}"))
    taken = client.post(f"/settings/members/{ben.code}/roles/{elsewhere.pk}/revoke", WHY)
    ended = words(client.post(f"/settings/members/{ben.code}/end", WHY))

    assert "Has roles beyond your units too." in page
    assert "Neath" not in page
    assert taken.status_code == 404
    assert "ask head office" in ended


def test_nobody_gives_or_invites_beyond_their_units(
    sol: Member, ben: Member, head_office: Unit
) -> None:
    client = signed_in(sol)
    form = WHY | {"kind": "viewer", "unit": head_office.pk, "lasts": "usual"}

    client.post(f"/settings/members/{ben.code}", form)
    client.post("/settings/members/invite", form | {"name": "I", "email": "i@example.org"})

    assert ben.roles.count() == 1
    assert not head_office.organisation.invitations.exists()


def test_who_sees_what_answers_within_ones_units_only(
    sol: Member, ben: Member, wyn: Member
) -> None:
    client = signed_in(sol)

    here = words(client.get("/settings/who-sees?place=Stroud&may=see people"))
    there = words(client.get(f"/settings/who-sees?place={wyn.roles.get().unit.place_code}"))

    assert "2 members" in here
    assert "Ben Hale" in here
    assert "not within your units" in there
    assert "Wyn Rees" not in there


def test_a_role_is_given_for_as_long_as_is_usual_and_renewed_with_one_press(
    as_ada: Client, ben: Member, stroud_unit: Unit
) -> None:
    form = WHY | {"kind": "viewer", "unit": stroud_unit.pk, "lasts": "usual", "dataset": "content"}
    as_ada.post(f"/settings/members/{ben.code}", form)
    role = Role.objects.get(member=ben, kind="viewer")
    assert role.expires_at is not None
    assert role.expires_at - role.granted_at == timedelta(days=90)
    role.expires_at = datetime.now(UTC) + timedelta(days=2)
    role.save()

    assert "1 role ends" in words(as_ada.get("/settings/members/"))
    assert "1 role ends within a fortnight" in words(as_ada.get("/"))
    page = as_ada.post(
        f"/settings/members/{ben.code}/roles/{role.pk}/renew", {"reason": "Still does this work"}
    )

    assert page.status_code == 302
    assert "1 role ends" not in words(as_ada.get("/settings/members/"))


def test_an_administrator_of_head_office_waits_on_todays_page_for_another(
    as_ada: Client, ada: Member, ben: Member, head_office: Unit, party: Organisation
) -> None:
    bea = signed_in(join(party, head_office, "Bea Cole", "admin"))
    form = WHY | {"kind": "admin", "unit": head_office.pk, "lasts": "open"}

    asked = words(as_ada.post(f"/settings/members/{ben.code}", form, follow=True))
    waiting = RoleAsked.objects.get()

    assert "Another administrator allows it" in asked
    assert "for you to allow" not in words(as_ada.get("/"))
    assert "1 role waits for you to allow" in words(bea.get("/"))
    as_ada.post(f"/settings/members/asked/{waiting.pk}/allow")
    assert not ben.roles.filter(kind="admin").exists()
    bea.post(f"/settings/members/asked/{waiting.pk}/allow")
    assert ben.roles.filter(kind="admin").exists()


def test_a_member_reads_what_they_see_and_why(as_ada: Client, ben: Member, cleo: object) -> None:
    page = " ".join(words(as_ada.get(f"/settings/members/{ben.code}")).split())

    assert "sees <b>1 seat</b> and <b>1 person</b>" in page
    assert "may change people" in page


def test_a_unit_moved_beneath_itself_is_refused(
    as_ada: Client, stroud_unit: Unit, stroud: Place
) -> None:
    form = {"name": "Stroud", "kind": "seat", "parent": stroud_unit.pk, "place": stroud.code}

    page = words(as_ada.post(f"/settings/units/{stroud_unit.pk}", form))

    assert "cannot belong to itself" in page


def test_a_unit_closes_with_a_reason(as_ada: Client, ben: Member, stroud_unit: Unit) -> None:
    without = words(as_ada.post(f"/settings/units/{stroud_unit.pk}/close"))
    as_ada.post(f"/settings/units/{stroud_unit.pk}/close", {"reason": "Boundaries changed"})

    assert "Write why" in without
    assert ben.roles.get().ended_reason == "Boundaries changed"
    assert "Closed (1)" in words(as_ada.get("/settings/units/"))

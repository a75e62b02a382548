"""Leads: whose they are, how they end, and how they change hands."""

from uuid import uuid4

import pytest

from muster.actions import leads, pages, sources
from muster.actions.models import Action, Lead
from muster.actions.signing import SignUp, sign
from muster.journal.models import Fact
from muster.organisations.models import Campaigner, Member, Organisation, Role, Unit
from muster.people import erasing, placing
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import MORNING, NOON, join


@pytest.fixture
def lead(party: Organisation, campaigner: Campaigner, stroud: Place, ben: Member) -> Lead:
    page = pages.volunteer_page(party, campaigner, by=None, at=MORNING)
    sign(
        SignUp(
            organisation_id=party.pk,
            page_id=page.pk,
            page_slug="volunteer",
            page_place_id=stroud.pk,
            submission=uuid4(),
            given_name="Vera",
            family_name="Quill",
            email="vera@example.org",
            seat_id=stroud.pk,
            seat_how="said",
        ),
        at=NOON,
    )
    return Lead.objects.get()


def owner(party: Organisation, place: Place | None) -> str | None:
    found = leads.owner_for(party.pk, place.pk if place else None, at=NOON)
    return found[1] if found else None


def test_the_seats_organiser_comes_before_head_office(
    party: Organisation, ada: Member, ben: Member, stroud: Place, neath: Place
) -> None:
    assert owner(party, stroud) == "Ben Hale"
    assert owner(party, neath) == "Ada Marsh"
    assert owner(party, None) == "Ada Marsh"


def test_the_region_comes_between(
    party: Organisation, ada: Member, head_office: Unit, england: Place, neath: Place
) -> None:
    region = Unit.objects.create(
        organisation=party,
        parent=head_office,
        kind="region",
        name="England",
        place_code=england.code,
    )
    join(party, region, "Rae Moss", "organiser")

    assert owner(party, neath) == "Rae Moss"


def test_a_role_that_ended_owns_nothing(
    party: Organisation, ada: Member, ben: Member, stroud: Place
) -> None:
    Role.objects.filter(member=ben).update(expires_at=NOON)

    assert owner(party, stroud) == "Ada Marsh"


def test_a_viewer_is_never_the_one_to_ring(party: Organisation, stroud_unit: Unit) -> None:
    join(party, stroud_unit, "Vic Lane", "viewer")

    assert leads.owner_for(party.pk, None, at=NOON) is None


def test_speaking_to_them_stops_the_clock_once(lead: Lead, ben: Member, ada: Member) -> None:
    leads.contacted(lead, by=ben, at=NOON)
    leads.contacted(lead, by=ada, at=NOON)

    lead.refresh_from_db()
    assert lead.contacted_by == ben
    assert Fact.objects.filter(kind="lead contacted").count() == 1


def test_handing_over_keeps_the_clock(lead: Lead, ben: Member, ada: Member) -> None:
    due = lead.due_at

    leads.hand_over(lead, to=ada, by=ben, at=NOON)

    lead.refresh_from_db()
    assert (lead.owner, lead.due_at) == (ada, due)


def test_nobody_is_handed_a_volunteer_they_may_not_see(
    lead: Lead, ben: Member, drew: Member
) -> None:
    with pytest.raises(leads.CannotHandOver):
        leads.hand_over(lead, to=drew, by=ben, at=NOON)


def test_who_was_spoken_to_is_not_handed_over(lead: Lead, ben: Member, ada: Member) -> None:
    leads.contacted(lead, by=ben, at=NOON)

    with pytest.raises(leads.CannotHandOver):
        leads.hand_over(lead, to=ada, by=ben, at=NOON)


def test_a_waiting_volunteer_moves_with_the_person(
    lead: Lead, ben: Member, ada: Member, neath: Place
) -> None:
    placing.say_seat(lead.person, neath, by=ada, at=NOON)

    lead.refresh_from_db()
    assert (lead.place, lead.owner) == (neath, ada)


def test_forgetting_someone_forgets_what_they_offered(lead: Lead, ada: Member) -> None:
    erasing.erase(lead.person, by=ada, at=NOON)

    assert not Person.objects.exists()
    assert not Lead.objects.exists()
    assert not Action.objects.exists()


def test_a_link_keeps_its_code(party: Organisation, stroud: Place, neath: Place) -> None:
    codes = sources.codes_for(party, "sending", 7, [stroud, neath, None], label="May e-mail")

    assert len(set(codes.values())) == 3
    assert sources.code_for(party, "sending", 7, stroud) == codes[stroud.pk]
    assert sources.labels_of(party.pk, [codes[stroud.pk], "nobodys", ""]) == {
        codes[stroud.pk]: "May e-mail, Stroud"
    }

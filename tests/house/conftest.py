"""The world the house tests walk through."""

import pytest

from muster.organisations.models import Campaigner, Member, Organisation, Role, Unit, User
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import MORNING
from tests.wrong_people.world import World


def member_of(organisation: Organisation, name: str, unit: Unit | None, kind: str) -> Member:
    user = User.objects.create(email=f"{name.lower()}@example.org")
    member = Member.objects.create(organisation=organisation, user=user, name=f"{name} Test")
    if unit:
        Role.objects.create(member=member, unit=unit, kind=kind, granted_at=MORNING)
    return member


@pytest.fixture
def world(
    party: Organisation,
    rivals: Organisation,
    stroud: Place,
    neath: Place,
    head_office: Unit,
    stroud_unit: Unit,
    campaigner: Campaigner,
    cleo: Person,
) -> World:
    neath_unit = Unit.objects.create(
        organisation=party, parent=head_office, kind="seat", name="Neath", place_code=neath.code
    )
    rival_office = Unit.objects.create(organisation=rivals, kind="head_office", name="Their office")
    return World(
        party=party,
        rivals=rivals,
        stroud=stroud,
        neath=neath,
        head_office=head_office,
        stroud_unit=stroud_unit,
        neath_unit=neath_unit,
        campaigner=campaigner,
        ada=member_of(party, "Ada", head_office, "admin"),
        ben=member_of(party, "Ben", stroud_unit, "organiser"),
        drew=member_of(rivals, "Drew", rival_office, "admin"),
        wyn=member_of(party, "Wyn", neath_unit, "organiser"),
        nobody=member_of(party, "Nobody", None, ""),
        cleo=cleo,
    )

"""Units, campaigners and the organisation: what may be settled, and what may not."""

import pytest

from muster.organisations import campaigners, changing, units
from muster.organisations.campaigners import CampaignerAsked
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.organisations.units import CannotSettle, UnitAsked
from muster.places.models import Place
from muster.places.scope import reach_of
from tests.conftest import NOON


def test_moving_a_unit_moves_what_its_members_see(
    ada: Member, ben: Member, stroud_unit: Unit, head_office: Unit, stroud: Place, neath: Place
) -> None:
    asked = UnitAsked("Neath", "seat", head_office, neath.code)

    units.change(stroud_unit, asked, by=ada, at=NOON)

    assert reach_of(ben, at=NOON).seats("see people") == {neath.pk}


def test_a_unit_needs_a_name_a_place_and_something_above_it(
    party: Organisation, ada: Member, head_office: Unit
) -> None:
    with pytest.raises(CannotSettle) as refusal:
        units.add(party, UnitAsked(" ", "seat", None), by=ada, at=NOON)

    assert len(refusal.value.args) == 3


def test_there_is_one_head_office_which_stands_everywhere(
    party: Organisation, ada: Member, head_office: Unit, stroud_unit: Unit, stroud: Place
) -> None:
    second = UnitAsked("Another", "head_office", None)
    with pytest.raises(CannotSettle):
        units.add(party, second, by=ada, at=NOON)
    with pytest.raises(CannotSettle):
        units.change(stroud_unit, second, by=ada, at=NOON)

    for kind, place in [("seat", stroud.code), ("head_office", stroud.code)]:
        with pytest.raises(CannotSettle):
            units.change(head_office, UnitAsked("Head office", kind, None, place), by=ada, at=NOON)


def test_a_unit_does_not_stand_beneath_itself(
    party: Organisation, ada: Member, stroud_unit: Unit, stroud: Place
) -> None:
    branch = units.add(
        party, UnitAsked("Cainscross", "branch", stroud_unit, stroud.code), by=ada, at=NOON
    )

    with pytest.raises(CannotSettle, match="beneath it"):
        units.change(stroud_unit, UnitAsked("Stroud", "seat", branch, stroud.code), by=ada, at=NOON)


def test_another_organisations_unit_is_nobodys_parent(
    party: Organisation, ada: Member, drew: Member, stroud: Place
) -> None:
    theirs = drew.organisation.units.get()

    with pytest.raises(CannotSettle, match="belongs to"):
        units.add(party, UnitAsked("Stroud", "seat", theirs, stroud.code), by=ada, at=NOON)


def test_a_campaigner_without_an_imprint_is_refused(party: Organisation, ada: Member) -> None:
    asked = CampaignerAsked("party", "Fair Future", "", "", on_behalf_of="Fair Future")

    with pytest.raises(CannotSettle) as refusal:
        campaigners.add(party, asked, by=ada, at=NOON)

    assert len(refusal.value.args) == 2


def test_a_campaigner_is_kept_once(
    party: Organisation, ada: Member, campaigner: Campaigner
) -> None:
    twin = CampaignerAsked("party", "Fair Future", "R. Okafor", "1 High Street, Stroud GL5 1AA")

    with pytest.raises(CannotSettle, match="already"):
        campaigners.add(party, twin, by=ada, at=NOON)
    campaigners.change(campaigner, twin, by=ada, at=NOON)


def test_the_colour_is_a_colour(party: Organisation, ada: Member) -> None:
    with pytest.raises(CannotSettle) as refusal:
        changing.change(party, name="", accent="red;}", by=ada, at=NOON)

    assert len(refusal.value.args) == 2

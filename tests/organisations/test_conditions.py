"""Nothing special is held without a condition of the law (DP-9)."""

import pytest

from muster.organisations import conditions
from muster.organisations.models import AuditEntry, Campaigner, LegalCondition, Member, Organisation
from muster.organisations.units import CannotSettle
from tests.conftest import MORNING, NOON


def test_without_a_condition_nothing_special_may_be_held(
    party: Organisation, rivals: Organisation, campaigner: Campaigner, ada: Member
) -> None:
    before = conditions.may_hold_special(party)

    conditions.settle(party, kind="party", policy="APD 2026-1", by=ada, at=NOON)

    assert (before, conditions.may_hold_special(party)) == (False, True)
    assert not conditions.may_hold_special(rivals)
    assert AuditEntry.objects.get(kind="legal condition set").codes == {"condition": "party"}


def test_only_a_party_relies_on_the_partys_condition(party: Organisation, ada: Member) -> None:
    with pytest.raises(CannotSettle, match="Only a registered party"):
        conditions.settle(party, kind="party", policy="APD 2026-1", by=ada, at=NOON)

    conditions.settle(party, kind="members", policy="APD 2026-1", by=ada, at=NOON)
    assert not conditions.covers_everyone(party)


def test_a_condition_needs_its_policy_document(party: Organisation, ada: Member) -> None:
    with pytest.raises(CannotSettle) as refusal:
        conditions.settle(party, kind="", policy=" ", by=ada, at=NOON)

    assert len(refusal.value.args) == 2


def test_another_condition_ends_the_one_before(party: Organisation, ada: Member) -> None:
    conditions.settle(party, kind="members", policy="APD 2026-1", by=ada, at=MORNING)

    conditions.settle(party, kind="consent", policy="APD 2026-2", by=ada, at=NOON)
    conditions.end(party, by=ada, at=NOON)
    conditions.end(party, by=ada, at=NOON)

    assert not conditions.may_hold_special(party)
    assert LegalCondition.objects.filter(ended_by=ada).count() == 2
    assert AuditEntry.objects.filter(kind="legal condition ended").count() == 1

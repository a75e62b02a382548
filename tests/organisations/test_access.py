"""Roles limited to a dataset and to a time, in whose charge people are, and what they are told."""

from datetime import timedelta

import pytest

from muster.organisations import authority, closing, expiring, granting, joining, rules, units
from muster.organisations.models import AuditEntry, Member, Organisation, Role, Unit
from muster.organisations.units import CannotSettle, UnitAsked
from muster.places.models import Place
from muster.places.scope import reach_of
from muster.places.seeing import who_may
from tests.conftest import NOON, join

WHY = "Runs the campaign there"
DAY = timedelta(days=1)


@pytest.fixture
def stroud_head(party: Organisation, stroud_unit: Unit) -> Member:
    """Gives access in Stroud, and only there."""
    return join(party, stroud_unit, "Sol Reed", "admin")


def test_a_role_for_one_dataset_gives_nothing_of_the_others(
    ada: Member, ben: Member, head_office: Unit, neath: Place
) -> None:
    granting.grant(
        ben,
        unit=head_office,
        kind="admin",
        dataset="people",
        until=None,
        by=ada,
        at=NOON,
        reason=WHY,
    )
    reach = reach_of(ben, at=NOON)

    assert reach.may_in("see people", neath.pk)
    assert reach.may_everywhere("see seats")
    assert not reach.may("send messages")
    assert not reach.may("change settings")


def test_an_administrator_of_one_dataset_gives_nobody_access(
    ada: Member, ben: Member, head_office: Unit
) -> None:
    granting.grant(
        ben,
        unit=head_office,
        kind="admin",
        dataset="people",
        until=None,
        by=ada,
        at=NOON,
        reason=WHY,
    )

    with pytest.raises(granting.CannotGrant):
        granting.grant(
            ada, unit=head_office, kind="viewer", until=None, by=ben, at=NOON, reason=WHY
        )
    with pytest.raises(granting.CannotRevoke, match="only administrator"):
        granting.revoke(ada.roles.get(), by=ada, at=NOON, reason=WHY)


def test_a_role_that_gives_nothing_of_a_dataset_is_refused(
    ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    with pytest.raises(granting.CannotGrant, match="nothing of that dataset"):
        granting.grant(
            ben,
            unit=stroud_unit,
            kind="viewer",
            dataset="finance",
            until=None,
            by=ada,
            at=NOON,
            reason=WHY,
        )


@pytest.mark.parametrize("kind", rules.PERMISSIONS)
def test_a_dataset_never_adds_anything(kind: str) -> None:
    for dataset in rules.DATASETS:
        assert rules.allowed_by([(kind, dataset)]) <= rules.permissions_of([kind])


def test_every_change_wants_a_reason(ada: Member, ben: Member, stroud_unit: Unit) -> None:
    role = ben.roles.get()

    with pytest.raises(granting.CannotGrant, match="Write why"):
        granting.grant(ben, unit=stroud_unit, kind="approver", until=None, by=ada, at=NOON)
    with pytest.raises(granting.CannotRevoke, match="Write why"):
        granting.revoke(role, by=ada, at=NOON)
    with pytest.raises(joining.CannotEnd, match="Write why"):
        joining.end(ben, by=ada, at=NOON)
    assert Role.objects.in_force(NOON).get(member=ben) == role


def test_the_person_is_told_what_changed_by_whom_and_why(
    ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    role = granting.grant(
        ben, unit=stroud_unit, kind="approver", until=NOON + DAY, by=ada, at=NOON, reason=WHY
    )
    granting.revoke(role, by=ada, at=NOON, reason="Found another")

    given, taken = ben.notices.order_by("pk")
    assert given.gist == (
        "Ada Marsh gave you this role at Fair Future: Approver in Stroud, until 5 May 2026."
        " Why: Runs the campaign there"
    )
    assert "took this role back" in taken.gist
    assert "Why: Found another" in taken.gist
    reasons = AuditEntry.objects.filter(about_id=ben.pk).order_by("number")
    assert list(reasons.values_list("reason", flat=True)) == [WHY, "Found another"]


def test_a_role_is_renewed_in_a_new_row_and_the_old_one_is_kept(ada: Member, ben: Member) -> None:
    ben.roles.update(expires_at=NOON + DAY)
    old = ben.roles.get()

    new = granting.renew(old, by=ada, at=NOON, reason="Still does this work")

    old.refresh_from_db()
    assert new.expires_at == NOON + 365 * DAY
    assert (old.revoked_at, old.ended_reason) == (NOON, "Renewed")
    with pytest.raises(granting.CannotGrant, match="already"):
        granting.renew(old, by=ada, at=NOON, reason="Still does this work")


def test_nobody_makes_their_own_role_last_longer(
    ada: Member, stroud_head: Member, stroud_unit: Unit
) -> None:
    stroud_head.roles.update(expires_at=NOON + DAY)

    with pytest.raises(granting.CannotGrant, match="for as long"):
        granting.renew(
            stroud_head.roles.get(), by=stroud_head, at=NOON, reason=WHY, until=NOON + 9 * DAY
        )


def test_an_end_that_came_by_itself_is_told_once(ada: Member, ben: Member) -> None:
    ben.roles.update(expires_at=NOON)

    assert expiring.tell_expired(at=NOON) == 1
    assert expiring.tell_expired(at=NOON + DAY) == 0
    assert "lets this role end" in ben.notices.get().gist
    assert AuditEntry.objects.get(kind="role expired").member is None


def test_what_ends_within_a_fortnight_is_shown_to_who_is_in_charge(
    ada: Member, ben: Member, stroud_head: Member, drew: Member
) -> None:
    ben.roles.update(expires_at=NOON + 3 * DAY)

    assert [role.member for role in expiring.soon(ada, at=NOON)] == [ben]
    assert [role.member for role in expiring.soon(stroud_head, at=NOON)] == [ben]
    assert not expiring.soon(drew, at=NOON)
    assert not expiring.soon(ben, at=NOON)


def test_a_units_administrator_has_their_own_members_and_nobody_elses(
    party: Organisation,
    ada: Member,
    ben: Member,
    stroud_head: Member,
    head_office: Unit,
    neath: Place,
) -> None:
    other = Unit.objects.create(
        organisation=party, parent=head_office, kind="seat", name="Neath", place_code=neath.code
    )
    wyn = join(party, other, "Wyn Rees", "organiser")

    assert set(authority.members_of(stroud_head, at=NOON)) == {ben, stroud_head}
    granting.grant(
        ben,
        unit=ben.roles.get().unit,
        kind="viewer",
        until=None,
        by=stroud_head,
        at=NOON,
        reason=WHY,
    )
    with pytest.raises(joining.CannotEnd, match="not in your charge"):
        joining.end(wyn, by=stroud_head, at=NOON, reason=WHY)
    with pytest.raises(granting.CannotGrant):
        granting.grant(
            ben, unit=other, kind="viewer", until=None, by=stroud_head, at=NOON, reason=WHY
        )


def test_nobody_ends_a_member_who_has_roles_beyond_their_charge(
    ada: Member, ben: Member, stroud_head: Member, head_office: Unit
) -> None:
    granting.grant(ben, unit=head_office, kind="viewer", until=None, by=ada, at=NOON, reason=WHY)

    with pytest.raises(joining.CannotEnd, match="beyond your units"):
        joining.end(ben, by=stroud_head, at=NOON, reason=WHY)


def test_who_may_is_what_each_ones_own_reach_says(
    party: Organisation, ada: Member, ben: Member, stroud_head: Member, stroud: Place, neath: Place
) -> None:
    for permission in rules.ALL:
        for seat in (stroud, neath):
            seers = who_may(permission, frozenset({seat.pk}), party, at=NOON)
            expected = {
                member
                for member in (ada, ben, stroud_head)
                if reach_of(member, at=NOON).may_in(permission, seat.pk)
            }
            assert {seer.member for seer in seers} == expected


def test_a_unit_closes_and_its_members_go_on_elsewhere(
    party: Organisation,
    ada: Member,
    ben: Member,
    stroud_unit: Unit,
    head_office: Unit,
    neath: Place,
) -> None:
    other = Unit.objects.create(
        organisation=party, parent=head_office, kind="seat", name="Neath", place_code=neath.code
    )

    closing.close(stroud_unit, into=other, by=ada, at=NOON, reason="Boundaries changed")

    assert Role.objects.in_force(NOON).get(member=ben).unit == other
    stroud_unit.refresh_from_db()
    with pytest.raises(granting.CannotGrant, match="is closed"):
        granting.grant(
            ben, unit=stroud_unit, kind="viewer", until=None, by=ada, at=NOON, reason=WHY
        )
    again = UnitAsked("Stroud", "seat", head_office, neath.code)
    assert units.add(party, again, by=ada, at=NOON).name == "Stroud"


def test_head_office_and_what_has_units_beneath_it_do_not_close(
    party: Organisation, ada: Member, stroud_unit: Unit, head_office: Unit, neath: Place
) -> None:
    Unit.objects.create(
        organisation=party, parent=stroud_unit, kind="branch", name="Dursley", place_code=neath.code
    )

    with pytest.raises(CannotSettle, match="stays"):
        closing.close(head_office, into=None, by=ada, at=NOON, reason=WHY)
    with pytest.raises(CannotSettle, match="beneath"):
        closing.close(stroud_unit, into=None, by=ada, at=NOON, reason=WHY)

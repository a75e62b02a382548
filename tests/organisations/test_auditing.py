"""The audit's chain: what was written stands, and whoever changes it is found out."""

import pytest
from django.db import DatabaseError, connection, transaction

from muster.organisations import auditing, granting, joining
from muster.organisations.models import AuditEntry, Member, Organisation, Unit
from tests.conftest import MORNING, NOON


def three(party: Organisation, ada: Member) -> list[AuditEntry]:
    return [
        auditing.note("export", party, by=ada, at=MORNING, about=("audience", 7), people=412),
        auditing.note("override", party, by=ada, at=NOON, reason="Ada asked Ben – “twice”."),
        auditing.note("export", party, by=None, at=NOON),
    ]


def test_a_chain_that_was_left_alone_holds(party: Organisation, ada: Member) -> None:
    first, second, third = three(party, ada)

    assert [e.number for e in (first, second, third)] == [1, 2, 3]
    assert second.before == first.hash
    assert list(auditing.breaks(party)) == []
    assert auditing.head(party) == (3, third.hash)


def test_the_database_refuses_to_change_or_remove_an_entry(
    party: Organisation, ada: Member
) -> None:
    entry = three(party, ada)[1]

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(reason="Nobody asked.")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        entry.delete()


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        ("UPDATE organisations_auditentry SET reason = 'other' WHERE number = 2", "was changed"),
        ("DELETE FROM organisations_auditentry WHERE number = 2", "from 2 on are missing"),
        (
            "UPDATE organisations_auditentry SET before = hash WHERE number = 2",
            "does not follow",
        ),
    ],
)
def test_who_goes_round_the_database_is_found_out(
    party: Organisation, ada: Member, tampering: str, what: str
) -> None:
    three(party, ada)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # triggers are silent
        cursor.execute(tampering)
        cursor.execute("SET LOCAL session_replication_role = origin")

    found = [b.what for b in auditing.breaks(party)]

    assert any(what in words for words in found), found


def test_each_organisation_has_a_chain_of_its_own(
    party: Organisation, ada: Member, drew: Member
) -> None:
    three(party, ada)

    theirs = auditing.note("export", drew.organisation, by=drew, at=NOON)

    assert (theirs.number, theirs.before) == (1, auditing.START)


def test_whatever_changes_who_may_do_what_is_in_the_audit(
    party: Organisation, ada: Member, ben: Member, stroud_unit: Unit
) -> None:
    role = granting.grant(
        ben, unit=stroud_unit, kind="approver", until=None, by=ada, at=NOON, reason="Helps"
    )
    granting.revoke(role, by=ada, at=NOON, reason="Done")
    joining.end(ben, by=ada, at=NOON, reason="Moved away")

    kinds = AuditEntry.objects.filter(organisation=party).order_by("number")
    assert list(kinds.values_list("kind", flat=True)) == [
        "role granted",
        "role revoked",
        "member ended",
    ]
    assert not list(auditing.breaks(party))

"""The audit's end is written down outside the database: whoever cuts it off is found out."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from muster.journal import decisions, journal
from muster.organisations import auditing, heads
from muster.organisations.models import AuditEntry, Member, Organisation
from tests.conftest import MORNING, NOON, signed_in


@pytest.fixture
def three(party: Organisation, ada: Member) -> None:
    for number in range(3):
        auditing.note("people exported", party, by=ada, at=MORNING, people=number)


def without_guard(sql: str) -> None:
    """As somebody with the database's own password would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # triggers are silent
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_an_end_that_was_cut_off_is_missed(
    party: Organisation, three: None, tmp_path: Path
) -> None:
    with override_settings(AUDIT_HEADS=tmp_path / "heads.jsonl"):
        assert heads.write(party, NOON).holds
        without_guard("DELETE FROM organisations_auditentry WHERE number > 1")

        verdict = heads.verify(party)

    assert list(auditing.breaks(party)) == []
    assert [(b.number, b.what) for b in verdict.breaks] == [
        (3, "it stood there on 04 May 2026, and is gone")
    ]


def test_a_chain_made_anew_is_not_what_was_written_down(
    party: Organisation, ada: Member, three: None, tmp_path: Path
) -> None:
    with override_settings(AUDIT_HEADS=tmp_path / "heads.jsonl"):
        heads.write(party, NOON)
        without_guard("DELETE FROM organisations_auditentry")
        for number in range(3):
            auditing.note("people exported", party, by=ada, at=NOON, people=number)

        verdict = heads.verify(party)

    assert list(auditing.breaks(party)) == []
    assert not verdict.holds


def test_decisions_are_chained_in_once_each(party: Organisation, ada: Member) -> None:
    for by in (ada, None):
        journal.record("launch went", party, at=NOON, by=by, about=("launch", 7))
    journal.record("volunteered", party, at=NOON, by=ada)

    with connection.cursor() as cursor:  # as if committed long ago
        cursor.execute("UPDATE journal_fact SET xid = '3'::xid8")
    assert (decisions.follow(NOON), decisions.follow(NOON)) == (1, 0)

    entry = AuditEntry.objects.get(organisation=party)
    assert (entry.kind, entry.member, entry.about_id, entry.at) == ("launch went", ada, 7, NOON)


def test_the_page_tells_each_entry_in_words_and_narrows(
    party: Organisation, ada: Member, ben: Member, three: None
) -> None:
    client = signed_in(ada)
    auditing.note("role granted", party, by=ada, at=NOON, about=("member", ben.pk), role="viewer")

    page = client.get("/privacy/audit").content.decode()
    narrowed = client.get("/privacy/audit?kind=role+granted&day=2026-05-04").content.decode()
    odd = client.get("/privacy/audit?kind=%00&member=x&day=no&before=a&person=1")

    assert "<b>4 entries</b>" in page
    assert "as Viewer" in page
    assert "Ben Hale" in page
    assert "<b>1 entry</b>" in narrowed
    assert odd.status_code == 200
    assert b"The chain holds" in client.post("/privacy/audit/verify", follow=True).content


def test_taking_the_audit_out_is_in_the_audit(
    party: Organisation, ada: Member, three: None
) -> None:
    answer = signed_in(ada).get("/privacy/audit.csv?kind=people+exported")

    lines = b"".join(answer).decode().splitlines()  # type: ignore[arg-type]
    assert len(lines) == 4
    assert AuditEntry.objects.filter(kind="audit exported").count() == 1

"""Whatever the house holds of someone, it can tell them; and what it forgot stays forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from muster.organisations.models import AuditEntry, Member, Organisation
from muster.people import consenting, erasing, holding, reapplying, suppressing, tombstones
from muster.people.models import ContactPoint, Person, Wording
from muster.people.record import noting
from tests.conftest import MORNING, NOON
from tests.people.making import on_the_list


@pytest.fixture
def zoe(party: Organisation) -> Person:
    return on_the_list(party, "zoe@example.org", "Zoë", "Hart", phone="+447700900001")


@pytest.fixture
def log(tmp_path: Path) -> "Path":
    return tmp_path / "erasures.jsonl"


def test_everything_is_told_by_room(
    party: Organisation, zoe: Person, ada: Member, email_wording: Wording
) -> None:
    consenting.give(zoe, "email", wording=email_wording, source="Stall", at=MORNING)
    suppressing.suppress(party, channel="sms", value="+447700900001", reason="asked", at=NOON)
    noting.write(zoe, "Met Ben Hale at the stall.", by=ada, at=NOON)

    told = {held.title: held for held in holding.held_of(party, zoe.pk)["people"]}

    assert told["Who you are"].rows[0]["Given name"] == "Zoë"
    assert [row["Address"] for row in told["How to reach you"].rows] == [
        "zoe@example.org",
        "+447700900001",
    ]
    assert told["What you allowed and refused"].rows[0]["To these words"] == email_wording.text
    assert told["Where we may not reach you"].rows[0]["Channel"] == "Text message"
    assert told["Notes"].may_name_others
    assert "Tags" not in told


def test_an_erasure_is_in_the_audit(zoe: Person, ada: Member) -> None:
    zoe_id = zoe.pk

    erasing.erase(zoe, by=ada, at=NOON)

    entry = AuditEntry.objects.get(kind="person erased")
    assert (entry.about_id, entry.member) == (zoe_id, ada)


def test_whoever_was_erased_stays_so_after_a_backup_was_restored(
    party: Organisation, zoe: Person, ada: Member, log: Path
) -> None:
    code = zoe.code
    with override_settings(ERASURES=log):
        erasing.erase(zoe, by=ada, at=NOON)
    back = on_the_list(party, "zoe@example.org", "Zoë", "Hart")
    Person.objects.filter(pk=back.pk).update(code=code)
    ann = on_the_list(party, "ann@example.org", "Ann", "Lee")
    party.suppressions.all().delete()

    first = reapplying.reapply(list(tombstones.read(log)), at=NOON + timedelta(days=1))
    again = reapplying.reapply(list(tombstones.read(log)), at=NOON + timedelta(days=1))

    assert (first.read, first.erased) == (1, 1)
    assert (again.erased, again.stopped) == (0, 0)
    assert list(Person.objects.values_list("pk", flat=True)) == [ann.pk]
    assert suppressing.is_suppressed(party, "email", "zoe@example.org")


def test_the_log_of_erasures_names_nobody(zoe: Person, ada: Member, log: Path) -> None:
    with override_settings(ERASURES=log):
        erasing.erase(zoe, by=ada, at=NOON)

    text = log.read_text()
    assert "zoe" not in text.lower()
    assert str(zoe.code) not in text
    assert log.stat().st_mode & 0o077 == 0


def test_a_garbled_log_is_refused_whole_and_a_line_cut_short_is_left(log: Path) -> None:
    log.write_text('{"organisation": "x"}\n')
    with pytest.raises(tombstones.Garbled, match="Line 1"):
        list(tombstones.read(log))

    log.write_text('{"organisation": "fair')
    assert list(tombstones.read(log)) == []


def test_those_whose_time_is_over_may_come_again(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    before = settings.ERASURES.read_bytes() if settings.ERASURES.exists() else b""

    erasing.erase(zoe, by=ada, at=NOON, is_asked_for=False)

    assert not ContactPoint.objects.filter(value="zoe@example.org").exists()
    assert not suppressing.is_suppressed(party, "email", "zoe@example.org")
    assert (settings.ERASURES.read_bytes() if settings.ERASURES.exists() else b"") == before

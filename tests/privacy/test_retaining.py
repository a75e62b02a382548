"""What is kept too long goes by itself, once somebody saw what would go (DP-5)."""

from datetime import datetime, timedelta

import pytest

from muster.journal import journal
from muster.organisations.models import AuditEntry, Member, Organisation
from muster.people import suppressing
from muster.people.models import Import, ImportRefusal, Person
from muster.people.record import noting
from muster.people.record.models import Note
from muster.privacy import cases, retained, retaining
from muster.privacy.models import Purge
from tests.conftest import MORNING, NOON, signed_in
from tests.people.making import on_the_list

OLD = MORNING - timedelta(days=800)


def joined(person: Person, at: datetime) -> Person:
    Person.objects.filter(pk=person.pk).update(joined_at=at)
    return person


@pytest.fixture
def zoe(party: Organisation) -> Person:
    return joined(on_the_list(party, "zoe@example.org", "Zoë", "Hart"), OLD)


def test_only_those_of_whom_nothing_was_heard_go(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    ann = joined(on_the_list(party, "ann@example.org", "Ann", "Lee"), OLD)
    bea = joined(on_the_list(party, "bea@example.org", "Bea", "Orr"), OLD)
    new = on_the_list(party, "new@example.org", "New", "Comer")
    came = joined(on_the_list(party, "came@example.org", "Came", "Today"), OLD)
    journal.record("person imported", party, at=MORNING, person_id=came.pk)
    journal.record("volunteered", party, at=MORNING, person_id=ann.pk)
    journal.record("message delivered", party, at=MORNING, person_id=zoe.pk)
    request = cases.Request("access", "email", "", "", "", OLD.date(), bea)
    cases.open_case(party, request, by=ada, at=NOON)
    rule = retaining.switch_on(party, "inactive", days=731, by=ada, at=NOON)

    assert retaining.run(rule, NOON) == 1

    left = Person.objects.values_list("pk", flat=True).order_by("pk")
    assert list(left) == sorted([ann.pk, bea.pk, new.pk, came.pk])
    assert not suppressing.is_suppressed(party, "email", "zoe@example.org")
    entry = AuditEntry.objects.get(kind="purged")
    assert (entry.codes["gone"], entry.codes["of"]) == (1, "inactive")


def test_a_run_goes_on_where_it_broke_off_and_stops_when_paused(
    party: Organisation, zoe: Person, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retaining, "AT_ONCE", 2)
    for number in range(5):
        noting.write(zoe, f"Note {number}", by=ada, at=OLD)
    rule = retaining.switch_on(party, "notes", days=100, by=ada, at=NOON)
    purge = Purge.objects.create(rule=rule, before=NOON - timedelta(days=100), began_at=NOON)
    retaining._chunk(retaining._kinds["notes"], purge, NOON)

    retaining.pause(rule, by=ada, at=NOON)
    retaining.run(rule, NOON)
    while_paused = Note.objects.count()
    retaining.go_on(rule, by=ada, at=NOON)
    gone = retaining.run(rule, NOON + timedelta(days=1))

    assert (while_paused, Note.objects.count(), gone) == (3, 0, 5)
    assert AuditEntry.objects.get(kind="purged").codes["gone"] == 5


def test_a_night_with_nothing_to_do_leaves_nothing_behind(party: Organisation, ada: Member) -> None:
    rule = retaining.switch_on(party, "notes", days=100, by=ada, at=NOON)

    retaining.run(rule, NOON)

    assert not Purge.objects.exists()


def test_each_kind_counts_shows_and_purges(party: Organisation, zoe: Person, ada: Member) -> None:
    taken = Import.objects.create(
        organisation=party, name="a.csv", path="", size=1, sha256="", finished_at=OLD
    )
    ImportRefusal.objects.create(of=taken, line=7, text="Zoë,x", reason="No e-mail")
    for kept in retaining.kinds():
        before = NOON - timedelta(days=1)
        count = kept.count(party, before)
        assert len(kept.sample(party, before)) == min(count, retained.SAMPLE), kept.key
        assert kept.purge(party, before, 500, NOON) == count, kept.key
        assert kept.count(party, before) == 0, kept.key

    assert ImportRefusal.objects.get().text == "(erased)"


def test_it_is_seen_before_it_is_switched_on(party: Organisation, zoe: Person, ada: Member) -> None:
    client = signed_in(ada)

    page = client.get("/privacy/retention/inactive?days=1").content.decode()
    assert "<b>1</b> would go tonight" in page
    assert "Zoë Hart" in page
    assert client.post("/privacy/retention/inactive", {"days": "0"}).status_code == 200
    assert not party.retention_rules.exists()
    unseen = client.post("/privacy/retention/inactive", {"days": "900", "seen": "1"})
    assert "Nothing was switched yet." in unseen.text
    assert not party.retention_rules.exists()
    client.post("/privacy/retention/inactive", {"days": "900", "seen": "900"})
    client.post("/privacy/retention/inactive/turn", {"to": "pause"})
    assert b"Paused" in client.get("/privacy/retention").content
    client.post("/privacy/retention/inactive/turn", {"to": "off"})
    assert b"no rule is on" in client.get("/privacy/retention").content
    assert client.get("/privacy/retention/nothing").status_code == 404

"""Who is erased is forgotten, and stays uncontacted."""

import pytest

from muster.journal import journal
from muster.journal.models import Fact
from muster.organisations.models import Member, Organisation
from muster.people import erasing, facts, suppressing
from muster.people.models import ContactPoint, Import, ImportRefusal, Person, PersonWord
from tests.conftest import MORNING, NOON
from tests.people.making import on_the_list


@pytest.fixture
def zoe(party: Organisation) -> Person:
    zoe = on_the_list(party, "zoe@example.org", "Zoë", "Hart", phone="+447700900001")
    journal.record(facts.PERSON_JOINED, party, at=MORNING, person_id=zoe.pk)
    return zoe


def test_only_keyed_hashes_remain(party: Organisation, zoe: Person, ada: Member) -> None:
    zoe_id = zoe.pk

    erasing.erase(zoe, by=ada, at=NOON)

    assert not Person.objects.filter(pk=zoe_id).exists()
    assert not ContactPoint.objects.filter(person_id=zoe_id).exists()
    assert not PersonWord.objects.filter(person_id=zoe_id).exists()
    assert suppressing.is_suppressed(party, "email", "zoe@example.org")
    assert suppressing.is_suppressed(party, "sms", "+447700900001")


def test_facts_keep_their_codes(zoe: Person, ada: Member) -> None:
    zoe_id = zoe.pk

    erasing.erase(zoe, by=ada, at=NOON)

    kinds = Fact.objects.filter(person_id=zoe_id).values_list("kind", flat=True)
    assert list(kinds.order_by("at")) == ["person joined", "person erased"]


def test_refused_rows_with_their_address_are_forgotten_too(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    taken = Import.objects.create(organisation=party, name="list.csv", path="", size=1, sha256="")
    for line, text in ((7, "Zoë,Zoe@example.org,x"), (8, "Z,07700 900001"), (9, "Ann,Lee")):
        ImportRefusal.objects.create(of=taken, line=line, text=text, reason="x")

    erasing.erase(zoe, by=ada, at=NOON)

    kept = dict(ImportRefusal.objects.values_list("line", "text"))
    assert kept == {7: "(erased)", 8: "(erased)", 9: "Ann,Lee"}


def test_upper_rooms_are_asked_to_forget(zoe: Person, ada: Member) -> None:
    asked: list[int] = []
    forget = erasing.register(lambda organisation, person_id: asked.append(person_id))
    zoe_id = zoe.pk

    erasing.erase(zoe, by=ada, at=NOON)

    erasing._forgetting.remove(forget)
    assert asked == [zoe_id]

"""One e-mail address is one person."""

from muster.journal.models import Fact
from muster.organisations.models import Organisation
from muster.people.matching import Details, make_or_match
from muster.people.models import ContactPoint, Person, PersonWord
from muster.places.models import Place
from tests.conftest import MORNING, NOON


def test_a_stranger_is_made_with_their_words(party: Organisation, stroud: Place) -> None:
    told = Details("zoe@example.org", "Zoë", "Hart", ["+447700900001"], seat_id=stroud.pk)

    zoe = make_or_match(party, told, at=NOON)

    assert zoe.seat == stroud
    words = set(PersonWord.objects.filter(person_id=zoe.pk).values_list("word", "seat_id"))
    assert ("zoe", stroud.pk) in words
    assert ("07700900001", stroud.pk) in words
    assert Fact.objects.filter(kind="person joined", person_id=zoe.pk).exists()


def test_the_same_address_is_the_same_person(party: Organisation) -> None:
    first = make_or_match(party, Details("zoe@example.org", "Zoë", "Hart"), at=MORNING)
    second = make_or_match(party, Details("zoe@example.org", "Zed", postcode="GL5 1AA"), at=NOON)

    assert first == second
    second.refresh_from_db()
    assert (second.given_name, second.postcode) == ("Zoë", "GL5 1AA")
    assert Person.objects.count() == ContactPoint.objects.count() == 1


def test_another_organisation_has_its_own_person(party: Organisation, rivals: Organisation) -> None:
    ours = make_or_match(party, Details("zoe@example.org"), at=NOON)
    theirs = make_or_match(rivals, Details("zoe@example.org"), at=NOON)

    assert ours != theirs

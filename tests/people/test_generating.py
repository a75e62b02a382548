"""Made-up supporters: the same for a seed, real in nothing but their postcodes."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from muster.organisations.models import Campaigner, Organisation
from muster.people import generating, made_up
from muster.people.models import ConsentEvent, ContactPoint, Person, PersonWord, Suppression
from muster.places.models import Place, Postcode
from tests.conftest import MORNING


@pytest.fixture
def make(
    party: Organisation,
    campaigner: Campaigner,
    stroud: Place,
    neath: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., int]:
    """Stroud has postcodes; Neath, like Northern Ireland here, has none."""
    Postcode.objects.bulk_create([Postcode(code=f"GL5{n}AA", seat=stroud) for n in range(10)])
    Postcode.objects.bulk_create([Postcode(code=f"GL6{n}AB", seat=stroud) for n in range(10)])
    monkeypatch.setattr(made_up, "BLOCK", 200)
    monkeypatch.setattr(generating, "BLOCK", 200)

    def make(how_many: int, seed: int = 7) -> int:
        return generating.generate(party, how_many=how_many, seed=seed, at=MORNING)

    return make


def shown() -> list[tuple[str, ...]]:
    people = Person.objects.order_by("external_id")
    return list(people.values_list("external_id", "given_name", "family_name", "address"))


def test_a_second_run_makes_nobody(make: Callable[..., int]) -> None:
    assert make(300) == 300
    assert make(300) == 0
    assert Person.objects.count() == 300


def test_a_run_broken_off_goes_on_to_the_same_people(make: Callable[..., int]) -> None:
    make(450)
    whole = shown()
    Person.objects.all().delete()
    PersonWord.objects.all().delete()

    make(130)
    make(450)

    assert shown() == whole


def test_nobody_can_be_reached(make: Callable[..., int]) -> None:
    make(400)

    emails = ContactPoint.objects.filter(kind="email").values_list("value", flat=True)
    assert len(set(emails)) == len(emails) > 300
    assert {email.partition("@")[2] for email in emails} <= set(made_up.DOMAINS)
    phones = ContactPoint.objects.filter(kind="phone").values_list("value", flat=True)
    assert len(phones) == 40
    assert all(phone.startswith("+447700900") for phone in phones)


def test_there_are_a_thousand_numbers_in_all() -> None:
    numbers = [made_up.mobile(n) for n in range(100_000)]

    assert len({number for number in numbers if number}) == 1_000
    assert sum(map(bool, numbers)) == 1_000


def test_the_domains_are_reserved() -> None:
    with (Path(made_up.FILES) / "reserved_email_domains.csv").open(encoding="utf-8") as file:
        reserved = {row["name"] for row in csv.DictReader(file)}
    assert set(made_up.DOMAINS) <= reserved


def test_consent_is_patchy_and_where_people_live_too(make: Callable[..., int]) -> None:
    make(1_200)

    yes = ConsentEvent.objects.filter(channel="email", is_given=True).count()
    assert 0.6 < yes / 1_200 < 0.85
    assert ConsentEvent.objects.filter(channel="email", is_given=False).exists()
    assert Suppression.objects.exists()
    hows = set(Person.objects.values_list("seat_how", flat=True))
    assert hows == {"postcode", "said", ""}
    assert (
        Person.objects.exclude(household=None).count()
        > Person.objects.exclude(household=None).values("household").distinct().count()
    )


def test_only_a_demonstration_is_filled(make: Callable[..., int], party: Organisation) -> None:
    Organisation.objects.filter(pk=party.pk).update(is_demonstration=False)
    party.refresh_from_db()

    with pytest.raises(generating.CannotGenerate, match="demonstration"):
        make(10)

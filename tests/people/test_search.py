"""Finding people by the beginning of any word, as far as one reaches."""

from collections.abc import Callable

import pytest

from muster.organisations.models import Member, Organisation
from muster.people import placing, search
from muster.people.models import Person
from muster.places.models import Place
from muster.places.scope import reach_of
from tests.conftest import NOON
from tests.people.making import on_the_list

Finds = Callable[..., list[str]]


@pytest.fixture
def people(party: Organisation, stroud: Place, neath: Place) -> list[Person]:
    told = [
        ("zoe.hart@example.org", "Zoë", "Hart", "+447700900123", stroud),
        ("mj@example.com", "Mary-Jane", "O'Neil", "", neath),
        ("wild_card%x@example.net", "Zachary", "Hartley", "", neath),
    ]
    return [
        on_the_list(party, email, given, family, phone=phone, seat=seat)
        for email, given, family, phone, seat in told
    ]


@pytest.fixture(params=[search.FEW, 0])
def finds(
    request: pytest.FixtureRequest, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> Finds:
    """Given names found, whether the reach counts as few people or as many."""
    monkeypatch.setattr(search, "FEW", max(request.param, 1))

    def finds(member: Member, text: str) -> list[str]:
        reach = reach_of(member, at=NOON)
        found = search.find(member.organisation, reach, text)
        return [person.given_name for person in found]

    return finds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zo", ["Zoë"]),
        ("ZOË ha", ["Zoë"]),
        ("hart", ["Zoë", "Zachary"]),
        ("z hartl", ["Zachary"]),
        ("oneil", ["Mary-Jane"]),
        ("o'n", ["Mary-Jane"]),
        ("jane", ["Mary-Jane"]),
        ("zoe.hart@ex", ["Zoë"]),
        ("07700 900", ["Zoë"]),
        ("+44 7700 900123", ["Zoë"]),
        ("7700900123", ["Zoë"]),
        ("wild_card%", ["Zachary"]),
        ("w%d", []),
        ("nobody", []),
        ("", []),
        ("%", []),
    ],
)
def test_head_office_finds_by_the_beginning_of_any_word(
    finds: Finds, ada: Member, text: str, found: list[str]
) -> None:
    assert finds(ada, text) == found


def test_a_seat_organiser_finds_only_their_own(finds: Finds, ben: Member) -> None:
    assert finds(ben, "hart") == ["Zoë"]
    assert finds(ben, "mary") == []


def test_rivals_find_nobody_of_ours(finds: Finds, drew: Member) -> None:
    assert finds(drew, "hart") == []


def test_who_moves_is_found_by_their_new_organiser(
    finds: Finds, people: list[Person], ada: Member, ben: Member, stroud: Place
) -> None:
    placing.say_seat(people[1], stroud, by=ada, at=NOON)

    assert finds(ben, "mary") == ["Mary-Jane"]

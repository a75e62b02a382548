"""The demonstration's own parts: who is in it, when it is, what is told of it."""

from dataclasses import replace
from datetime import date

import pytest

from muster.cli.demonstration import cast, going, telling, ways_in
from muster.cli.demonstration.telling import Report
from muster.organisations.models import Campaigner, Role, Unit
from muster.places.models import Place
from tests.conftest import NOON

REPORT = Report(
    seats=200,
    seats_live=200,
    audience=30_324,
    delivered=21_204,
    failed=0,
    left_out={"No consent for e-mail.": 8_000, "Asked not to be contacted.": 1_120},
    uncertain=0,
    lost=0,
    twice=0,
    seconds=18.4,
    per_second=1_152.0,
    first_seat_s=0.4,
    median_seat_s=0.7,
    last_seat_s=1.0,
    sign_up_seat="Burnley",
    sign_up_source="abcdefghjk",
    supporters=100_001,
)


def test_the_result_is_told_in_words_and_figures() -> None:
    words = telling.in_words(REPORT)

    assert words[0] == (
        "200 of 200 seats live; 21,204 e-mails delivered in 18 s, 9,120 people left out"
        " (No consent for e-mail: 8,000, Asked not to be contacted: 1,120)."
    )
    assert "lost 0, twice 0" in words[1]
    assert "Burnley" in words[-1]


def test_numbers_that_do_not_add_up_are_said_aloud() -> None:
    wrong = replace(REPORT, audience=30_325)

    assert not telling.is_good(wrong)
    assert "DO NOT ADD UP" in telling.in_words(wrong)[1]


def test_a_letter_lost_or_sent_twice_is_no_success() -> None:
    assert telling.is_good(REPORT)
    assert not telling.is_good(replace(REPORT, lost=1))
    assert not telling.is_good(replace(REPORT, twice=1))


def test_the_date_is_a_saturday_with_time_to_ring_people() -> None:
    for day in range(1, 15):
        today = date(2026, 5, day)
        chosen = going.a_saturday(today)
        assert chosen.weekday() == 5
        assert 7 <= (chosen - today).days <= 13


@pytest.mark.django_db
def test_gathering_twice_gathers_the_same_people(stroud: Place, neath: Place) -> None:
    for _ in range(2):
        gathered = cast.gather(NOON)
        ben = cast.settle(gathered, [stroud, neath], NOON)

    organisation = gathered.organisation
    assert organisation.is_demonstration
    assert organisation.members.count() == 4
    assert Role.objects.filter(member__organisation=organisation).count() == 4
    assert Unit.objects.filter(organisation=organisation, kind="seat").count() == 2
    assert organisation.campaigners.filter(kind=Campaigner.Kind.CANDIDATE).count() == 2
    assert ben.roles.get().unit.place_code == stroud.code


@pytest.mark.django_db
def test_candidates_are_the_same_made_up_people_on_every_machine(stroud: Place) -> None:
    gathered = cast.gather(NOON)

    cast.settle(gathered, [stroud], NOON)

    candidate = Campaigner.objects.get(kind=Campaigner.Kind.CANDIDATE)
    assert candidate.promoter != candidate.name
    assert candidate.on_behalf_of == candidate.name
    assert "Demonstration House" in candidate.address
    assert candidate.name == cast._candidate(gathered.organisation, stroud).name


@pytest.mark.django_db
def test_every_member_gets_a_way_in_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_STAFF_ADDRESS", "http://localhost:8400")
    gathered = cast.gather(NOON)

    lines = ways_in.in_words([gathered.ada, gathered.cara], NOON)

    assert "Ada Marsh, Administrator in Head office" in lines[1]
    assert "http://localhost:8400/enter/" in lines[2]
    assert lines[1].split("/enter/")[1] != lines[2].split("/enter/")[1]

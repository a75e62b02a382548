"""The demonstration's own parts: who is in it, when it is, what is told of it."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from muster.cli.demonstration import cast, preparing, signing_up, telling, ways_in
from muster.cli.demonstration.telling import Report
from muster.lib.sink import Store
from muster.organisations.models import Campaigner, Role, Unit
from muster.places.models import Place
from tests.conftest import NOON

REPORT = Report(
    seats_asked=200,
    seats_live=200,
    items=800,
    audience=30_324,
    delivered=21_204,
    failed=0,
    left_out=9_120,
    uncertain=0,
    waiting=0,
    lost=0,
    twice=0,
    first_s=0.4,
    median_s=1.7,
    last_s=3.0,
    finished_s=18.4,
    per_second=1_152.0,
    unexpected=0,
    items_by_state={"live": 800},
    left_out_by_reason={"No consent for e-mail.": 8_000, "Asked not to be contacted.": 1_120},
    not_recallable=21_404,
    rehearsed=21_204,
    rehearsal_s=20.0,
    sign_up_seat="Burnley",
    sign_up_source="abcdefghjk",
    supporters=100_001,
)
FIELDS = [
    *("seats_asked", "seats_live", "items", "audience", "delivered", "failed", "left_out"),
    *("uncertain", "waiting", "lost", "twice", "first_s", "median_s", "last_s", "finished_s"),
    "per_second",
]


def test_the_result_is_told_in_words_and_figures() -> None:
    words = telling.in_words(REPORT)

    assert words[0] == "200 of 200 seats live, 800 items (live: 800)."
    assert words[1] == (
        "From Go to a seat being live: the first 0.4 s, the median 1.7 s, the last 3.0 s."
        " Everything ended after 18 s, at 1,152 e-mails a second."
    )
    assert words[2] == (
        "21,204 e-mails delivered, 9,120 people left out"
        " (No consent for e-mail: 8,000, Asked not to be contacted: 1,120)."
    )
    assert "lost 0, twice 0, unexpected 0" in words[3]
    assert "Burnley" in words[-1]


def test_the_report_is_written_as_plain_numbers_under_known_names(tmp_path: Path) -> None:
    telling.write(REPORT, tmp_path / "demo" / "report.json")

    written = json.loads((tmp_path / "demo" / "report.json").read_text())
    assert list(written)[: len(FIELDS)] == FIELDS
    assert all(isinstance(written[name], int | float) for name in FIELDS)


def test_numbers_that_do_not_add_up_are_said_aloud() -> None:
    wrong = replace(REPORT, audience=30_325)

    assert not telling.is_good(wrong)
    assert "DO NOT ADD UP" in telling.in_words(wrong)[3]


@pytest.mark.parametrize("what", ["lost", "twice", "unexpected"])
def test_a_letter_lost_sent_twice_or_sent_to_someone_left_out_is_no_success(what: str) -> None:
    assert telling.is_good(REPORT)
    assert not telling.is_good(replace(REPORT, **{what: 1}))


def test_a_launch_in_which_nothing_went_live_has_no_clocks_to_tell() -> None:
    still = replace(REPORT, first_s=None, median_s=None, last_s=None, seats_live=0)

    assert not any("From Go" in line for line in telling.in_words(still))


def test_the_date_is_a_saturday_with_time_to_ring_people() -> None:
    for day in range(1, 15):
        today = date(2026, 5, day)
        chosen = preparing.a_saturday(today)
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


def test_the_sign_up_takes_the_first_seat_whose_letters_the_sink_still_has(
    tmp_path: Path, settings: Any, stroud: Place, neath: Place
) -> None:
    settings.VAR = tmp_path
    link = "http://localhost:8401/fair-future/volunteer/neath?s=abc123"
    letter = f"X-Muster-Seat: {neath.code}\r\nSubject: Doors\r\n\r\nCome along: {link}\r\n"
    store = Store(tmp_path / "sink")
    store.add(letter.encode(), "nia@example.org")
    store.close()

    assert signing_up._link_in_a_letter([stroud, neath]) == (neath, link)
    with pytest.raises(signing_up.NobodyAnswered):
        signing_up._link_in_a_letter([stroud])

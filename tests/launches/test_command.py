"""`muster go`, as someone types it."""

from contextlib import nullcontext

import pytest
from typer.testing import CliRunner, Result

from muster.cli import app, house
from muster.launches.models import Item, Launch
from muster.messaging.models import Sending
from muster.organisations.models import Member
from muster.places.models import Place
from tests.launches.conftest import armed, held

ADA, BEN, DREW = "ada.marsh@example.org", "ben.hale@example.org", "drew.pike@example.org"


@pytest.fixture(autouse=True)
def house_is_open(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Tests stand in an open house already: its database is the test's own."""
    monkeypatch.setattr(house, "open_house", nullcontext)


def say(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["go", *words], input=typed)


def test_launches_are_listed_with_their_numbers(launch: Launch) -> None:
    said = say("list")

    assert said.exit_code == 0
    assert f"{launch.pk}  Fair Future  Saturday: " in said.output
    assert "0 of 2 seats live" in said.output


def test_before_go_all_that_stands_in_the_way_is_told(launch: Launch) -> None:
    launch.page.is_open = False
    launch.page.save()

    said = say("show", "saturday")

    assert "Nothing stands in its way." not in said.output
    assert "page" in said.output.lower()


def test_a_launch_that_is_not_there_is_refused_in_words(launch: Launch) -> None:
    said = say("show", "Sunday")

    assert said.exit_code == 1
    assert "No launch is called Sunday." in said.output


def test_whoever_organises_a_seat_holds_it_and_no_other(
    launch: Launch, ben: Member, stroud: Place
) -> None:
    theirs = say("hold", "Saturday", "Stroud", "--as", BEN, "--reason", "Wrong hall")
    other = say("hold", "Saturday", "Neath and Swansea East", "--as", BEN)

    assert (theirs.exit_code, other.exit_code) == (0, 1)
    assert "Ben Hale may not do this in Neath and Swansea East." in other.output
    assert {seat for seat, _ in held(launch)} == {"Stroud"}
    assert set(held(launch).values()) == {"Wrong hall"}


def test_what_was_held_is_released_again(launch: Launch, ben: Member) -> None:
    say("hold", "Saturday", "Stroud", "--as", BEN)

    said = say("release", "Saturday", "Stroud", "--as", BEN)

    assert said.exit_code == 0, said.output
    assert not Item.objects.filter(launch=launch, held_at__isnull=False).exists()


def test_a_member_of_another_organisation_is_nobody_here(launch: Launch, drew: Member) -> None:
    said = say("stop", "Saturday", "--as", DREW)

    assert said.exit_code == 1
    assert "is no member of Fair Future" in said.output


def test_the_name_is_asked_for_before_go(launch: Launch, ada: Member, dilys: Member) -> None:
    armed(launch, ada, dilys)

    wrong = say("press", "Saturday", "--as", ADA, typed="saturdey\n")
    assert wrong.exit_code == 1
    assert "nothing went out" in wrong.output
    launch.refresh_from_db()
    assert launch.went_at is None

    right = say("press", "Saturday", "--as", ADA, typed="Saturday\n")
    assert right.exit_code == 0, right.output
    launch.refresh_from_db()
    assert launch.went_by == ada


def test_one_that_is_not_armed_does_not_go_and_nothing_here_arms_it(
    launch: Launch, ada: Member
) -> None:
    said = say("press", "Saturday", "--as", ADA, typed="Saturday\n")

    assert said.exit_code == 1
    assert "Two members must arm it first." in said.output
    assert say("arm", "Saturday").exit_code == 2


def test_stopped_it_stands_and_goes_on_where_it_was(
    launch: Launch, ada: Member, dilys: Member
) -> None:
    armed(launch, ada, dilys)
    say("press", "Saturday", "--as", ADA, typed="Saturday\n")

    stopped = say("stop", "Saturday", "--as", ADA)
    launch.refresh_from_db()
    assert (stopped.exit_code, launch.stopped_by) == (0, ada)
    assert launch.sending is not None
    assert Sending.objects.get(pk=launch.sending.pk).state == Sending.State.STOPPED

    on = say("go-on", "Saturday", "--as", ADA)
    assert on.exit_code == 0, on.output
    launch.refresh_from_db()
    assert launch.stopped_at is None

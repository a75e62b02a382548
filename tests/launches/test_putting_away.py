"""A launch is put away when it was given up or is over, taken out again, and renamed."""

import pytest

from muster.launches import arming, events, going, putting_away
from muster.launches.models import Event, Launch
from muster.organisations.models import Member
from tests.conftest import NOON
from tests.launches.conftest import armed, now

pytestmark = pytest.mark.django_db


def happened(launch: Launch) -> list[tuple[str, str]]:
    kept = Event.objects.filter(launch=launch).exclude(what=events.DRAFTED).order_by("pk")
    return list(kept.values_list("what", "reason"))


def test_a_draft_that_was_given_up_is_put_away_once_and_taken_out_again(
    launch: Launch, ada: Member
) -> None:
    for _ in range(2):
        putting_away.put_away(launch, by=ada, at=NOON, reason="The election was called off.")
    launch.refresh_from_db()
    was_away = launch.put_away_at
    putting_away.take_out(launch, by=ada, at=NOON)

    assert was_away == NOON
    assert happened(launch) == [
        (events.PUT_AWAY, "The election was called off."),
        (events.TAKEN_OUT, ""),
    ]


def test_what_is_armed_or_under_way_stays_in_sight(
    launch: Launch, ada: Member, dilys: Member
) -> None:
    launch = armed(launch, ada, dilys)
    with pytest.raises(putting_away.CannotPutAway, match="disarm it first"):
        putting_away.put_away(launch, by=ada, at=NOON)

    going.go(launch, by=ada, at=now())
    with pytest.raises(putting_away.CannotPutAway, match="not over"):
        putting_away.put_away(launch, by=ada, at=NOON)


def test_what_was_put_away_is_not_armed(launch: Launch, ada: Member) -> None:
    putting_away.put_away(launch, by=ada, at=NOON)

    with pytest.raises(arming.CannotArm, match="take it out again first"):
        arming.arm(launch, by=ada, at=NOON, proved_at=NOON)


def test_it_is_renamed_but_not_to_another_launchs_name_or_to_nothing(
    launch: Launch, ada: Member
) -> None:
    Launch.objects.filter(pk=launch.pk).update(name="Doors")
    putting_away.rename(launch, "  Doors and phones ", by=ada, at=NOON)
    with pytest.raises(putting_away.CannotPutAway, match="Give it a name"):
        putting_away.rename(launch, "  ", by=ada, at=NOON)

    launch.refresh_from_db()
    assert launch.name == "Doors and phones"
    assert happened(launch) == [(events.RENAMED, "Called Doors before.")]


def test_a_seats_organiser_may_not(launch: Launch, ben: Member) -> None:
    for act in (putting_away.put_away, putting_away.take_out):
        with pytest.raises(putting_away.CannotPutAway, match="You may not"):
            act(launch, by=ben, at=NOON)

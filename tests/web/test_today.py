"""Today tells each member what is theirs, in words with live numbers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from muster.journal import journal
from muster.messaging.models import Sending
from muster.organisations.models import Member
from muster.places import targets
from muster.places.scope import reach_of
from muster.web.today_standing import our_targets
from tests.conftest import signed_in
from tests.house.conftest import world
from tests.wrong_people.frame import cleo_wrote_in
from tests.wrong_people.messages import message_in_stroud
from tests.wrong_people.places import made
from tests.wrong_people.world import World

__all__ = ["world"]


def today_of(member: Member) -> str:
    answer = signed_in(member).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def sending_in(world: World, state: str) -> Sending:
    now = datetime.now(UTC)
    return Sending.objects.create(
        organisation=world.party,
        message=message_in_stroud(world),
        state=state,
        month=now.date().replace(day=1),
        pressed_by=world.ada,
        pressed_at=now,
        finished_at=now if state == "finished" else None,
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [("releasing", "Going out"), ("stopped", "Stopped"), ("finished", "Sent today")],
)
def test_a_message_under_way_stands_at_the_top(world: World, state: str, said: str) -> None:
    sending_in(world, state)

    assert said in today_of(world.ada)


def test_a_message_finished_days_ago_is_history(world: World) -> None:
    sending = sending_in(world, "finished")
    sending.finished_at = datetime.now(UTC) - timedelta(days=3)
    sending.save()

    assert "Sent" not in today_of(world.ada)


def test_a_trial_list_leaves_todays_targets_as_they_are(world: World) -> None:
    first = made(world)
    targets.choose(
        world.party,
        name="Trial",
        party=first.party,
        election=first.election,
        inputs=targets.Inputs(how_many=1),
        by=world.ada,
        at=datetime.now(UTC),
    )

    ours = our_targets(world.ada, reach_of(world.ada, at=datetime.now(UTC)))

    assert {target.target_list for target in ours} == {first}


def test_a_volunteer_past_their_time_is_the_first_thing_to_do(world: World) -> None:
    cleo_wrote_in(world)

    page = today_of(world.ben)

    assert "Ring 1 volunteer whose time has passed" in page
    assert "Late by" in page
    assert "Today in Stroud" in page


def test_another_seats_volunteers_and_facts_stay_theirs(world: World) -> None:
    cleo_wrote_in(world)
    journal.record(
        "volunteered",
        world.party,
        at=datetime.now(UTC),
        person_id=world.cleo.pk,
        place_id=world.stroud.pk,
    )

    assert "Cleo Winter volunteered in Stroud" in today_of(world.ben)
    assert "Cleo" not in today_of(world.wyn)
    assert "volunteered" not in today_of(world.wyn)


def test_someone_without_a_role_is_told_whom_to_ask(world: World) -> None:
    assert "You have no role" in today_of(world.nobody)


def test_search_finds_people_in_reach_seats_and_pages(world: World) -> None:
    from muster.people import filing

    filing.file(world.cleo)

    def found(member: Member, text: str) -> str:
        return signed_in(member).get("/search", {"q": text}).content.decode()

    assert "Cleo Winter" in found(world.ben, "cle win")
    assert "Cleo Winter" not in found(world.wyn, "cle win")
    assert "E14001530" in found(world.ada, "stro")
    assert "/settings/" in found(world.ada, "sett")
    assert "Nobody and nothing" in found(world.ada, "xyzzy")


def test_a_search_from_a_stranger_leads_to_sign_in() -> None:
    answer = Client().get("/search?q=cleo")

    assert answer.headers["Location"].startswith("/accounts/login/")

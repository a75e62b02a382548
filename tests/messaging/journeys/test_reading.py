"""A journey in numbers, made ready, tried beforehand, and what erasing and merging do to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from muster.actions.models import ActionPage
from muster.audiences import counting
from muster.channels.models import EmailAccount
from muster.cli import journey_words
from muster.messaging.journeys import leaving, reading, ready_made, rehearsing, starting
from muster.messaging.journeys.models import Journey, Step, Traveller
from muster.messaging.journeys.trees import tree_of
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people import consenting, erasing
from muster.people.duplicates import merging, unmerging
from muster.people.models import Person
from tests.messaging.conftest import Mailbox
from tests.messaging.journeys.conftest import Wrote, happened, now, path, stands, tick

pytestmark = pytest.mark.django_db(transaction=True)
Put = Callable[..., Step]
DAY = timedelta(days=1)


def test_the_numbers_add_up_and_tell_how_each_step_went(
    journey: Journey,
    put: Put,
    written: Wrote,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    ask = put("ask", message=written("Come once").pk)
    wait = put("wait", minutes=60)
    starting.start(journey, by=ada, at=now())
    consenting.withdraw(crowd[0], "email", source="Phone", at=now())
    for person in crowd:
        happened("volunteered", person)
    tick()
    leaving.take_out(Traveller.objects.get(person=crowd[1]), by=ada, at=now())

    look = reading.look(journey)
    in_neath = reading.look(journey, [crowd[4].seat_id or 0])

    assert (look.entered, look.there, look.endings) == (8, 7, {"taken_out": 1})
    assert look.steps[ask.pk].outcomes == {"sent": 8}
    assert look.steps[ask.pk].letters == {"delivered": 7, "left out": 1}
    assert sum(look.steps[ask.pk].left.values()) == 1
    assert look.steps[wait.pk].waiting == 7
    assert (in_neath.entered, in_neath.there) == (4, 4)
    assert reading.counts_of([journey]) == {journey.pk: (7, 8, 0)}


@pytest.mark.parametrize("key", list(ready_made.ALL))
def test_one_made_ready_needs_only_its_letters_approved(
    key: str,
    party: Organisation,
    campaigner: Campaigner,
    page: ActionPage,
    account: EmailAccount,
    ada: Member,
) -> None:
    made = ready_made.make(key, party, page=page, account=account, by=ada, at=now())
    again = ready_made.make(key, party, page=page, account=account, by=ada, at=now())

    assert starting.problems(made, now())
    assert all("approve" in words for words in starting.problems(made, now()))
    assert again.name == f"{made.name} 2"
    assert len(tree_of(made).listed()) == made.steps.count()


def test_a_way_is_told_beforehand_with_its_times_and_nothing_is_written(
    journey: Journey, put: Put, written: Wrote, ann: Person, party: Organisation
) -> None:
    put("send", message=written("Thanks").pk)
    put("wait", minutes=60)
    fork = put("branch", on="reply")
    put("tag", fork, "yes", tag="Yes")
    at = now()

    stops = rehearsing.walk_through(journey, ann, at)

    assert [(stop.kind, stop.side) for stop in stops] == [
        ("send", ""),
        ("wait", ""),
        ("branch", ""),
        ("tag", "yes"),
    ]
    assert stops[0].words == "Would be sent."
    assert stops[3].at == at + timedelta(hours=1)
    assert not Traveller.objects.exists()
    assert rehearsing.may_enter(journey, ann, at) == ""


def test_somebody_erased_leaves_no_trace_on_it(
    journey: Journey, put: Put, ada: Member, ann: Person
) -> None:
    put("tag", tag="First")
    put("wait", minutes=60)
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)
    tick()

    erasing.erase(ann, by=ada, at=now())

    assert reading.look(journey).entered == 0
    assert not Traveller.objects.exists()


def test_two_on_it_who_become_one_walk_once_and_part_again(
    journey: Journey, put: Put, ada: Member, ann: Person, bob: Person
) -> None:
    put("tag", tag="First")
    put("wait", minutes=60)
    starting.start(journey, by=ada, at=now())
    for person in (ann, bob):
        happened("volunteered", person)
    tick()

    merged = merging.merge(ann, bob, by=ada, at=now())
    one = list(Traveller.objects.filter(journey=journey, ended_at=None))
    unmerging.undo(merged, by=ada, at=now())

    assert [traveller.person_id for traveller in one] == [ann.pk]
    assert {stands(ann), stands(Person.objects.get(pk=bob.pk))} == {"wait"}
    assert path(ann) == [("tag", "tagged")]


def test_the_command_line_tells_and_pauses(
    journey: Journey, put: Put, ada: Member, party: Organisation
) -> None:
    put("wait", minutes=60)

    told = journey_words.do("start", "welcome", party.slug, ada.user.email)
    paused = journey_words.do("pause", "Welcome", "", ada.user.email)

    assert (told, paused) == (["Welcome: live."], ["Welcome: paused."])
    assert "- Wait: 0 passed" in journey_words.do("show", "Welcome", "", "")
    assert journey_words.every_journey("")[0].endswith("0 did what it is for")
    with pytest.raises(journey_words.CannotDo, match="is no member"):
        journey_words.do("end", "Welcome", "", "nobody@example.org")


def test_an_audience_asks_who_is_on_a_journey(
    journey: Journey, put: Put, ada: Member, ann: Person, party: Organisation
) -> None:
    put("wait", minutes=60)
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)
    tick()
    leaf = {"is": "did", "kind": "entered a journey", "times": 1, "when": {}}
    leaf["about"] = ["journey", journey.pk]

    found = counting.ids(
        {"who": {"all": [leaf]}, "one_per_household": False}, party, at=now(), seats=None
    )

    assert found == [(ann.pk, ann.seat_id)]

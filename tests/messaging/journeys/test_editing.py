"""Steps changed while people walk: nobody is lost, and nothing happens twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from muster.content import approving, masters
from muster.messaging import drafting
from muster.messaging.journeys import editing, making, reading, starting
from muster.messaging.journeys.editing import Spot
from muster.messaging.journeys.models import Journey, Step
from muster.messaging.journeys.trees import tree_of
from muster.organisations.models import Member
from muster.people.models import Person
from tests.messaging.conftest import Mailbox
from tests.messaging.journeys.conftest import Wrote, happened, now, path, stands, tick

pytestmark = pytest.mark.django_db(transaction=True)
Put = Callable[..., Step]
DAY = timedelta(days=1)


def kinds(journey: Journey) -> list[tuple[int, str]]:
    return [(depth, step.kind) for depth, step in tree_of(journey).listed()]


@pytest.fixture
def walked(journey: Journey, put: Put, ada: Member, ann: Person) -> list[Step]:
    """Three steps, the middle one a wait; Ann waits there."""
    steps = [put("tag", tag="First"), put("wait", minutes=60), put("tag", tag="Last")]
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)
    tick()
    assert stands(ann) == "wait"
    return steps


def test_who_stood_at_a_step_that_is_taken_out_goes_on_with_what_followed(
    journey: Journey, walked: list[Step], ada: Member, ann: Person
) -> None:
    editing.take_out(walked[1], by=ada, at=now())

    tick()

    assert stands(ann) == "finished"
    assert path(ann) == [("tag", "tagged"), ("wait", "passed"), ("tag", "tagged")]


def test_who_stood_within_a_branch_that_is_taken_out_goes_on_after_it(
    journey: Journey, put: Put, ada: Member, ann: Person
) -> None:
    fork = put("branch", on="reply")
    put("wait", fork, "no", minutes=60)
    put("tag", tag="After")
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)
    tick()

    editing.take_out(fork, by=ada, at=now())
    tick()

    assert kinds(journey) == [(0, "tag")]
    assert set(ann.tagged.values_list("tag__name", flat=True)) == {"After"}
    assert stands(ann) == "finished"


def test_a_step_that_was_passed_and_is_moved_ahead_is_not_passed_again(
    journey: Journey, walked: list[Step], ada: Member, ann: Person, mailbox: Mailbox, written: Wrote
) -> None:
    letter = editing.add(
        journey, "send", {"message": written("Hello").pk}, Spot(after=walked[1]), by=ada, at=now()
    )
    tick(2 * DAY)
    first = len(mailbox.to(ann))
    happened("volunteered", ann)
    again = editing.add(journey, "wait", {"minutes": 1}, Spot(after=walked[2]), by=ada, at=now())
    editing.move(letter, Spot(after=again), by=ada, at=now())
    tick(3 * DAY)

    assert first == 1
    assert len(mailbox.to(ann)) == 1


def test_a_wait_made_shorter_holds_for_who_waits_counted_from_when_they_came(
    journey: Journey, walked: list[Step], ada: Member, ann: Person
) -> None:
    tick(timedelta(minutes=5))
    waiting = stands(ann)

    editing.change(walked[1], {"minutes": 2}, by=ada, at=now())
    tick(timedelta(minutes=5))

    assert waiting == "wait"
    assert stands(ann) == "finished"


def test_a_step_put_in_ahead_is_walked_and_one_behind_is_not(
    journey: Journey, walked: list[Step], ada: Member, ann: Person
) -> None:
    editing.add(journey, "tag", {"tag": "Ahead"}, Spot(after=walked[1]), by=ada, at=now())
    editing.add(journey, "tag", {"tag": "Behind"}, Spot(), by=ada, at=now())

    tick(DAY)

    tags = set(ann.tagged.values_list("tag__name", flat=True))
    assert tags == {"First", "Ahead", "Last"}


def test_steps_move_up_and_down_on_their_side_and_no_further(
    journey: Journey, put: Put, ada: Member
) -> None:
    first, second = put("wait", minutes=1), put("tag", tag="Two")
    fork = put("branch", on="reply")
    put("tag", fork, "yes", tag="Yes")

    editing.move_by(fork, True, by=ada, at=now())
    editing.move_by(first, False, by=ada, at=now())
    editing.move_by(second, False, by=ada, at=now())

    assert kinds(journey) == [(0, "branch"), (1, "tag"), (0, "wait"), (0, "tag")]
    with pytest.raises(editing.CannotEdit, match="within itself"):
        editing.move(fork, Spot(fork, "yes"), by=ada, at=now())


@pytest.mark.parametrize(
    ("kind", "said", "refused"),
    [
        ("wait", {"minutes": 0}, "at least a minute"),
        ("wait_for", {"fact": "flew", "at_most_minutes": 5}, "from the list"),
        ("wait_until", {"hour": 24}, "from 0 to 23"),
        ("branch", {"on": "audience", "audience": 999_999}, "your own organisation"),
        ("branch", {"on": "moon"}, "Choose what to ask"),
        ("send", {"message": 999_999}, "written for a journey"),
        ("tag", {"tag": " "}, "Write a tag"),
        ("hand", {"member": 999_999}, "member of your organisation"),
        ("fly", {}, "kind of step"),
    ],
)
def test_what_a_step_cannot_say_is_refused_in_words(
    journey: Journey, ada: Member, kind: str, said: dict[str, object], refused: str
) -> None:
    with pytest.raises(editing.CannotEdit, match=refused):
        editing.add(journey, kind, said, Spot(), by=ada, at=now())

    assert not journey.steps.exists()


def test_it_cannot_start_with_words_nobody_approved_and_waits_when_they_change(
    journey: Journey, put: Put, written: Wrote, ada: Member, ann: Person, mailbox: Mailbox
) -> None:
    message = written("Thanks")
    approval = approving.approval_in_force(message.master, now())
    assert approval is not None
    put("send", message=message.pk)
    approving.withdraw(approval, by=approval.by, at=now())
    with pytest.raises(starting.CannotStart, match="“Thanks”: Ask someone else to approve it"):
        starting.start(journey, by=ada, at=now())
    approving.approve(message.master, approval.by, now(), now() + 90 * DAY)
    starting.start(journey, by=ada, at=now())
    words = masters.words_of(message.master)
    changed = drafting.change(
        message, masters.Words(**{**vars(words), "subject": "Changed"}), by=ada, at=now()
    )
    happened("volunteered", ann)

    tick()
    waits, sent = stands(ann), len(mailbox.to(ann))
    approving.approve(changed.master, approval.by, now(), now() + 90 * DAY)
    tick(timedelta(minutes=11))

    assert (waits, sent) == ("send", 0)
    assert len(mailbox.to(ann)) == 1
    assert reading.look(journey).entered == 1


def test_the_start_of_one_that_runs_stands(
    journey: Journey, walked: list[Step], ada: Member
) -> None:
    with pytest.raises(making.CannotMake, match="end it and make another"):
        making.set_start(journey, {"kind": "fact", "fact": "consent given"}, by=ada, at=now())

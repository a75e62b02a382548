"""People enter a journey, take its steps, and leave it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from muster.actions.models import Lead
from muster.audiences import saving
from muster.audiences.models import Audience
from muster.messaging import facts
from muster.messaging.journeys import entering, making, starting, walking
from muster.messaging.journeys.models import Journey, Step, Traveller
from muster.messaging.models import Delivery
from muster.organisations.models import Member, Unit
from muster.people.models import Person, Tag
from muster.people.record import tagging
from muster.people.record.changing import Who
from tests.messaging.conftest import Mailbox, together
from tests.messaging.journeys.conftest import Wrote, happened, now, path, stands, tick
from tests.waiting import wait_for_all_before

pytestmark = pytest.mark.django_db(transaction=True)
Put = Callable[..., Step]
DAY = timedelta(days=1)
A_WEEK = 7 * 24 * 60


def those_with(name: str, by: Member) -> Audience:
    """Everybody who carries a tag, as a saved audience."""
    tag = Tag.objects.get(organisation=by.organisation, name=name)
    who = {"who": {"all": [{"is": "tag", "tag": tag.pk}]}}
    return saving.make(by.organisation, name=name, definition=who, by=by, at=now())


def test_a_volunteer_is_welcomed_waits_and_comes_to_the_end(
    journey: Journey, put: Put, written: Wrote, ada: Member, ann: Person, mailbox: Mailbox
) -> None:
    put("send", message=written("Thanks").pk)
    put("wait", minutes=3 * 24 * 60)
    put("send", message=written("Still there?").pk)
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)

    tick()
    first, waiting = [kept.subject for kept in mailbox.to(ann)], stands(ann)
    tick(4 * DAY)

    assert first == ["Thanks, Ann"]
    assert waiting == "wait"
    assert [kept.subject for kept in mailbox.to(ann)] == ["Thanks, Ann", "Still there?, Ann"]
    assert stands(ann) == "finished"
    assert path(ann) == [("send", "sent"), ("wait", "waited"), ("send", "sent")]


def test_its_letters_say_how_to_stop_and_carry_a_source_code(
    journey: Journey, put: Put, written: Wrote, ada: Member, ann: Person, mailbox: Mailbox
) -> None:
    put("send", message=written("Thanks").pk)
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)

    tick()

    raw = mailbox.raw(mailbox.to(ann)[0])
    assert "List-Unsubscribe-Post" in raw
    assert "agreed to e-mails from" in " ".join(raw.split())
    assert "/volunteer/stroud?s=" in raw.replace("=\n", "").replace("=3D", "=")


def test_who_did_it_before_it_started_does_not_enter(
    journey: Journey, put: Put, ada: Member, ann: Person
) -> None:
    put("wait", minutes=5)
    happened("volunteered", ann)
    starting.start(journey, by=ada, at=now())

    tick()

    assert stands(ann) == ""


def test_who_does_it_again_enters_once_unless_it_says_so(
    journey: Journey, put: Put, ada: Member, ann: Person, bob: Person
) -> None:
    put("wait", minutes=5)
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)
    tick()
    tick(DAY)
    happened("volunteered", ann)
    tick()
    once = Traveller.objects.filter(person=ann).count()

    making.set_leaving(
        journey, goal=None, leaves_on_reply=True, again_after_days=31, by=ada, at=now()
    )
    happened("volunteered", ann, at=now() + 40 * DAY)
    tick()

    assert once == 1
    assert list(Traveller.objects.filter(person=ann).values_list("round", flat=True)) == [1, 2]


@pytest.mark.parametrize("did", [True, False])
def test_a_wait_ends_when_it_happens_or_its_time_is_over_and_can_be_branched_on(
    journey: Journey, put: Put, ada: Member, ann: Person, did: bool
) -> None:
    put("wait_for", fact=facts.UNSUBSCRIBED, at_most_minutes=A_WEEK)
    fork = put("branch", on="last_wait")
    put("tag", fork, "yes", tag="Came")
    put("tag", fork, "no", tag="Did not come")
    put("tag", tag="All")
    journey.refresh_from_db()
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)
    tick()
    waiting = stands(ann)
    if did:
        happened("lead contacted", ann)
    Step.objects.filter(kind="wait_for").update(
        definition={"fact": "lead contacted", "at_most_minutes": A_WEEK}
    )

    tick(timedelta(minutes=1) if did else 8 * DAY)

    assert waiting == "wait_for"
    tags = set(ann.tagged.values_list("tag__name", flat=True))
    assert tags == ({"Came", "All"} if did else {"Did not come", "All"})
    assert stands(ann) == "finished"


def test_it_branches_on_what_they_did_and_on_an_audience(
    journey: Journey, put: Put, ada: Member, ann: Person, bob: Person
) -> None:
    tagging.add(ann, "Keen", Who(ada, now()))
    keen = those_with("Keen", ada)
    fork = put("branch", on="audience", audience=keen.pk)
    put("tag", fork, "yes", tag="Yes")
    put("tag", fork, "no", tag="No")
    starting.start(journey, by=ada, at=now())
    for person in (ann, bob):
        happened("volunteered", person)

    tick()

    assert path(ann) == [("branch", "yes"), ("tag", "tagged")]
    assert path(bob) == [("branch", "no"), ("tag", "tagged")]
    assert set(bob.tagged.values_list("tag__name", flat=True)) == {"No"}
    assert bob.changes.get(field="tag").after == "No"


def test_who_is_in_its_audience_enters_and_who_comes_into_it_later_enters_then(
    journey: Journey, put: Put, ada: Member, ann: Person, bob: Person
) -> None:
    tagging.add(ann, "Keen", Who(ada, now()))
    keen = those_with("Keen", ada)
    making.set_start(journey, {"kind": "audience", "audience": keen.pk}, by=ada, at=now())
    put("wait", minutes=A_WEEK)
    starting.start(journey, by=ada, at=now())

    tick()
    first = (stands(ann), stands(bob))
    tagging.add(bob, "Keen", Who(ada, now()))
    tick(timedelta(minutes=6))

    assert first == ("wait", "")
    assert (stands(ann), stands(bob)) == ("wait", "wait")
    assert Traveller.objects.filter(person=ann).count() == 1


def test_they_leave_when_the_goal_is_met_when_they_write_and_when_they_want_no_more(
    journey: Journey, put: Put, ada: Member, crowd: list[Person]
) -> None:
    goal = {"fact": "lead contacted"}
    making.set_leaving(
        journey, goal=goal, leaves_on_reply=True, again_after_days=None, by=ada, at=now()
    )
    put("wait", minutes=A_WEEK)
    starting.start(journey, by=ada, at=now())
    ann, bob, cat, dan = crowd[:4]
    for person in crowd[:4]:
        happened("volunteered", person)
    happened("lead contacted", ann)
    tick()

    happened(facts.WROTE, bob)
    happened(facts.UNSUBSCRIBED, cat)
    tick()

    assert [stands(p) for p in (ann, bob, cat, dan)] == ["goal", "replied", "stopped", "wait"]


def test_somebody_is_handed_to_an_organiser_with_what_it_is_about(
    journey: Journey, put: Put, ada: Member, ann: Person
) -> None:
    put("hand", member=ada.pk, note="Ring about Saturday")
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)

    tick()
    tick()

    lead = Lead.objects.get(person=ann)
    assert (lead.owner, lead.why, lead.place) == (ada, "Ring about Saturday", ann.seat)
    assert path(ann) == [("hand", "handed")]


def test_a_unit_has_its_own_people_on_it_and_who_moves_away_leaves(
    journey: Journey, put: Put, ada: Member, stroud_unit: Unit, crowd: list[Person]
) -> None:
    journey.unit = stroud_unit
    journey.save()
    put("wait", minutes=5)
    put("wait", minutes=5)
    starting.start(journey, by=ada, at=now())
    in_stroud, elsewhere = crowd[0], crowd[4]
    for person in (in_stroud, elsewhere):
        happened("volunteered", person)
    tick()
    first = (stands(in_stroud), stands(elsewhere))
    Person.objects.filter(pk=in_stroud.pk).update(seat=elsewhere.seat)

    tick(timedelta(minutes=6))

    assert first == ("wait", "")
    assert stands(in_stroud) == "moved"


def test_nothing_happens_while_it_is_paused_and_all_of_it_when_it_goes_on(
    journey: Journey, put: Put, ada: Member, ann: Person
) -> None:
    put("tag", tag="Welcome")
    starting.start(journey, by=ada, at=now())
    starting.pause(journey, by=ada, at=now())
    happened("volunteered", ann)
    tick()
    paused = stands(ann)

    starting.go_on(journey, by=ada, at=now())
    tick()

    assert paused == ""
    assert stands(ann) == "finished"


def test_ended_nobody_is_on_it_any_more(
    journey: Journey, put: Put, ada: Member, ann: Person
) -> None:
    put("wait", minutes=5)
    starting.start(journey, by=ada, at=now())
    happened("volunteered", ann)
    tick()

    starting.end(journey, by=ada, at=now())
    tick(DAY)

    assert stands(ann) == "closed"
    assert path(ann) == []


def test_two_that_walk_at_once_do_nothing_twice(
    journey: Journey, put: Put, written: Wrote, ada: Member, crowd: list[Person]
) -> None:
    message = written("Thanks")
    put("send", message=message.pk)
    put("tag", tag="Thanked")
    starting.start(journey, by=ada, at=now())
    for person in crowd:
        happened("volunteered", person)
    tick()
    Traveller.objects.all().delete()

    for person in crowd:
        happened("volunteered", person)
    wait_for_all_before()
    at = now()
    entering.take_in(journey.pk, at)
    ends = together(*[lambda: walking.walk(journey.pk, at)] * 3)
    walking.walk(journey.pk, at)

    assert not [end for end in ends if isinstance(end, Exception)]
    sent = Delivery.objects.filter(sending_id__in=message.sendings.values("pk"))
    assert sent.count() == len(crowd)
    assert {stands(person) for person in crowd} == {"finished"}

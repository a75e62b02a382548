"""A journey whose workers are killed at random moments: by the sink's log everybody got each letter
once, nobody is lost, and nothing a step does happened twice."""

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.content import approving
from muster.content.masters import Words
from muster.lib.sink import read_log
from muster.messaging import drafting, facts
from muster.messaging.journeys import editing, making, reading, starting
from muster.messaging.journeys.editing import Spot
from muster.messaging.journeys.models import Journey, Passage, Step, Traveller
from muster.messaging.models import Delivery
from muster.organisations.models import Member, Organisation
from muster.people.record.models import PersonChange
from tests.messaging.conftest import (  # noqa: F401  fixtures
    _own_sender,
    approver,
    page,
    targets,
    wording,
)
from tests.prove.house import KILLS
from tests.prove.test_release_survives import (  # noqa: F401  fixtures
    Programs,
    account,
    list_of_people,
    programs,
)

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS = ("First", "Second")
VOLUNTEER = (
    "INSERT INTO journal_fact (organisation_id, kind, person_id, source, about_kind, codes, at)"
    " SELECT organisation_id, 'volunteered', id, '', '', '{}', now() FROM people_person"
    " WHERE organisation_id = %s AND id %% 3 = %s"
)


@pytest.fixture
def journey(
    party: Organisation,
    account: EmailAccount,  # noqa: F811
    page: ActionPage,  # noqa: F811
    approver: Member,  # noqa: F811
    ada: Member,
) -> Journey:
    """A letter, a minute, two sides with a tag on each, another letter."""
    at = datetime.now(UTC)
    made = making.make(party, "Welcome", by=ada, at=at)
    making.set_start(made, {"kind": "fact", "fact": "volunteered"}, by=ada, at=at)
    last: Step | None = None
    steps: list[tuple[str, dict[str, object]]] = [
        ("send", {"message": _letter(LETTERS[0], party, account, page, approver, ada)}),
        ("wait", {"minutes": 1}),
        ("branch", {"on": "fact", "fact": facts.ENTERED_JOURNEY, "since": "ever"}),
        ("send", {"message": _letter(LETTERS[1], party, account, page, approver, ada)}),
    ]
    for kind, said in steps:
        last = editing.add(made, kind, said, Spot(after=last), by=ada, at=at)
    fork = made.steps.get(kind="branch")
    for side in ("yes", "no"):
        editing.add(made, "tag", {"tag": side}, Spot(fork, side), by=ada, at=at)
    return starting.start(made, by=ada, at=datetime.now(UTC))


def _letter(
    name: str,
    party: Organisation,
    account: EmailAccount,  # noqa: F811
    page: ActionPage,  # noqa: F811
    approver: Member,  # noqa: F811
    ada: Member,
) -> int:
    at = datetime.now(UTC)
    words = Words(name, name, "Dear {first_name|friend},\n\nHello.", "I help")
    message = drafting.draft_for_journeys(party, words, page=page, account=account, by=ada, at=at)
    approving.approve(message.master, approver, at, at + timedelta(days=30))
    return message.pk


def volunteer(party: Organisation, third: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(VOLUNTEER, [party.pk, third])
        return int(cursor.rowcount)


def is_over(journey: Journey, people: int) -> bool:
    """All of them are out of it, and no letter waits or is being handed over."""
    ended = Traveller.objects.filter(journey=journey, ended_at__isnull=False).count()
    open_states = [Delivery.State.WAITING, Delivery.State.CLAIMED]
    return ended == people and not Delivery.objects.filter(state__in=open_states).exists()


def test_killed_workers_lose_nobody_on_a_journey_and_do_nothing_twice(
    programs: Programs,  # noqa: F811
    list_of_people: None,  # noqa: F811
    journey: Journey,
    party: Organisation,
) -> None:
    lot = random.Random("journeys")
    people, killed, thirds = 0, 0, 0
    for _ in range(2):
        programs.work()
    gives_up = time.monotonic() + 420 + 8 * KILLS
    while killed < KILLS or thirds < 3 or not is_over(journey, people):
        assert time.monotonic() < gives_up, reading.look(journey)
        if thirds < 3 and killed >= thirds:
            people += volunteer(party, thirds)
            thirds += 1
        time.sleep(lot.uniform(0.8, 3.0))
        if killed < KILLS:
            programs.kill_one(lot)
            programs.work()
            killed += 1

    log = list(read_log(programs.folder / "sink" / "log.jsonl"))
    twice = [code for code, times in Counter(kept.code for kept in log).items() if times > 1]
    ends = Counter(Delivery.objects.values_list("state", flat=True))
    delivered, uncertain = ends[Delivery.State.DELIVERED], ends[Delivery.State.UNCERTAIN]
    tagged = Counter(PersonChange.objects.values_list("person_id", "after")).values()
    print(f"{killed} killed; {people} walked; {delivered} delivered, {uncertain} uncertain")
    assert twice == []
    assert delivered <= len(log) <= delivered + uncertain
    assert uncertain <= 4 * killed, "at most one for each open connection"
    assert sum(ends.values()) == people * len(LETTERS)
    assert Passage.objects.count() == people * 5
    assert set(tagged) == {1}
    assert len(tagged) == people
    assert set(Traveller.objects.values_list("ending", flat=True)) == {"finished"}

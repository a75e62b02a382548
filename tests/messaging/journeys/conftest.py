"""A journey that welcomes volunteers, and a clock to walk it by."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.content import approving
from muster.content.masters import Words
from muster.journal import journal
from muster.messaging import confirming, drafting
from muster.messaging.journeys import editing, making, ticking
from muster.messaging.journeys.editing import Spot
from muster.messaging.journeys.models import Journey, Passage, Step, Traveller
from muster.messaging.models import Delivery, Message
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import Person
from tests.waiting import wait_for_all_before

VOLUNTEERED = {"kind": "fact", "fact": "volunteered"}
Wrote = Callable[[str], Message]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def written(
    party: Organisation,
    campaigner: Campaigner,
    page: ActionPage,
    account: EmailAccount,
    ada: Member,
    approver: Member,
) -> Wrote:
    """An e-mail for journeys by its name, approved by another."""

    def write(name: str) -> Message:
        words = Words(
            name, f"{name}, {{first_name|friend}}", "Dear {first_name|friend},\n\nHello.", "I help"
        )
        message = drafting.draft_for_journeys(
            party, words, page=page, account=account, by=ada, at=now()
        )
        approving.approve(message.master, approver, now(), now() + timedelta(days=3650))
        return message

    return write


@pytest.fixture
def journey(party: Organisation, ada: Member) -> Journey:
    made = making.make(party, "Welcome", by=ada, at=now())
    return making.set_start(made, VOLUNTEERED, by=ada, at=now())


@pytest.fixture
def put(journey: Journey, ada: Member) -> Callable[..., Step]:
    """Put one more step at the end of a side."""

    def add(kind: str, parent: Step | None = None, side: str = "", **definition: Any) -> Step:
        beside = journey.steps.filter(parent=parent, side=side, removed_at=None)
        last = beside.order_by("position", "id").last()
        spot = Spot(parent, side, last)
        return editing.add(journey, kind, definition, spot, by=ada, at=now())

    return add


def happened(kind: str, person: Person, at: datetime | None = None, **more: Any) -> None:
    """Somebody did something; then as long as until listeners may read it."""
    organisation = person.organisation
    journal.record(kind, organisation, at=at or now(), person_id=person.pk, **more)


def tick(after: timedelta = timedelta()) -> datetime:
    """The clock of journeys goes once, so long after now; what is due then goes out."""
    wait_for_all_before()
    at = now() + after
    ticking.tick(at)
    Delivery.objects.filter(due_at__gt=now()).update(due_at=now())  # senders go by the real clock
    confirming.send_waiting(at)
    return at


def path(person: Person) -> list[tuple[str, str]]:
    """(kind of step, outcome) of all somebody went through, in order."""
    passed = Passage.objects.filter(traveller__person=person).order_by("at", "id")
    return list(passed.values_list("step__kind", "outcome"))


def stands(person: Person) -> str:
    """The kind of step somebody stands at, or how they left; empty: they never entered."""
    found = Traveller.objects.filter(person=person).select_related("step").last()
    if found is None:
        return ""
    return found.step.kind if found.step else found.ending


@pytest.fixture
def ann(crowd: list[Person]) -> Person:
    """She lives in Stroud and agreed to e-mail."""
    return crowd[0]


@pytest.fixture
def bob(crowd: list[Person]) -> Person:
    """So does he."""
    return crowd[1]

"""Where things came from is said in words, on a person's page and in their timeline."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from muster.actions import facts as actions_facts
from muster.actions import sources
from muster.journal import journal
from muster.messaging import facts as messaging_facts
from muster.people import consenting, suppressing
from muster.people import facts as people_facts
from muster.people.models import Import, Person
from muster.web import people_timeline, timeline_kinds
from tests.conftest import NOON, signed_in
from tests.house.conftest import world
from tests.wrong_people.world import World

__all__ = ["world"]


def came_by(world: World, source: str) -> str:
    Person.objects.filter(pk=world.cleo.pk).update(source=source)
    world.cleo.refresh_from_db()
    return people_timeline.came(world.cleo)


def test_a_link_of_ours_is_named_with_its_seat_once(world: World) -> None:
    code = sources.code_for(world.party, "sending", 7, world.stroud, label="May e-mail")

    assert came_by(world, code) == f"through “May e-mail, {world.stroud.name}”"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", ""),
        ("import", "with a file"),
        ("made up", "made up for the demonstration"),
        ("poster-7", "by a link marked “poster-7”"),
    ],
)
def test_how_someone_came_is_said_in_words(world: World, source: str, said: str) -> None:
    assert came_by(world, source) == said


def test_an_objection_says_where_it_was_made_and_names_no_code(world: World) -> None:
    cleo = world.cleo
    consenting.withdraw(cleo, "sms", source="/party/volunteer/stroud", at=NOON)
    suppressing.suppress_person(cleo, reason="unsubscribed", at=NOON, source="Unsubscribe link")

    page = signed_in(world.ada).get(f"/people/{cleo.code}").content.decode()
    moments = people_timeline.newest(cleo).moments

    assert "on the page /party/volunteer/stroud" in page
    assert not [moment for moment in moments if "marked" in moment.source]


def test_of_a_day_alone_no_hour_is_said(world: World) -> None:
    midnight = datetime(2024, 5, 4, tzinfo=ZoneInfo("Europe/London"))
    consenting.withdraw(world.cleo, "sms", source="Old file", at=midnight)

    page = signed_in(world.ada).get(f"/people/{world.cleo.code}").content.decode()

    assert ">4 May 2024</time>" in page
    assert ", 00:00" not in page


# Facts about no one person, or told on the timeline by something that says more.
ELSEWHERE = {
    "consent given": "the consent itself, with its words",
    "consent withdrawn": "the consent itself",
    "person erased": "their page is gone",
    "people tagged": "each one's own change",
    "import begun": "no one person's",
    "import stopped": "no one person's",
    "import finished": "no one person's",
    "import undone": "no one person's",
    "message delivered": "the delivery itself",
    "message failed": "the delivery itself",
    "wrote to us": "the line itself, with its words",
    "was answered": "the line itself",
    "conversation assigned": "their conversation",
    "conversation closed": "their conversation",
    "conversation reopened": "their conversation",
    "journey started": "no one person's",
    "journey changed": "no one person's",
    "journey paused": "no one person's",
    "journey went on": "no one person's",
    "journey ended": "no one person's",
    "opens counted": "no one person's",
    "opens not counted": "no one person's",
    "mailbox kept": "no one person's",
    "message came back": "the return itself, with its reason",
    "called it spam": "the return itself",
    "address stopped": "the return itself",
    "address rests": "the rest itself, with its end",
    "page opened": "no one person's",
    "notice published": "no one person's",
    "local pages live": "no one person's",
    "local pages down": "no one person's",
    "sending pressed": "no one person's",
    "sending stopped": "no one person's",
    "sending went on": "no one person's",
    "sending finished": "no one person's",
    "sending planned": "no one person's",
    "sending plan called off": "no one person's",
    "sending plan refused": "no one person's",
    "sending rest let go": "no one person's",
    "sending given up": "no one person's",
}


@pytest.mark.parametrize("room", [people_facts, actions_facts, messaging_facts])
def test_every_fact_about_a_person_is_on_their_timeline_or_said_elsewhere(room: object) -> None:
    kinds = {value for name, value in vars(room).items() if name.isupper()}

    assert kinds <= set(timeline_kinds.FACTS) | set(ELSEWHERE)


def test_a_file_is_named_where_someone_came_with_it(world: World) -> None:
    taken = Import.objects.create(
        organisation=world.party, name="stall.csv", path="", size=1, sha256=""
    )
    journal.record(
        people_facts.PERSON_IMPORTED,
        world.party,
        at=NOON,
        person_id=world.cleo.pk,
        about=("import", taken.pk),
    )

    assert people_timeline.newest(world.cleo, "details").moments[0].source == "stall.csv"

"""Journeys over the API: read whole, within reach, and paused; never started."""

from typing import Any

from muster.messaging.journeys import editing, making, starting
from muster.messaging.journeys.editing import Spot
from muster.messaging.journeys.models import Journey, Passage, Step, Traveller
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from tests.api.conftest import Asker, key_for
from tests.conftest import NOON, supporter


def walked(party: Organisation, ada: Member, people: list[Person]) -> tuple[Journey, Step]:
    """A live one of head office's: the first finished it, the others stand at its wait."""
    by: dict[str, Any] = {"by": ada, "at": NOON}
    journey = making.make(party, "Welcome", **by)
    making.set_start(journey, {"kind": "fact", "fact": "volunteered"}, **by)
    step = editing.add(journey, "wait", {"minutes": 60}, Spot(), **by)
    starting.start(journey, **by)
    common = {"organisation": party, "journey": journey, "because": "volunteered"}
    times = {"entered_at": NOON, "arrived_at": NOON}
    for person in people:
        Traveller.objects.create(**common, **times, person=person, step=step)
    first = Traveller.objects.get(person=people[0])
    Passage.objects.create(
        organisation=party, traveller=first, step=step, outcome="waited", at=NOON
    )
    Traveller.objects.filter(pk=first.pk).update(step=None, ended_at=NOON, ending="finished")
    return journey, step


def test_a_journey_is_told_with_who_is_where(
    adas: Asker, party: Organisation, ada: Member, stroud: Place
) -> None:
    people = [supporter(party, name, name.lower(), stroud) for name in ("Aled", "Bryn", "Cerys")]
    journey, step = walked(party, ada, people)

    (told,) = adas.get("/journeys")["journeys"]
    look = adas.get(f"/journeys/{journey.code}")

    assert (told["name"], told["state"]) == ("Welcome", "live")
    assert (told["there"], told["entered"], told["goal"]) == (2, 3, 0)
    assert look["journey"] == told
    assert look["endings"] == {"finished": 1}
    (at,) = look["steps"]
    assert (at["code"], at["kind"], at["side"]) == (str(step.code), "wait", "")
    assert (at["waiting"], at["passed"], at["outcomes"]) == (2, 1, {"waited": 1})


def test_a_branchs_key_counts_its_own_people_alone_and_pauses_nothing_of_head_offices(
    party: Organisation, ada: Member, ben: Member, stroud: Place, neath: Place
) -> None:
    people = [supporter(party, "Aled", "a", neath), supporter(party, "Bryn", "b", stroud)]
    journey, _ = walked(party, ada, people)
    bens = Asker(key_for(ben, "see messages", "run journeys")[1])

    status, _ = bens.ask("POST", f"/journeys/{journey.code}/pause")
    look = bens.get(f"/journeys/{journey.code}")

    assert status == 403
    assert (look["journey"]["there"], look["journey"]["entered"]) == (1, 1)
    journey.refresh_from_db()
    assert journey.state == "live"


def test_a_journey_is_paused_once_and_a_draft_is_not(
    adas: Asker, party: Organisation, ada: Member, cleo: Person
) -> None:
    journey, _ = walked(party, ada, [cleo])
    draft = making.make(party, "Later", by=ada, at=NOON)

    first = adas.ask("POST", f"/journeys/{journey.code}/pause")
    again = adas.ask("POST", f"/journeys/{journey.code}/pause")
    status, said = adas.ask("POST", f"/journeys/{draft.code}/pause")

    assert (first[0], again[0]) == (200, 200)
    assert first[1]["state"] == again[1]["state"] == "paused"
    assert status == 409
    assert said["detail"] == "Only a live journey can be paused: this one's state is draft."

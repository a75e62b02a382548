"""Personal data must be forgettable and tellable: `erasing.py` (DP-17) and `held.py` (DP-15)."""

import json
from pathlib import Path

from django.apps import apps
from django.db import models

from muster.organisations.models import Organisation
from muster.people import holding
from muster.people.holding import Held
from muster.people.models import Person
from muster.privacy import packing
from muster.privacy.models import Case, Pack
from tests.conftest import NOON

ROOMS = Path(__file__).parents[2] / "muster"
PERSON = {"person", "person_id"}
# Told elsewhere, and where.
KEPT = {
    "journal.Fact": "Codes, never names or contacts: the record of what happened stays.",
    "people.PersonWord": "Rows follow Person.folded: erasing removes them through filing.",
}
# Told elsewhere: rooms below people say nothing of them in words of their own.
TOLD = {
    "organisations.KeptAnswer": "What people hold, as a program was told it, for a day.",
    "people.Touched": "Whose summary is out of date: a list of work, for seconds.",
}

# Forgets, and has nothing of its own to tell.
TELLS_NOTHING = {
    "organisations": "KeptAnswer alone: see TOLD.",
}


def holds_a_person(model: type[models.Model]) -> bool:
    columns = model._meta.concrete_fields
    names = {name for column in columns for name in (column.name, column.attname)}
    points = any(column.related_model is Person for column in columns)
    return points or bool(names & PERSON)


def untold(page: str) -> list[str]:
    """Models about a person that their room's page (`erasing.py`, `held.py`) does not name."""
    missing = []
    for model in apps.get_models():
        if not model.__module__.startswith("muster.") or model._meta.label in KEPT:
            continue
        if holds_a_person(model):
            room = ROOMS / model.__module__.split(".")[1] / page
            text = room.read_text() if room.exists() else ""
            if model.__name__ not in text and model._meta.db_table not in text:
                missing.append(model._meta.label)
    return missing


def test_every_model_about_a_person_is_in_its_rooms_erasing() -> None:
    missing = untold("erasing.py")

    assert not missing, f"say in erasing.py how these are forgotten: {missing}"


def test_every_model_about_a_person_is_told_to_them() -> None:
    missing = [label for label in untold("held.py") if label not in TOLD]

    assert not missing, f"say in held.py what these hold (see people/holding.py): {missing}"


def test_every_room_that_holds_people_registers_what_it_holds() -> None:
    rooms = {path.parent.name for path in ROOMS.glob("*/held.py")}

    assert rooms == set(holding._rooms)


def test_whatever_any_room_tells_is_in_the_access_file(party: Organisation, cleo: Person) -> None:
    """A room that registers and is then left out of the file would break DP-15."""
    told = packing.told(cleo)
    case = Case(organisation=party, kind="access", person=cleo, received_on=NOON.date())
    rooms = {
        room: [*kinds, Held(f"Of {room}", "Why", [{"Says": room}])] for room, kinds in told.items()
    }

    made = packing.contents(Pack(case=case), rooms, NOON)

    page, said = made["Your data.html"], json.loads(made["your-data.json"])
    assert set(told) == set(holding._rooms)
    titles = [held["title"] for held in said["held"]]
    assert titles == [held.title for kinds in rooms.values() for held in kinds]
    assert all(f"{title}</h2>" in page for title in titles)
    assert all(f"Of {room}" in titles for room in holding._rooms)


def test_a_room_with_people_in_it_tells_of_them() -> None:
    """Who forgets people holds people, the register's electors too, who are nobody's supporters."""
    forgetting = {path.parent.name for path in ROOMS.glob("*/erasing.py")}

    assert forgetting - set(holding._rooms) == set(TELLS_NOTHING)

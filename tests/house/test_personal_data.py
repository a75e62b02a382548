"""Personal data must be forgettable: each room says what it holds in `erasing.py` (DP-17)."""

from pathlib import Path

from django.apps import apps
from django.db import models

ROOMS = Path(__file__).parents[2] / "muster"
PERSON = {"person", "person_id"}
# Told elsewhere, and where.
KEPT = {
    "journal.Fact": "Codes, never names or contacts: the record of what happened stays.",
    "people.PersonWord": "Rows follow Person.folded: erasing removes them through filing.",
}


def holds_a_person(model: type[models.Model]) -> bool:
    names = {field.name for field in model._meta.get_fields()} | {
        getattr(field, "attname", "") for field in model._meta.get_fields()
    }
    is_many = any(
        f.many_to_many or f.one_to_many for f in model._meta.get_fields() if f.name in PERSON
    )
    return bool(names & PERSON) and not is_many


def test_every_model_about_a_person_is_in_its_rooms_erasing() -> None:
    missing = []
    for model in apps.get_models():
        if not model.__module__.startswith("muster.") or model._meta.label in KEPT:
            continue
        if holds_a_person(model):
            room = ROOMS / model.__module__.split(".")[1] / "erasing.py"
            text = room.read_text() if room.exists() else ""
            if model.__name__ not in text and model._meta.db_table not in text:
                missing.append(model._meta.label)

    assert not missing, f"say in erasing.py how these are forgotten: {missing}"

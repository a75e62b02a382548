"""Making a journey, and saying how people enter it, what it is for, and when they leave."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from muster.audiences import deeds, special
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.messaging.journeys import rules, telling
from muster.messaging.journeys.models import Journey
from muster.organisations.models import Member, Organisation, Unit

LONGEST = 100
SPECIAL = (
    "This audience asks of special-category data: a journey, which goes on by itself, may not"
    " choose people by that (DP-9T)."
)
START_STANDS = "People are on it by how it starts: end it and make another to start otherwise."


class CannotMake(Exception):
    """Why a journey cannot be so; each argument is one reason, all of them at once."""


def make(
    organisation: Organisation, name: str, *, by: Member, at: datetime, unit: Unit | None = None
) -> Journey:
    """A draft without steps. Raises `CannotMake`."""
    problems = [_problem_of_name(name)]
    if unit is not None and unit.organisation_id != organisation.pk:
        problems.append("Choose a unit of your own organisation.")
    _refuse_if(problems)
    made = Journey(organisation=organisation, name=_tidy(name), unit=unit, made_by=by, made_at=at)
    try:
        with transaction.atomic():
            made.save()
            telling.tell_changed(made, by, at, "made")
    except IntegrityError:
        raise CannotMake(
            f"There is a journey “{made.name}” already: choose another name."
        ) from None
    return made


def rename(journey: Journey, name: str, *, by: Member, at: datetime) -> Journey:
    """Raises `CannotMake`."""
    _refuse_if([_problem_of_name(name)])
    try:
        return _change(journey, by, at, "renamed", lambda held: {"name": _tidy(name)})
    except IntegrityError:
        raise CannotMake(f"There is a journey “{_tidy(name)}” already.") from None


def set_start(journey: Journey, start: dict[str, Any], *, by: Member, at: datetime) -> Journey:
    """`{"kind": "fact", "fact": …, "about": [kind, id] | None}` or `{"kind": "audience",
    "audience": id}`. Only while it is a draft. Raises `CannotMake`."""
    _refuse_if([*rules.problems_of_start(start), *_problems_of_event(journey, start)])

    def fresh(held: Journey) -> dict[str, Any]:
        if held.started_at is not None:
            raise CannotMake(START_STANDS)
        return {"start": _kept(start)}

    return _change(journey, by, at, "start set", fresh)


def set_leaving(
    journey: Journey,
    *,
    goal: dict[str, Any] | None,
    leaves_on_reply: bool,
    again_after_days: int | None,
    by: Member,
    at: datetime,
) -> Journey:
    """When somebody leaves early (`goal`: `{"fact": …, "about": [kind, id] | None}`), and when
    the same person may enter again. Holds at once, for who is on it too. Raises `CannotMake`."""
    problems = []
    if goal is not None:
        problems += _problems_of_event(journey, goal) if goal.get("fact") else ["Choose the goal."]
    if again_after_days is not None and again_after_days < 31:
        problems.append("The same person may enter again after 31 days at the earliest.")
    _refuse_if(problems)
    said = {
        "goal": _kept(goal) if goal else None,
        "leaves_on_reply": leaves_on_reply,
        "again_after_days": again_after_days,
    }
    return _change(journey, by, at, "leaving set", lambda held: said)


def problem_of_event(organisation: Organisation, said: rules.Definition) -> str:
    """Why something that may happen, as a start, goal, wait or branch names it, cannot be heard of;
    empty: it can."""
    deed = deeds.known().get(said.get("fact", ""))
    if deed is None:
        return "Choose something from the list of what people do."
    about = said.get("about")
    if about and not any(
        [kind, number] == list(about) for kind, number, _ in deed.abouts(organisation)
    ):
        return "Choose what it is about from the list."
    return ""


def problem_of_audience(organisation: Organisation, audience_id: Any) -> str:
    """Why an audience cannot be asked; empty: it can."""
    if not isinstance(audience_id, int):
        return "Choose an audience."
    audience = Audience.objects.kept(organisation).filter(pk=audience_id).first()
    if audience is None:
        return "Choose an audience of your own organisation that is in use."
    try:
        used = special.fields_used(audience.definition, organisation)
    except Unclear as unclear:
        return str(unclear)
    return SPECIAL if used else ""


def _problems_of_event(journey: Journey, said: rules.Definition) -> list[str]:
    organisation = journey.organisation
    if said.get("kind") == "audience":
        return list(filter(None, [problem_of_audience(organisation, said.get("audience"))]))
    return list(filter(None, [problem_of_event(organisation, said)]))


def _change(
    journey: Journey,
    by: Member,
    at: datetime,
    what: str,
    fresh: Callable[[Journey], dict[str, Any]],
) -> Journey:
    with transaction.atomic():
        held = Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)
        if held.ended_at is not None:
            raise CannotMake("It has ended: make another.")
        said = fresh(held)
        for name, value in said.items():
            setattr(held, name, value)
        held.save(update_fields=list(said))
        telling.tell_changed(held, by, at, what)
    journey.refresh_from_db()
    return journey


def _kept(said: rules.Definition) -> dict[str, Any]:
    return {name: said[name] for name in ("kind", "fact", "about", "audience") if said.get(name)}


def _tidy(name: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


def _problem_of_name(name: str) -> str:
    if not _tidy(name):
        return "Give the journey a name."
    return f"A name has {LONGEST} letters at most." if len(_tidy(name)) > LONGEST else ""


def _refuse_if(problems: list[str]) -> None:
    if found := [words for words in problems if words]:
        raise CannotMake(*found)

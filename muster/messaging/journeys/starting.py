"""A journey is started, paused, let go on and ended; twice is once."""

from datetime import datetime

from django.db import connection, transaction

from muster.journal import reading
from muster.messaging import drafting, facts, pressing
from muster.messaging.journeys import editing, making, rules, telling
from muster.messaging.journeys.models import Journey, Step, Traveller
from muster.messaging.models import Message
from muster.messaging.rules import problems_before_pressing
from muster.organisations.models import Member

CLOSE = """
UPDATE messaging_traveller SET step_id = NULL, due_at = NULL, ended_at = %(at)s, ending = 'closed'
 WHERE journey_id = %(journey)s AND ended_at IS NULL
RETURNING person_id
"""


class CannotStart(Exception):
    """Why it may not go; each argument is one reason, all of them at once."""


def problems(journey: Journey, at: datetime) -> list[str]:
    """Everything that stands in its way, in the organiser's words."""
    organisation, found = journey.organisation, rules.problems_of_start(journey.start)
    if journey.start.get("kind") == "audience":
        found.append(making.problem_of_audience(organisation, journey.start.get("audience")))
    elif journey.start.get("kind") == "fact":
        found.append(making.problem_of_event(organisation, journey.start))
    if journey.goal:
        found.append(making.problem_of_event(organisation, journey.goal))
    steps = list(journey.steps.filter(removed_at=None))
    if not steps:
        found.append("Put in at least one step.")
    for step in steps:
        named = f"{step.get_kind_display()}: "
        wrong = editing.problems(journey, step.kind, step.definition, at)
        found += [named + words for words in [*wrong, *_not_ready(step, at)]]
    return list(dict.fromkeys(words for words in found if words))


def problems_of(message: Message, at: datetime) -> list[str]:
    """All that would keep a journey's e-mail back, as is asked of a message before its press."""
    brief = pressing.brief_of(message, drafting.cuts_of(message, at), at)
    return problems_before_pressing(brief)


def start(journey: Journey, *, by: Member, at: datetime) -> Journey:
    """From now on people enter it and walk it. Raises `CannotStart`."""
    with transaction.atomic():
        held = _locked(journey)
        if held.ended_at is not None:
            raise CannotStart("It has ended: make another.")
        if held.started_at is None:
            if found := problems(held, at):
                raise CannotStart(*found)
            held.started_at, held.started_by = at, by
            held.read_xid, held.read_id = reading.here()
            held.save(update_fields=["started_at", "started_by", "read_xid", "read_id"])
            telling.tell(facts.JOURNEY_STARTED, held, by, at)
    return _fresh(journey)


def pause(journey: Journey, *, by: Member, at: datetime) -> Journey:
    """Nobody takes another step; who would enter meanwhile enters when it goes on."""
    with transaction.atomic():
        held = _locked(journey)
        if held.state == "live":
            held.paused_at, held.paused_by = at, by
            held.save(update_fields=["paused_at", "paused_by"])
            telling.tell(facts.JOURNEY_PAUSED, held, by, at)
    return _fresh(journey)


def go_on(journey: Journey, *, by: Member, at: datetime) -> Journey:
    """From where everybody stood. Raises `CannotStart` where a step cannot be done any more."""
    with transaction.atomic():
        held = _locked(journey)
        if held.state == "paused":
            if found := problems(held, at):
                raise CannotStart(*found)
            held.paused_at, held.paused_by = None, None
            held.save(update_fields=["paused_at", "paused_by"])
            telling.tell(facts.JOURNEY_WENT_ON, held, by, at)
    return _fresh(journey)


def end(journey: Journey, *, by: Member, at: datetime) -> Journey:
    """For good: whoever is on it is out of it. E-mails put among what goes out still go."""
    with transaction.atomic():
        held = _locked(journey)
        if held.ended_at is None:
            held.ended_at, held.ended_by = at, by
            held.save(update_fields=["ended_at", "ended_by"])
            with connection.cursor() as cursor:
                cursor.execute(CLOSE, {"at": at, "journey": held.pk})
                people = [(row[0], str(Traveller.Ending.CLOSED)) for row in cursor.fetchall()]
            telling.tell_of_people(facts.LEFT_JOURNEY, held, people, at, by)
            telling.tell(facts.JOURNEY_ENDED, held, by, at)
    return _fresh(journey)


def _not_ready(step: Step, at: datetime) -> list[str]:
    if step.kind not in (Step.Kind.SEND, Step.Kind.ASK):
        return []
    message = Message.objects.filter(pk=step.definition.get("message")).first()
    if message is None:
        return []
    named = f"“{message.master.name}”"
    return [f"{named}: {words}" for words in problems_of(message, at)]


def _locked(journey: Journey) -> Journey:
    return Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)


def _fresh(journey: Journey) -> Journey:
    journey.refresh_from_db()
    return journey

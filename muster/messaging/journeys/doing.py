"""What a step does to those who come to it: asked and written for all of them at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from muster.actions import leads
from muster.actions.models import Lead
from muster.audiences import compiling
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.lib.times import first_of_month
from muster.messaging import facts
from muster.messaging.journeys import editing, making, rules
from muster.messaging.journeys.models import Journey, Step
from muster.messaging.models import Message, Sending
from muster.messaging.partitions import make_month
from muster.organisations.models import Member
from muster.people import summing_up
from muster.people.record import tagging
from muster.people.record.changing import Who

LOOK_AGAIN = timedelta(minutes=10)
"""After which those are looked at again whom a step cannot be done to now."""

DID = """
SELECT t.id FROM messaging_traveller t
 WHERE t.id = ANY(%(travellers)s)
   AND EXISTS (SELECT FROM journal_fact f
                WHERE f.organisation_id = %(organisation)s AND f.person_id = t.person_id
                  AND f.kind = %(kind)s AND (%(ever)s OR f.at > t.entered_at)
                  AND (%(about_kind)s = '' OR f.about_kind = %(about_kind)s
                                          AND f.about_id = %(about)s))
"""
CAME = """
SELECT DISTINCT ON (p.traveller_id) p.traveller_id, p.outcome FROM messaging_passage p
 WHERE p.traveller_id = ANY(%(travellers)s) AND p.outcome IN ('came', 'time_ran_out')
 ORDER BY p.traveller_id, p.at DESC, p.id DESC
"""
IN_AUDIENCE = """
SELECT t.id FROM messaging_traveller t
  JOIN ({found}) AS found (person_id, seat_id) ON found.person_id = t.person_id
 WHERE t.id = ANY(%(travellers)s)
"""
SEND = """
INSERT INTO messaging_delivery (organisation_id, month, sending_id, person_id, place_id,
                                turn, chunk, due_at)
SELECT %(organisation)s, %(month)s, %(sending)s, going.person, going.seat, 0, 0, %(at)s
  FROM unnest(%(people)s::bigint[], %(seats)s::bigint[]) AS going (person, seat)
    ON CONFLICT DO NOTHING
RETURNING person_id
"""


class There(NamedTuple):
    """Somebody who is due at a step. `passed`: how they went through it before, if they did."""

    id: int
    person_id: int
    seat_id: int | None
    entered_at: datetime
    arrived_at: datetime
    passed: str | None


class Outcome(NamedTuple):
    """How somebody went through a step (`rules.OUTCOMES`), and the id of what it made."""

    code: str
    about: int | None = None


@dataclass
class Went:
    """What came of one batch at one step, by traveller: who passed it, who stays until when."""

    passed: dict[int, Outcome] = field(default_factory=dict)
    stays: dict[int, datetime] = field(default_factory=dict)


def make_ready(journey_id: int, at: datetime) -> None:
    """What steps lean on and what is better not done while people are held: the month's deliveries
    have a place, and people are summed up for audiences."""
    make_month(first_of_month(at))
    standing = Step.objects.filter(journey=journey_id, removed_at=None, kind=Step.Kind.BRANCH)
    branch = standing.filter(definition__on="audience").first()
    if branch is not None:
        summing_up.catch_up(branch.organisation_id)


def do(journey: Journey, step: Step, there: Sequence[There], at: datetime) -> Went:
    """Do to each what the step says, inside the transaction that moves them on."""
    return _DO[step.kind](journey, step, there, at)


def open_sending(message: Message, at: datetime) -> Sending:
    """This month's sending of a journey's e-mail, made if there is none."""
    sending, _ = Sending.objects.get_or_create(
        organisation_id=message.organisation_id,
        message=message,
        month=first_of_month(at),
        state=Sending.State.OPEN,
        defaults={"pressed_at": at, "went_at": at},
    )
    return sending


def _wait(journey: Journey, step: Step, there: Sequence[There], at: datetime) -> Went:
    return _all(there, "waited")


def _wait_for(journey: Journey, step: Step, there: Sequence[There], at: datetime) -> Went:
    came = _did(journey, step.definition, there)
    went = Went()
    for traveller in there:
        end = rules.end_of_wait(step.definition, traveller.arrived_at)
        if traveller.id in came:
            went.passed[traveller.id] = Outcome("came")
        elif end <= at:
            went.passed[traveller.id] = Outcome("time_ran_out")
        else:
            went.stays[traveller.id] = end
    return went


def _branch(journey: Journey, step: Step, there: Sequence[There], at: datetime) -> Went:
    said = step.definition
    if said["on"] == "audience":
        yes = _in_audience(journey, said["audience"], there, at)
        if yes is None:  # put away since: nobody is sent down a side by guessing
            return Went(stays={t.id: at + LOOK_AGAIN for t in there})
    elif said["on"] == "last_wait":
        yes = _whose_wait_came(there)
    elif said["on"] == "reply":
        yes = _did(journey, {"fact": facts.WROTE, "since": "entered"}, there)
    else:
        yes = _did(journey, said, there)
    return Went({t.id: Outcome("yes" if t.id in yes else "no") for t in there})


def _send(journey: Journey, step: Step, there: Sequence[There], at: datetime) -> Went:
    message = Message.objects.select_related("master").get(pk=step.definition["message"])
    if not editing.is_ready(message, at):
        return Went(stays={t.id: at + LOOK_AGAIN for t in there})
    sending = open_sending(message, at)
    asked: dict[str, Any] = {
        "organisation": journey.organisation_id,
        "month": sending.month,
        "sending": sending.pk,
        "people": [t.person_id for t in there],
        "seats": [t.seat_id for t in there],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(SEND, asked)
        fresh = {row[0] for row in cursor.fetchall()}
    return Went(
        {t.id: Outcome("sent" if t.person_id in fresh else "had_it", sending.pk) for t in there}
    )


def _tag(journey: Journey, step: Step, there: Sequence[There], at: datetime) -> Went:
    people = [t.person_id for t in there]
    name, is_off = step.definition["tag"], bool(step.definition.get("take_off"))
    source = f"Journey: {journey.name}"
    tag, changed = tagging.tag_all(
        journey.organisation, name, people, Who(None, at, source), take_off=is_off
    )
    done = "untagged" if is_off else "tagged"
    return Went(
        {t.id: Outcome(done if t.person_id in changed else "as_it_was", tag) for t in there}
    )


def _hand(journey: Journey, step: Step, there: Sequence[There], at: datetime) -> Went:
    member = Member.objects.get(pk=step.definition["member"])
    passed = {}
    for traveller in there:
        lead = leads.hand_on(
            journey.organisation,
            traveller.person_id,
            traveller.seat_id,
            to=member,
            why=step.definition.get("note") or f"From the journey “{journey.name}”",
            at=at,
        )
        passed[traveller.id] = _handed(lead, member)
    return Went(passed)


def _handed(lead: Lead, member: Member) -> Outcome:
    if lead.owner_id is None:
        return Outcome("nobody", lead.pk)
    return Outcome("handed" if lead.owner_id == member.pk else "handed_near", lead.pk)


def _all(there: Sequence[There], code: str) -> Went:
    return Went({t.id: Outcome(code) for t in there})


def _did(journey: Journey, said: Mapping[str, Any], there: Sequence[There]) -> set[int]:
    """Which travellers did it, since they entered unless it says "ever"."""
    about = said.get("about") or ["", None]
    asked: dict[str, Any] = {
        "travellers": [t.id for t in there],
        "organisation": journey.organisation_id,
        "kind": said["fact"],
        "ever": said.get("since") == "ever",
        "about_kind": about[0],
        "about": about[1],
    }
    return _ids(DID, asked)


def _in_audience(
    journey: Journey, audience_id: int, there: Sequence[There], at: datetime
) -> set[int] | None:
    """Which travellers are in it now; None: it cannot be asked any more."""
    organisation = journey.organisation
    if making.problem_of_audience(organisation, audience_id):
        return None
    definition = Audience.objects.get(pk=audience_id).definition
    try:
        found = compiling.within("ids", definition, organisation, at=at)
    except Unclear:
        return None
    asked: dict[str, Any] = {"travellers": [t.id for t in there]}
    return _ids(IN_AUDIENCE.replace("{found}", found), asked)


def _whose_wait_came(there: Sequence[There]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(CAME, {"travellers": [t.id for t in there]})
        return {row[0] for row in cursor.fetchall() if row[1] == "came"}


def _ids(statement: str, asked: Mapping[str, Any]) -> set[int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return {row[0] for row in cursor.fetchall()}


_DO: dict[str, Callable[[Journey, Step, Sequence[There], datetime], Went]] = {
    "wait": _wait,
    "wait_until": _wait,
    "wait_for": _wait_for,
    "branch": _branch,
    "send": _send,
    "ask": _send,
    "tag": _tag,
    "hand": _hand,
}

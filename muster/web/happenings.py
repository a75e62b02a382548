"""The latest facts, in words, for one member's eyes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from muster.actions import facts as actions
from muster.content import facts as content
from muster.launches import facts as launches
from muster.lib.words import counted
from muster.messaging import facts as messaging
from muster.organisations import telling
from muster.organisations.models import Member
from muster.people import facts as people
from muster.people.models import Person
from muster.places import facts as places
from muster.places.models import Place
from muster.places.scope import Reach
from muster.web.happening_names import OF_LAUNCHES, OF_MESSAGES, OF_WORDS, About, names_of

LATEST = 12

# The newest of each kind by the journal's own index, then the newest of those: a million consents
# given in one import are never read.
LATEST_SQL = """
SELECT f.kind, f.person_id, f.place_id, f.member_id, f.about_id, f.at
  FROM unnest(%(kinds)s::text[]) AS wanted,
       LATERAL (SELECT kind, person_id, place_id, member_id, about_id, at FROM journal_fact
                 WHERE organisation_id = %(organisation)s AND kind = wanted
                   AND (%(seats)s::bigint[] IS NULL OR place_id = ANY(%(seats)s))
                 ORDER BY at DESC LIMIT %(latest)s) AS f
 ORDER BY f.at DESC LIMIT %(latest)s
"""


@dataclass(frozen=True)
class Kind:
    """How one kind of fact reads: `words` may hold {who}, {member}, {place}, {about}."""

    words: str
    icon: str
    permission: str
    state: str = ""


KINDS: dict[str, Kind] = {
    actions.VOLUNTEERED: Kind("{who} volunteered{place}", "hand-helping", "see leads", "waiting"),
    actions.LEAD_CONTACTED: Kind("{member} was in touch with {who}", "phone", "see leads", "ready"),
    actions.LEAD_HANDED_OVER: Kind("{member} handed {who} on", "arrow-right", "see leads"),
    content.MASTER_WRITTEN: Kind("{member} wrote {about}", "file-text", "see messages"),
    content.MASTER_APPROVED: Kind("{member} approved {about}", "check", "see messages", "ready"),
    content.APPROVAL_WITHDRAWN: Kind(
        "{member} took back the approval of {about}", "x", "see messages"
    ),
    messaging.SENDING_PRESSED: Kind("{member} sent {about}", "send", "see messages", "live"),
    messaging.SENDING_STOPPED: Kind("{member} stopped {about}", "pause", "see messages", "failed"),
    messaging.SENDING_WENT_ON: Kind("{member} let {about} go on", "play", "see messages"),
    messaging.SENDING_PLANNED: Kind("{member} planned {about}", "clock", "see messages", "waiting"),
    messaging.PLAN_CALLED_OFF: Kind("{member} called off {about}", "x", "see messages"),
    messaging.PLAN_REFUSED: Kind(
        "{about} could not go out at its time", "triangle-alert", "see messages", "failed"
    ),
    messaging.REST_LET_GO: Kind("{about} goes to the rest", "send", "see messages", "live"),
    messaging.SENDING_GIVEN_UP: Kind("{member} left out the rest of {about}", "x", "see messages"),
    messaging.SENDING_FINISHED: Kind("{about} finished", "circle-check", "see messages", "ready"),
    messaging.JOURNEY_STARTED: Kind("{member} started {about}", "route", "see messages", "live"),
    messaging.JOURNEY_PAUSED: Kind("{member} paused {about}", "pause", "see messages", "failed"),
    messaging.JOURNEY_WENT_ON: Kind("{member} let {about} go on", "play", "see messages"),
    messaging.JOURNEY_ENDED: Kind("{member} ended {about}", "flag", "see messages"),
    launches.LAUNCH_DRAFTED: Kind("{member} prepared {about}", "file-text", "see launches"),
    launches.LAUNCH_STAGED: Kind("{member} staged {about}", "upload", "see launches"),
    launches.LAUNCH_REHEARSED: Kind("{member} rehearsed {about}", "timer", "see launches"),
    launches.LAUNCH_ARMED: Kind(
        "{member} armed {about}", "lock-keyhole", "see launches", "waiting"
    ),
    launches.LAUNCH_DISARMED: Kind(
        "{member} disarmed {about}", "lock-keyhole-open", "see launches"
    ),
    launches.LAUNCH_WENT: Kind("{member} pressed Go: {about}", "rocket", "see launches", "live"),
    launches.LAUNCH_STOPPED: Kind(
        "{member} stopped {about}", "octagon-x", "see launches", "failed"
    ),
    launches.LAUNCH_WENT_ON: Kind("{member} let {about} go on", "play", "see launches"),
    launches.SEAT_HELD: Kind("{member} held {about}{place}", "pause", "see launches", "waiting"),
    launches.SEAT_LET_GO: Kind("{member} released {about}{place}", "play", "see launches"),
    launches.SEAT_WITHDRAWN: Kind("{member} withdrew {about}{place}", "undo-2", "see launches"),
    messaging.UNSUBSCRIBED: Kind("{who} unsubscribed{place}", "mail", "see people"),
    people.IMPORT_BEGUN: Kind("{member} began an import", "upload", "import people"),
    people.IMPORT_FINISHED: Kind("An import finished", "circle-check", "import people", "ready"),
    people.IMPORT_STOPPED: Kind("An import stopped", "octagon-x", "import people", "failed"),
    people.PERSON_ERASED: Kind("{member} erased someone", "trash-2", "change settings"),
    places.TARGETS_CHOSEN: Kind("{member} chose target seats", "target", "see targets"),
    places.TARGETS_IN_USE: Kind("{member} put a target list in use", "target", "see targets"),
    telling.MEMBER_ADDED: Kind("{member} added a member", "user-plus", "change settings"),
    telling.MEMBER_ENDED: Kind("{member} ended a membership", "log-out", "change settings"),
    telling.ROLE_GRANTED: Kind("{member} gave a role", "key-round", "change settings"),
    telling.ROLE_REVOKED: Kind("{member} took a role back", "key-round", "change settings"),
    telling.ROLE_EXPIRED: Kind("A role ended by itself", "hourglass", "change settings"),
    telling.ROLE_ASKED: Kind("{member} asked for an administrator", "key-round", "change settings"),
    telling.ROLE_ALLOWED: Kind("{member} allowed an administrator", "key-round", "change settings"),
    telling.ROLE_REFUSED: Kind(
        "{member} did not allow an administrator", "key-round", "change settings"
    ),
    telling.MEMBER_INVITED: Kind("{member} invited someone", "user-plus", "change settings"),
    telling.INVITATION_WITHDRAWN: Kind("{member} withdrew an invitation", "x", "change settings"),
    telling.SESSIONS_ENDED: Kind("{member} signed a member out", "log-out", "change settings"),
    telling.UNIT_CLOSED: Kind("{member} closed a unit", "building-2", "change settings"),
    telling.UNIT_ADDED: Kind("{member} added a unit", "building-2", "change settings"),
    telling.CAMPAIGNER_ADDED: Kind("{member} added a campaigner", "megaphone", "change settings"),
}


UNNAMED = ((OF_WORDS, "words to go out"), (OF_MESSAGES, "a message"), (OF_LAUNCHES, "a launch"))
GATHERED = {content.MASTER_WRITTEN, content.MASTER_APPROVED}
PRESSES = {launches.LAUNCH_WENT, launches.LAUNCH_STOPPED, launches.LAUNCH_WENT_ON}
ECHOES = {messaging.SENDING_PRESSED, messaging.SENDING_STOPPED, messaging.SENDING_WENT_ON}


@dataclass(frozen=True)
class Happening:
    """One line of the list. `href` leads to the person or the seat, where there is one."""

    words: str
    icon: str
    state: str
    at: datetime
    href: str = ""


def latest(member: Member, reach: Reach, seat_id: int | None = None) -> list[Happening]:
    """The newest dozen that this member may know of, newest first; of one seat if it is given."""
    rows = [
        row
        for seats, kinds in _askable(reach, seat_id).items()
        for row in _rows(member, seats, kinds)
    ]
    rows = sorted(_without_echoes(rows), key=lambda row: row["at"], reverse=True)[:LATEST]
    known = _names(member, reach, rows)
    about = names_of(member.organisation, rows)
    return [_in_words(row, *known, about) for row in _gathered(rows)]


def _gathered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What one member wrote or approved within a minute is one line, with its number."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for n, row in enumerate(rows):
        minute = row["at"].replace(second=0, microsecond=0)
        alike = (row["kind"], row["member_id"], minute) if row["kind"] in GATHERED else (n,)
        found.setdefault(alike, {**row, "number": 0})["number"] += 1
    return list(found.values())


def _without_echoes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A launch's press, stop and going on are told of the launch, not of its e-mail again."""
    told = {row["at"] for row in rows if row["kind"] in PRESSES}
    return [row for row in rows if row["kind"] not in ECHOES or row["at"] not in told]


def _askable(reach: Reach, seat_id: int | None) -> dict[frozenset[int] | None, list[str]]:
    """Kinds by the seats in which this member may know of them; None: everywhere."""
    by_seats: dict[frozenset[int] | None, list[str]] = {}
    for kind, told in KINDS.items():
        if seat_id is not None and reach.may_in(told.permission, seat_id):
            by_seats.setdefault(frozenset({seat_id}), []).append(kind)
        elif seat_id is None and reach.may(told.permission):
            by_seats.setdefault(reach.seats(told.permission), []).append(kind)
    return by_seats


def _rows(member: Member, seats: frozenset[int] | None, kinds: list[str]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            LATEST_SQL,
            {
                "organisation": member.organisation_id,
                "kinds": kinds,
                "seats": None if seats is None else list(seats),
                "latest": LATEST,
            },
        )
        names = ["kind", "person_id", "place_id", "member_id", "about_id", "at"]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


Named = dict[int, Any]


def _names(member: Member, reach: Reach, rows: list[dict[str, Any]]) -> tuple[Named, Named, Named]:
    """The people (within reach), places and members the rows speak of, by id."""

    def of(name: str) -> set[int]:
        return {row[name] for row in rows if row[name]}

    people_known = (
        Person.objects.filter(organisation=member.organisation, pk__in=of("person_id"))
        .filter(reach.within("see people"))
        .in_bulk()
    )
    seats = Place.objects.in_bulk(of("place_id"))
    members = Member.objects.filter(organisation=member.organisation).in_bulk(of("member_id"))
    return people_known, seats, members


def _in_words(
    row: dict[str, Any],
    people_known: Named,
    seats: Named,
    members: Named,
    named: dict[tuple[str, int], About],
) -> Happening:
    told = KINDS[row["kind"]]
    person, place = people_known.get(row["person_id"]), seats.get(row["place_id"])
    about = _about(row, named)
    words = told.words.format(
        about=about.name,
        who=f"{person.given_name} {person.family_name}".strip() if person else "Someone",
        member=members[row["member_id"]].name if row["member_id"] in members else "Someone",
        place=f" in {place.name}" if place else "",
    )
    return Happening(
        words[:1].upper() + words[1:], told.icon, told.state, row["at"], _link(person) or about.href
    )


def _about(row: dict[str, Any], named: dict[tuple[str, int], About]) -> About:
    if row["number"] > 1:
        return About(counted(row["number"], "master", "masters"), reverse("content:list"))
    fallback = next((words for kinds, words in UNNAMED if row["kind"] in kinds), "")
    return named.get((row["kind"], row["about_id"]), About(fallback, ""))


def _link(person: Person | None) -> str:
    return reverse("people:show", kwargs={"code": person.code}) if person else ""

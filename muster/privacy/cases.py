"""What people ask of us under the law: one case each, with a clock, an owner and its steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from muster.lib import bank_holidays
from muster.organisations import auditing
from muster.organisations.models import Member, Organisation
from muster.people import suppressing
from muster.people.contacts import NotAnEmail, NotAPhone, normal_email, normal_phone
from muster.people.models import ContactPoint, Person
from muster.privacy import rules
from muster.privacy.models import Case, CaseStep

OPENED, STEPPED = "privacy case opened", "privacy case taken on"
OBJECTED = "objected"
HANDED, NOTED, TOLD, MATCHED = "handed over", "noted", "told others", "found on the list"
STOPPED = "stopped contact"
NEEDS_WORDS = {
    rules.ASKED_THEM: "Say what you asked them for.",
    rules.EXTENDED: "Say why it is complex: they are told so too.",
    rules.CLOSED: "Say what came of it.",
    NOTED: "Write something first.",
    TOLD: "Say whom you told of the change.",
}


_when_opened: list[Callable[[Case, datetime], None]] = []


class CannotOpen(Exception):
    """Every reason the case cannot be opened, in words."""


class CannotStep(Exception):
    """Why that cannot be done to the case now."""


@dataclass(frozen=True)
class Request:
    """What someone asks. `contact`: an e-mail address or a phone, as they gave it."""

    kind: str
    route: str
    name: str
    contact: str
    words: str
    received_on: date
    person: Person | None = None


def when_opened(tell: Callable[[Case, datetime], None]) -> None:
    """Be told of each case, within the transaction that opens it."""
    _when_opened.append(tell)


def open_case(
    organisation: Organisation,
    asked: Request,
    *,
    by: Member | None,
    at: datetime,
    code: UUID | None = None,
) -> Case:
    """Open a case and start its clock. Raises `CannotOpen`.

    Who objects is contacted no more from this moment, whatever else happens (DP-21). What comes
    through our own form is acknowledged by the page that takes it; by e-mail too, whatever way it
    came, where there is an address (DP-164A).
    """

    if problems := _problems(organisation, asked, at):
        raise CannotOpen(*problems)
    with transaction.atomic():
        person = asked.person or _only_one(organisation, asked.contact)
        case = Case.objects.create(
            organisation=organisation,
            code=code or uuid4(),
            kind=asked.kind,
            route=asked.route,
            person=person,
            name=asked.name.strip(),
            contact=asked.contact.strip(),
            words=asked.words.strip(),
            received_on=asked.received_on,
            owner=by,
            opened_by=by,
            opened_at=at,
        )
        if asked.route == Case.Route.FORM:
            add_step(case, rules.ACKNOWLEDGED, "The page said so at once.", by, at)
        if asked.kind == Case.Kind.OBJECTION:
            stop_contact(case, by=by, at=at)
        for tell in _when_opened:
            tell(case, at)
        _note(OPENED, case, by, at, what=case.kind)
    return case


def step(
    case: Case, what: str, *, words: str = "", by: Member, at: datetime, on: date | None = None
) -> CaseStep:
    """Write down what was done, on that day (today, if none is given). Raises `CannotStep`."""
    words = words.strip()
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        on = on or today(case.organisation, at)
        if problem := _problem(case, what, words, on, at):
            raise CannotStep(problem)
        added = add_step(case, what, words, by, at, on)
        _note(STEPPED, case, by, at, what=what)
    return added


def hand(case: Case, owner: Member, *, by: Member, at: datetime) -> None:
    """Somebody else answers for it from now on."""
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(owner=owner)
        add_step(case, HANDED, f"To {owner.name}.", by, at)
        _note(STEPPED, case, by, at, what=HANDED, owner=owner.pk)


def match(case: Case, person: Person, *, by: Member, at: datetime) -> None:
    """This is who asked. An objection stops what else is known of them, too."""
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(person=person)
        case.person = person
        add_step(case, MATCHED, "", by, at)
        _note(STEPPED, case, by, at, what=MATCHED)
        if case.kind == Case.Kind.OBJECTION:
            stop_contact(case, by=by, at=at)


def stop_contact(case: Case, *, by: Member | None, at: datetime) -> None:
    """Suppress every listed channel at once: the address they gave, and all we know of theirs."""
    with transaction.atomic():
        for channel, value in addresses_in(case.contact):
            suppressing.suppress(
                case.organisation, channel=channel, value=value, reason=OBJECTED, at=at
            )
        if case.person:
            suppressing.suppress_person(case.person, reason=OBJECTED, at=at, by=by)
        add_step(case, STOPPED, "", by, at)


def addresses_in(contact: str) -> list[tuple[str, str]]:
    """(channel, address) for what they wrote, if it is an e-mail address or a phone."""
    try:
        return [("email", normal_email(contact))]
    except NotAnEmail:
        pass
    try:
        phone = normal_phone(contact)
    except NotAPhone:
        return []
    return [(channel, phone) for channel in suppressing.CHANNELS_OF["phone"]]


def likely(case: Case) -> QuerySet[Person]:
    """Who on the list has the address they gave: one for an e-mail, perhaps more for a phone."""
    values = {value for _, value in addresses_in(case.contact)}
    points = ContactPoint.objects.filter(organisation=case.organisation_id, value__in=values)
    return Person.objects.filter(pk__in=points.values("person")).order_by("pk")


def clock_of(case: Case, on: date) -> rules.Clock:
    """Where the case stands on that day, from its steps."""
    steps = [(s.what, s.on) for s in sorted(case.steps.all(), key=lambda s: s.pk)]
    nation = case.organisation.bank_holidays
    return rules.clock(
        case.kind, case.received_on, steps, on, lambda day: bank_holidays.name_of(day, nation)
    )


def today(organisation: Organisation, at: datetime) -> date:
    """The day it is where the organisation is."""
    return at.astimezone(ZoneInfo(organisation.time_zone)).date()


def open_ones(organisation: Organisation) -> QuerySet[Case]:
    """Every case that was not closed, with its steps."""
    closed = CaseStep.objects.filter(organisation=organisation, what=rules.CLOSED)
    ours = Case.objects.filter(organisation=organisation).exclude(pk__in=closed.values("case"))
    return ours.select_related("owner", "person", "organisation").prefetch_related("steps")


def _problems(organisation: Organisation, asked: Request, at: datetime) -> list[str]:
    problems = []
    if asked.kind not in Case.Kind.values or asked.route not in Case.Route.values:
        problems.append("Choose what they ask, and how it came.")
    if not asked.person and not asked.contact.strip():
        problems.append("Write an e-mail address or a phone to answer to.")
    if asked.received_on > today(organisation, at):
        problems.append("The day it came cannot be still to come.")
    if asked.person and asked.person.organisation_id != organisation.pk:
        problems.append("They are not on your list.")
    return problems


def _problem(case: Case, what: str, words: str, on: date, at: datetime) -> str:
    clock = clock_of(case, today(case.organisation, at))
    if clock.is_closed and what not in (NOTED, TOLD):
        return "The case is closed. Open another if they come back."
    if what in NEEDS_WORDS and not words:
        return NEEDS_WORDS[what]
    if not case.received_on <= on <= today(case.organisation, at):
        return "Choose a day between the day it came and today."
    if what == rules.ASKED_THEM and clock.is_stopped:
        return "The clock stands still already: you wait for their answer."
    if what == rules.THEY_ANSWERED and not clock.is_stopped:
        return "Nothing was asked of them: the clock runs."
    if what == rules.EXTENDED:
        return _why_not_longer(case, clock)
    return ""


def _why_not_longer(case: Case, clock: rules.Clock) -> str:
    if case.kind == Case.Kind.COMPLAINT:
        return "A complaint has no month to add to."
    if case.steps.filter(what=rules.EXTENDED).exists():
        return "It was made longer already: two months is the most."
    if clock.is_late:
        return "The month is over: only a case still in time can be made longer."
    return ""


def _only_one(organisation: Organisation, contact: str) -> Person | None:
    """Whoever has this e-mail address. A phone may be a household's: a person decides."""
    values = {value for channel, value in addresses_in(contact) if channel == "email"}
    points = ContactPoint.objects.filter(organisation=organisation, kind="email", value__in=values)
    return Person.objects.filter(pk__in=points.values("person")).first()


def add_step(
    case: Case, what: str, words: str, by: Member | None, at: datetime, on: date | None = None
) -> CaseStep:
    return CaseStep.objects.create(
        organisation_id=case.organisation_id,
        case=case,
        what=what,
        words=words,
        by=by,
        on=on or today(case.organisation, at),
        at=at,
    )


def _note(kind: str, case: Case, by: Member | None, at: datetime, **codes: Any) -> None:
    auditing.note(kind, case.organisation, by=by, at=at, about=("privacy case", case.pk), **codes)

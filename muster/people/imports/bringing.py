"""One person brought in by a program: known again or new, by the rules that files come in by.

One e-mail address is one person; who asked not to be contacted is not brought back; a yes without
wording, source and date is no consent (PECR-CON). Everything or nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from muster.journal import journal
from muster.organisations.models import Organisation
from muster.people import counting, facts, filing, households, placing, suppressing
from muster.people.contacts import NotAnEmail, NotAPhone, normal_email, normal_phone
from muster.people.imports import agreeing, opening
from muster.people.imports.agreeing import Said
from muster.people.imports.recognising import SOMEONE_ELSES
from muster.people.imports.validating import Where
from muster.people.models import ContactPoint, Person, Suppression
from muster.people.record import changing, contacting, detailing, editing, tagging
from muster.people.record.changing import CannotEdit, Who
from muster.places.models import Place
from muster.places.scope import Reach

NAMES = ("given_name", "family_name", "address", "postcode")
OUT_OF_REACH = "They live, or would, where this key does not reach."
WHO = "Give an e-mail address or an external id: by one of them they are known again."


class CannotBring(CannotEdit):
    """Every reason what was said of someone cannot be kept."""


class OutOfReach(Exception):
    """They are somebody else's to change."""


class Stopped(Exception):
    """They asked not to be contacted: nobody brings them back."""


@dataclass(frozen=True)
class Brought:
    """What a program says of someone. What is left out (or None) it says nothing of.

    `names`: given_name, family_name, address, postcode; `seat`: a seat's code; `details`: by the
    key of a custom field, in words, empty for nothing.
    """

    email: str = ""
    phone: str = ""
    external_id: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    seat: str | None = None
    tags: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Taken:
    """Who they are now; was the person made; what the program should be told."""

    person: Person
    is_made: bool
    told: list[str]


def bring(
    organisation: Organisation, brought: Brought, *, reach: Reach, who: Who, overwrite: bool = False
) -> Taken:
    """Make someone, or add to who they are: blanks are filled, and with `overwrite` the rest too.

    Raises `CannotEdit` (also `CannotBring`), `OutOfReach`, `Stopped`.
    """
    brought = _tidied(brought)
    if not (brought.email or brought.external_id):
        raise CannotBring(WHO)
    try:
        return _bring(organisation, brought, reach, who, overwrite)
    except IntegrityError:  # someone brought them in at the same moment: now they are known
        return _bring(organisation, brought, reach, who, overwrite)


def change(person: Person, brought: Brought, *, reach: Reach, who: Who) -> list[str]:
    """Write what is said over what was known; what the program should be told.

    Raises `CannotEdit`, `OutOfReach`.
    """
    brought = _tidied(brought)
    with transaction.atomic():
        _settle(person, brought, reach, who, overwrite=True)
        return _add_more(person, brought, who)


def _bring(
    organisation: Organisation, brought: Brought, reach: Reach, who: Who, overwrite: bool
) -> Taken:
    with transaction.atomic():
        person = _known(organisation, brought)
        is_made = person is None
        if person is None:
            person = _make(organisation, brought, reach, who)
        else:
            _settle(person, brought, reach, who, overwrite)
        told = _add_more(person, brought, who)
    person.refresh_from_db()
    return Taken(person, is_made, told)


def _tidied(brought: Brought) -> Brought:
    """E-mail, phone and external id in their one form. Raises `CannotBring` with every mistake."""
    problems, email, phone = [], brought.email.strip(), brought.phone.strip()
    try:
        email = normal_email(email) if email else ""
    except NotAnEmail as refusal:
        problems.append(str(refusal))
    try:
        phone = normal_phone(phone) if phone else ""
    except NotAPhone as refusal:
        problems.append(str(refusal))
    external_id = brought.external_id.strip()
    if len(external_id) > 100 or not external_id.isprintable():
        problems.append("An external id has at most 100 printable letters.")
    if problems:
        raise CannotBring(*problems)
    more = {"email": email, "phone": phone, "external_id": external_id}
    return Brought(**{**brought.__dict__, **more})


def _known(organisation: Organisation, brought: Brought) -> Person | None:
    ours = Person.objects.filter(organisation=organisation)
    by_id = by_email = None
    if brought.external_id:
        by_id = ours.filter(external_id=brought.external_id).first()
    if brought.email:
        by_email = ours.filter(
            contact_points__kind=ContactPoint.Kind.EMAIL, contact_points__value=brought.email
        ).first()
    if by_email and by_id and by_email.pk != by_id.pk:
        raise CannotBring(SOMEONE_ELSES)
    if by_email and brought.external_id not in ("", by_email.external_id) and by_email.external_id:
        raise CannotBring(SOMEONE_ELSES)
    return by_id or by_email


def _make(organisation: Organisation, brought: Brought, reach: Reach, who: Who) -> Person:
    names = editing.tidied({f: brought.names.get(f) or "" for f in NAMES})
    where = opening.place(names["postcode"]) if names["postcode"] else Where()
    _refuse_stopped(organisation, brought, names | {"postcode": where.postcode})
    seat = _seat(brought.seat)
    how = Person.SeatHow.SAID if seat and not where.seat_id else where.how
    seat_id = where.seat_id or (seat.pk if seat else None)
    if not reach.may_in("change people", seat_id):
        raise OutOfReach(OUT_OF_REACH)
    home = households.key_of(names["address"], where.postcode) if where.is_known else ""
    person = Person.objects.create(
        organisation=organisation,
        **names | {"postcode": where.postcode},
        seat_id=seat_id,
        seat_how=how,
        ward_id=where.ward_id,
        household_id=households.ids_of(organisation.pk, [home] if home else []).get(home),
        external_id=brought.external_id,
        source="api",
        joined_at=who.at,
    )
    for kind, value in (("email", brought.email), ("phone", brought.phone)):
        if value:
            person.contact_points.create(organisation=organisation, kind=kind, value=value)
    filing.file(person)
    counting.forget(organisation.pk)
    journal.record(
        facts.PERSON_JOINED,
        organisation,
        at=who.at,
        person_id=person.pk,
        place_id=seat_id,
        by=who.by,
        source="api",
    )
    return person


def _refuse_stopped(organisation: Organisation, brought: Brought, names: Mapping[str, str]) -> None:
    keys = [suppressing.key_for("email", brought.email)] if brought.email else []
    if brought.phone:
        keys += [suppressing.key_for(channel, brought.phone) for channel in ("sms", "call")]
    if names["address"]:
        where = suppressing.postal(
            names["given_name"], names["family_name"], names["address"], names["postcode"]
        )
        keys.append(suppressing.key_for("post", where))
    if Suppression.objects.filter(organisation=organisation, key__in=keys).exists():
        raise Stopped(suppressing.REFUSAL)


def _settle(person: Person, brought: Brought, reach: Reach, who: Who, overwrite: bool) -> None:
    """Names, addresses and the seat of someone known."""
    if not reach.may_in("change people", person.seat_id):
        raise OutOfReach(OUT_OF_REACH)
    changing.hold(person)
    was = {name: getattr(person, name) for name in NAMES}
    typed = {n: v for n, v in brought.names.items() if v is not None and (overwrite or not was[n])}
    editing.edit(person, typed, was=was, who=who)
    if brought.email:
        contacting.add(person, "email", brought.email, who=who)
    if brought.phone:
        contacting.add(person, "phone", brought.phone, who=who)
    if brought.external_id and (overwrite or not person.external_id):
        Person.objects.filter(pk=person.pk).update(external_id=brought.external_id)
    seat = _seat(brought.seat)
    if seat and (overwrite or person.seat_id is None) and seat.pk != person.seat_id:
        placing.settle(person, seat.pk, Person.SeatHow.SAID, None, by=who.by, at=who.at)
    if not reach.may_in("change people", person.seat_id):
        raise OutOfReach(OUT_OF_REACH)


def _seat(code: str | None) -> Place | None:
    if not code:
        return None
    found = Place.objects.seats().filter(code=code).first()
    if found is None:
        raise CannotBring(f"No seat has the code “{code[:20]}”.")
    return found


def _add_more(person: Person, brought: Brought, who: Who) -> list[str]:
    """Tags, details and consents; what could not be kept as consent is told."""
    for tag in brought.tags:
        try:
            tagging.add(person, tag, who)
        except tagging.CannotTag as refusal:
            raise CannotBring(str(refusal)) from refusal
    if brought.details:
        _detail(person, brought.details, who)
    return agreeing.take(person, brought.said, who)


def _detail(person: Person, details: Mapping[str, str], who: Who) -> None:
    now = {d.field.key: d for d in detailing.details(person, with_special=False)}
    if unknown := sorted(set(details) - set(now)):
        raise CannotBring(f"No field may be written as “{', '.join(unknown)[:100]}”.")
    typed = {now[key].field.pk: words for key, words in details.items()}
    was = {now[key].field.pk: now[key].words for key in details}
    detailing.write(person, typed, was=was, who=who)

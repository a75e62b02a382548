"""Keeping audiences: made, changed, restored and put away, with all they ever said."""

from datetime import datetime
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.db.models import Q

from muster.audiences import definitions, facts
from muster.audiences.models import Audience, AudienceQuerySet, AudienceVersion
from muster.audiences.of_audiences import check_no_circle
from muster.audiences.rules import Node, Unclear
from muster.journal import journal
from muster.organisations.models import Member, Organisation, Unit
from muster.places.scope import Reach

LONGEST_NAME = 100


class CannotSave(Exception):
    """Why an audience was not kept; nothing was changed."""


def visible(
    organisation: Organisation, member: Member, reach: Reach, at: datetime
) -> AudienceQuerySet:
    """The audiences a member may see: all from head office, else their own and their units'."""
    kept = Audience.objects.kept(organisation)
    if reach.may_everywhere("see people"):
        return kept
    units = Unit.objects.filter(roles__in=member.roles.in_force(at))
    return kept.filter(Q(owner=member) | Q(unit__in=units))


def unit_of(member: Member, reach: Reach, at: datetime) -> Unit | None:
    """Whose a new audience of theirs is: their unit's; head office's has none."""
    if reach.may_everywhere("change audiences"):
        return None
    roles = member.roles.in_force(at).order_by("id")
    first = roles.exclude(unit__kind=Unit.Kind.HEAD_OFFICE).select_related("unit").first()
    return first.unit if first else None


def make(
    organisation: Organisation,
    *,
    name: str,
    definition: Node,
    by: Member,
    at: datetime,
    unit: Unit | None = None,
) -> Audience:
    """Keep a new audience. Raises `CannotSave`."""
    name, definition = _named(name), _readable(definition, organisation)
    audience = Audience(
        organisation=organisation,
        name=name,
        definition=definition,
        owner=by,
        unit=unit,
        made_at=at,
        changed_at=at,
    )
    try:
        with transaction.atomic():
            audience.save()
            _remember(audience, by=by, at=at)
    except IntegrityError:
        _is_taken(name)
    return audience


def change(
    audience: Audience,
    *,
    name: str,
    definition: Node,
    by: Member,
    at: datetime,
    seen: int | None = None,
    restores: int | None = None,
) -> Audience:
    """Let it say something else from now on; what it said stays in its history.

    `seen`: the version the change was made from. Raises `CannotSave`.
    """
    name, definition = _named(name), _readable(definition, audience.organisation)
    try:
        with transaction.atomic():
            locked = Audience.objects.select_for_update().get(pk=audience.pk)
            _check_latest(locked, seen)
            _check_circle(definition, locked)
            if (locked.name, locked.definition) == (name, definition):
                return locked
            locked.name, locked.definition = name, definition
            locked.version, locked.changed_at = locked.version + 1, at
            locked.counted, locked.counted_at = None, None
            locked.save()
            _remember(locked, by=by, at=at, restores=restores)
    except IntegrityError:
        _is_taken(name)
    return locked


def restore(audience: Audience, number: int, *, by: Member, at: datetime) -> Audience:
    """Let it say again what it said once, as a new version. Raises `CannotSave`."""
    then = audience.versions.filter(number=number).first()
    if then is None:
        raise CannotSave("There is no such version.")
    return change(
        audience, name=then.name, definition=then.definition, by=by, at=at, restores=number
    )


def put_away(audience: Audience, *, by: Member, at: datetime) -> None:
    """Take it off the list. Whoever stands on it keeps it; freezes and history stay."""
    with transaction.atomic():
        done = Audience.objects.filter(pk=audience.pk, put_away_at=None).update(put_away_at=at)
        if done:
            about = ("audience", audience.pk)
            journal.record(
                facts.AUDIENCE_PUT_AWAY, audience.organisation, at=at, by=by, about=about
            )


def _remember(audience: Audience, *, by: Member, at: datetime, restores: int | None = None) -> None:
    AudienceVersion.objects.create(
        organisation_id=audience.organisation_id,
        audience=audience,
        number=audience.version,
        name=audience.name,
        definition=audience.definition,
        restores=restores,
        by=by,
        at=at,
    )
    journal.record(
        facts.AUDIENCE_SAVED,
        audience.organisation,
        at=at,
        by=by,
        about=("audience", audience.pk),
        version=audience.version,
    )


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or "\0" in name or len(name) > LONGEST_NAME:
        raise CannotSave(f"Give it a name of at most {LONGEST_NAME} characters.")
    return name


def _readable(definition: Node, organisation: Organisation) -> Node:
    try:
        return definitions.read(definition, organisation)
    except Unclear as unclear:
        raise CannotSave(str(unclear)) from None


def _check_latest(audience: Audience, seen: int | None) -> None:
    if audience.put_away_at is not None:
        raise CannotSave("It was put away meanwhile.")
    if seen is not None and seen != audience.version:
        raise CannotSave(
            "Someone changed this audience meanwhile. Your sentence is still here:"
            " look at theirs in its history, then save yours again."
        )


def _check_circle(definition: Node, audience: Audience) -> None:
    try:
        check_no_circle(definition, audience)
    except Unclear as unclear:
        raise CannotSave(str(unclear)) from None


def _is_taken(name: str) -> NoReturn:
    raise CannotSave(f"There is an audience called “{name}” already. Give this one another name.")

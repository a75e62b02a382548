"""Taking people out of the house as a file: one member asks, another decides (SEC-2).

The file is made by a job, fetched by whoever asked, and gone after seven days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app as queue

from muster.organisations import auditing, conditions
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.scope import reach_of
from muster.privacy import choosing, columns
from muster.privacy.files import folder
from muster.privacy.models import Export

ASKED, APPROVED, REFUSED = "export asked for", "export approved", "export refused"
FETCHED = "export fetched"
ASK_LASTS = timedelta(days=3)
FILE_LASTS = timedelta(days=7)
QUEUE = "privacy"


class CannotExport(Exception):
    """Every reason the export cannot be asked for, decided or fetched, in words."""


@dataclass(frozen=True)
class Asked:
    """An export as someone wants it. `of`: what narrows it, as `choosing` knows it."""

    columns: tuple[str, ...]
    reason: str
    format: str = Export.Format.CSV
    of: tuple[str, int | None] = ("", None)


def ask(organisation: Organisation, asked: Asked, *, by: Member, at: datetime) -> Export:
    """Ask for an export. Nothing leaves until another member approves. Raises `CannotExport`."""
    special = columns.special_among(organisation, asked.columns)
    if problems := _problems(organisation, asked, special, by, at):
        raise CannotExport(*problems)
    try:
        chosen = choosing.chosen(organisation, *asked.of)
    except choosing.NoSuchChoice as refusal:
        raise CannotExport(str(refusal)) from refusal
    with transaction.atomic():
        export = Export.objects.create(
            organisation=organisation,
            columns=list(dict.fromkeys(asked.columns)),
            has_special=bool(special),
            format=asked.format,
            of_kind=asked.of[0],
            of_id=asked.of[1],
            of_words=chosen.words,
            expected=within_reach(chosen.people, by, at).count(),
            reason=asked.reason.strip(),
            by=by,
            asked_at=at,
            expires_at=at + ASK_LASTS,
        )
        _note(ASKED, export, by, at, reason=export.reason)
    return export


def approve(export: Export, *, by: Member, at: datetime) -> None:
    """Let the file be made. Twice is once. Raises `CannotExport`."""
    with transaction.atomic():
        export = Export.objects.select_for_update().get(pk=export.pk)
        if export.is_approved:
            return
        if problems := _problems_deciding(export, by, at):
            raise CannotExport(*problems)
        export.decided_by, export.decided_at, export.is_approved = by, at, True
        export.save(update_fields=["decided_by", "decided_at", "is_approved"])
        _note(APPROVED, export, by, at)
        queue.configure_task("privacy.make_export", queue=QUEUE).defer(export=export.pk)


def refuse(export: Export, *, reason: str, by: Member, at: datetime) -> None:
    """Say no, and why; whoever asked may take it back so too. Raises `CannotExport`."""
    with transaction.atomic():
        export = Export.objects.select_for_update().get(pk=export.pk)
        if export.decided_at is not None:
            raise CannotExport("It was decided already.")
        if not reason.strip():
            raise CannotExport("Say why not: whoever asked reads it.")
        export.decided_by, export.decided_at, export.refusal = by, at, reason.strip()
        export.save(update_fields=["decided_by", "decided_at", "refusal"])
        _note(REFUSED, export, by, at, reason=export.refusal)


def fetch(export: Export, *, by: Member, at: datetime) -> Path:
    """The file, for whoever asked for it. Each fetching is in the audit. Raises `CannotExport`."""
    if by != export.by:
        raise CannotExport(f"Only {export.by.name} may fetch it: they asked for it.")
    if not reach_of(by, at=at).may("export people"):
        raise CannotExport("You may no longer take people out of the house.")
    if export.made_at is None or export.good_until is None:
        raise CannotExport("The file is not made yet.")
    path = file_of(export)
    if export.removed_at or at >= export.good_until or not path.is_file():
        raise CannotExport("The file is gone: it was there for seven days. Ask again.")
    _note(FETCHED, export, by, at)
    return path


def file_of(export: Export) -> Path:
    return folder("exports") / f"{export.code}.zip"


def within_reach(people: QuerySet[Person], by: Member, at: datetime) -> QuerySet[Person]:
    """Of these people, those whom this member may take out at this moment."""
    reach = reach_of(by, at=at)
    ours = people.filter(organisation=by.organisation_id)
    return ours.filter(reach.within("export people")) if reach.may("export people") else ours.none()


def _problems(
    organisation: Organisation, asked: Asked, special: list[str], by: Member, at: datetime
) -> list[str]:
    problems = []
    reach = reach_of(by, at=at)
    if by.organisation_id != organisation.pk or not reach.may("export people"):
        return ["You may not take people out of the house: ask your data lead."]
    unknown = set(asked.columns) - set(columns.known(organisation, special=True))
    if not asked.columns or unknown:
        problems.append("Choose the columns you need.")
    if not asked.reason.strip():
        problems.append("Say what the file is for: whoever approves it reads it.")
    if asked.format not in Export.Format.values:
        problems.append("Choose CSV or Parquet.")
    if special and not conditions.may_hold_special(organisation):
        problems.append(conditions.NONE)
    if special and not reach.may_everywhere("see special data"):
        problems.append(f"You may not see {', '.join(special)}: leave it out.")
    return problems


def _problems_deciding(export: Export, by: Member, at: datetime) -> list[str]:
    if export.decided_at is not None:
        return ["It was refused already. Ask again."]
    reach = reach_of(by, at=at)
    problems = []
    if by.organisation_id != export.organisation_id or not reach.may_everywhere("approve exports"):
        problems.append("You may not approve exports: ask your data lead.")
    if by == export.by:
        problems.append("Someone else approves it: nobody approves what they asked for.")
    if at >= export.expires_at:
        problems.append("It waited for more than three days. Ask again.")
    if export.has_special and not reach.may_everywhere("approve special use"):
        problems.append("It holds special data: someone who may approve its use decides.")
    if export.has_special and not conditions.may_hold_special(export.organisation):
        problems.append(conditions.NONE)
    return problems


def _note(kind: str, export: Export, by: Member, at: datetime, reason: str = "") -> None:
    auditing.note(
        kind,
        export.organisation,
        by=by,
        at=at,
        about=("export", export.pk),
        reason=reason,
        people=export.people if export.people is not None else export.expected,
        columns=export.columns,
        special=export.has_special,
    )

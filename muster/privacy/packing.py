"""One file with everything we hold of someone, for them to read: made by a job (DP-15)."""

import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from procrastinate.contrib.django import app as queue

from muster.organisations import auditing
from muster.organisations.models import Member
from muster.organisations.scoping import acting_for
from muster.people import holding
from muster.people.holding import Held, Row
from muster.people.models import Person
from muster.privacy import cases
from muster.privacy.exporting import QUEUE
from muster.privacy.files import folder, sha256_of, whole
from muster.privacy.models import Case, Pack

PACKED, FETCHED, REMOVED = "access file made", "access file fetched", "access file removed"
LASTS = timedelta(days=14)
LEFT_OUT = "(left out: it speaks of somebody else)"
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)+")


class CannotPack(Exception):
    """Why there is no such file; says what to do."""


def ask(case: Case, *, leaves_out_others: bool, by: Member, at: datetime) -> Pack:
    """Have the file made. Raises `CannotPack`."""
    if case.person is None:
        raise CannotPack("Say first who on the list they are. If nobody is, tell them so.")
    with transaction.atomic():
        pack = Pack.objects.create(
            organisation_id=case.organisation_id,
            case=case,
            leaves_out_others=leaves_out_others,
            by=by,
            asked_at=at,
        )
        queue.configure_task("privacy.make_pack", queue=QUEUE).defer(pack=pack.pk)
    return pack


def make(pack_id: int, at: datetime) -> None:
    """Write the file. Safe to run again; nothing is made of somebody erased meanwhile."""
    found = Pack.objects.select_related("case__person", "case__organisation", "by")
    pack = found.filter(pk=pack_id, made_at=None).first()
    if pack is None or pack.case.person is None:
        return
    person_id = pack.case.person.pk
    path, rooms = file_of(pack), told(pack.case.person)
    with whole(path) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in contents(pack, rooms, at).items():
            bundle.writestr(name, text)
    with transaction.atomic():
        # The person's row is held: an erasure waits, and then finds the file and removes it.
        if not Person.objects.select_for_update().filter(pk=person_id).exists():
            path.unlink(missing_ok=True)
            return
        Pack.objects.filter(pk=pack.pk).update(
            made_at=at, size=path.stat().st_size, sha256=sha256_of(path), good_until=at + LASTS
        )
        cases.add_step(pack.case, PACKED, "", pack.by, at)
        spoke = [room for room, kinds in rooms.items() if kinds]  # the register's too (ER-3)
        _note(PACKED, pack, pack.by, at, rooms=spoke)


def fetch(pack: Pack, *, by: Member, at: datetime) -> Path:
    """The file. Each fetching is in the audit. Raises `CannotPack`."""
    path = file_of(pack)
    if pack.good_until is None or pack.removed_at or at >= pack.good_until or not path.is_file():
        raise CannotPack("The file is gone: it is there for fourteen days. Have it made again.")
    _note(FETCHED, pack, by, at)
    return path


def clear(at: datetime) -> int:
    """Remove every file whose days are over; how many."""
    over = list(Pack.objects.filter(removed_at=None, good_until__lte=at))
    for pack in over:
        file_of(pack).unlink(missing_ok=True)
        with acting_for(pack.organisation_id), transaction.atomic():
            if Pack.objects.filter(pk=pack.pk, removed_at=None).update(removed_at=at):
                _note(REMOVED, pack, None, at)
    return len(over)


def file_of(pack: Pack) -> Path:
    return folder("packs") / f"{pack.code}.zip"


def contents(pack: Pack, rooms: dict[str, list[Held]], at: datetime) -> dict[str, str]:
    """The file's two halves: for reading, and for machines. The same things are in both."""
    case = pack.case
    assert case.person is not None
    kinds = [held for room in rooms.values() for held in room]
    if pack.leaves_out_others:
        kinds = [_without_others(held, case.person) for held in kinds]
    about = {
        "organisation": case.organisation.name,
        "name": f"{case.person.given_name} {case.person.family_name}".strip(),
        "reference": str(case.code),
        "made_on": cases.today(case.organisation, at),
    }
    page = render_to_string("privacy/pack.html", {"kinds": kinds, **about})
    said = {**about, "held": [vars(held) for held in kinds]}
    return {
        "Your data.html": page,
        "your-data.json": json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1),
    }


def told(person: Person) -> dict[str, list[Held]]:
    return holding.held_of(person.organisation, person.pk)


def naming_others(person: Person) -> list[tuple[str, str]]:
    """(what it is, the text) wherever free text seems to name somebody else."""
    return [
        (held.title, text)
        for room in told(person).values()
        for held in room
        if held.may_name_others
        for row in held.rows
        for text in row.values()
        if isinstance(text, str) and names_another(text, person)
    ]


def names_another(text: str, person: Person) -> bool:
    """Does the text hold what looks like a name that is not theirs?

    Two words in a row with capitals: too many rather than too few, for somebody to look at.
    """
    theirs = {w.lower() for w in f"{person.given_name} {person.family_name}".split()}
    return any(not theirs & set(found.lower().split()) for found in _NAME.findall(text))


def _without_others(held: Held, person: Person) -> Held:
    if not held.may_name_others:
        return held
    return replace(held, rows=[_redacted(row, person) for row in held.rows])


def _redacted(row: Row, person: Person) -> Row:
    def said(value: Any) -> Any:
        return LEFT_OUT if isinstance(value, str) and names_another(value, person) else value

    return {heading: said(value) for heading, value in row.items()}


def _note(kind: str, pack: Pack, by: Member | None, at: datetime, **codes: Any) -> None:
    about = ("privacy case", pack.case_id)
    auditing.note(kind, pack.case.organisation, by=by, at=at, about=about, **codes)

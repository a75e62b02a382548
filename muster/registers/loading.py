"""Taking a register in: whole or not at all, every refused row kept with its reason."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from django.conf import settings
from django.db import DataError, connection, transaction

from muster.organisations import auditing
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people import copying
from muster.people.imports import encodings
from muster.people.imports.reading import Record, records
from muster.people.words import fold
from muster.places import postcodes
from muster.places.models import Place
from muster.registers import rules
from muster.registers.columns import Columns, Elector
from muster.registers.models import RegisterEntry, RegisterLoad, RegisterRefusal

LARGEST = 128 * 1024 * 1024
MOST_REFUSED = 5_000
COLUMNS = (
    "organisation_id, load_id, number, given_name, family_name, folded, address, postcode,"
    " attains_on, voted, absent, is_anonymous"
)


class CannotLoad(Exception):
    """Every reason this register may not be kept."""


@dataclass(frozen=True)
class Received:
    """What someone says of a register they received."""

    kind: str
    recipient: Campaigner
    received_on: date
    entitlement: str
    place: Place | None


def load(
    organisation: Organisation,
    received: Received,
    chunks: Iterable[bytes],
    *,
    name: str,
    by: Member,
    at: datetime,
    may_all: bool = False,
) -> RegisterLoad:
    """Keep a register, in quarantine. Raises `CannotLoad`."""
    problems = rules.problems_before_loading(
        campaigner_kind=received.recipient.kind,
        entitlement=received.entitlement,
        is_in_future=received.received_on > at.date(),
        has_place=received.place is not None,
        may_all=may_all,
    )
    if problems:
        raise CannotLoad(*problems)
    folder = settings.VAR / "registers"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "register.csv"
        digest = _save(path, chunks)
        try:
            return _take_in(organisation, received, path, digest, name=name, by=by, at=at)
        except encodings.CannotRead as problem:
            raise CannotLoad(str(problem)) from problem
        except (DataError, psycopg.DataError) as problem:  # COPY's own are not Django's
            raise CannotLoad("The database cannot hold what one of the rows says.") from problem


def _save(path: Path, chunks: Iterable[bytes]) -> str:
    """Write the file down for as long as it is read; the digest of its bytes."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise CannotLoad("The file is larger than 128 MB: load it seat by seat.")
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _take_in(
    organisation: Organisation,
    received: Received,
    path: Path,
    digest: str,
    *,
    name: str,
    by: Member,
    at: datetime,
) -> RegisterLoad:
    same = RegisterLoad.objects.filter(
        organisation=organisation, kind=received.kind, sha256=digest, removed_at=None
    ).first()
    if same:
        raise CannotLoad(f"This very file was loaded on {same.at:%-d %B %Y}.")
    with transaction.atomic():
        kept = RegisterLoad.objects.create(
            organisation=organisation,
            kind=received.kind,
            recipient=received.recipient,
            received_on=received.received_on,
            entitlement=received.entitlement.strip()[:200],
            place=received.place,
            name=name[:200] or "register.csv",
            sha256=digest,
            by=by,
            at=at,
        )
        _read(kept, path)
        auditing.note(
            "register loaded",
            organisation,
            by=by,
            at=at,
            about=("register", kept.pk),
            register=kept.kind,
            recipient=kept.recipient_id,
            electors=kept.electors,
        )
    return kept


def _read(kept: RegisterLoad, path: Path) -> None:
    skip = encodings.settle(path)
    with path.open("rb") as file:
        file.seek(skip)
        first_line = file.readline(65_536).decode("utf-8", "replace")
        delimiter = max(",;\t", key=first_line.count)
        rows = records(file, skip, 0, delimiter)
        heading = next(rows, None)
        if heading is None:
            raise CannotLoad("The file is empty.")
        columns = Columns(heading.fields, kept.kind, _postcode)
        if problems := columns.problems():
            raise CannotLoad(*problems)
        _write(kept, columns, rows)
    if not kept.electors and not kept.anonymous:
        raise CannotLoad("The file has a heading but no electors beneath it that can be kept.")
    kept.save(update_fields=["electors", "anonymous", "refused"])


def _write(kept: RegisterLoad, columns: Columns, rows: Iterator[Record]) -> None:
    refused: list[RegisterRefusal] = []
    seen: set[str] = set()
    entries = RegisterEntry._meta.db_table
    with connection.cursor() as cursor, copying.into(cursor, entries, COLUMNS) as copy:
        for row in rows:
            elector = row.problem or columns.read(row.fields)
            if isinstance(elector, Elector) and elector.number in seen:
                elector = f"Elector {elector.number} stands in the file twice."
            if isinstance(elector, Elector):
                seen.add(elector.number)
                kept.anonymous += elector.is_anonymous
                kept.electors += not elector.is_anonymous
                copy.write_row(_line(kept, elector))
            else:
                kept.refused += 1
                if len(refused) < MOST_REFUSED:
                    refused.append(_refusal(kept, row, elector))
    RegisterRefusal.objects.bulk_create(refused, batch_size=1_000)


def _line(kept: RegisterLoad, e: Elector) -> tuple[object, ...]:
    folded = fold(e.family)[:100]
    who = (kept.organisation_id, kept.pk, e.number, e.given, e.family, folded)
    return (*who, e.address, e.postcode, e.attains, e.voted, e.absent, e.is_anonymous)


def _refusal(kept: RegisterLoad, row: Record, reason: str) -> RegisterRefusal:
    text = row.raw.rstrip("\r\n").replace("\x00", "␀")
    return RegisterRefusal(
        load=kept, organisation_id=kept.organisation_id, line=row.line, text=text, reason=reason
    )


def _postcode(typed: str) -> str:
    """As it is kept; empty: it is none."""
    found = postcodes.find(typed)
    return "" if found.kind == "malformed" else found.postcode


def remove(kept: RegisterLoad, *, by: Member, at: datetime) -> None:
    """Every elector and refused row goes; who received it and who looked stays written down."""
    with transaction.atomic():
        kept.entries.all().delete()
        kept.refusals.all().delete()
        kept.removed_by, kept.removed_at = by, at
        kept.save(update_fields=["removed_by", "removed_at"])
        auditing.note(
            "register removed", kept.organisation, by=by, at=at, about=("register", kept.pk)
        )

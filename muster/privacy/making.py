"""Making an approved export's file, and removing files whose days are over."""

import csv
import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from muster.lib import csv_cells
from muster.lib.words import counted
from muster.organisations import auditing
from muster.people.models import Person
from muster.places.scope import reach_of
from muster.privacy import choosing, columns
from muster.privacy.exporting import FILE_LASTS, file_of, within_reach
from muster.privacy.files import folder, sha256_of, whole
from muster.privacy.models import Export

MADE, REMOVED = "people exported", "export removed"
AT_ONCE = 2_000
NO_DUCKDB = "Parquet is not installed on this machine. Ask for CSV, or install muster[warehouse]."


class CannotMake(Exception):
    """Why there will be no file."""


def make(export_id: int, at: datetime) -> None:
    """Write the file and say so in the audit. Safe to run again after a crash: it begins anew."""
    export = Export.objects.select_related("organisation", "by", "decided_by").get(pk=export_id)
    if not export.is_approved or export.made_at or export.problem:
        return
    path = file_of(export)
    try:
        with whole(path) as beside:
            people = _write(export, beside, at)
    except CannotMake as refusal:
        Export.objects.filter(pk=export.pk, made_at=None).update(problem=str(refusal))
        return
    with transaction.atomic():
        first = Export.objects.filter(pk=export.pk, made_at=None).update(
            people=people,
            size=path.stat().st_size,
            sha256=sha256_of(path),
            made_at=at,
            good_until=at + FILE_LASTS,
        )
        if first:
            auditing.note(
                MADE,
                export.organisation,
                by=export.by,
                at=at,
                about=("export", export.pk),
                people=people,
                approved_by=export.decided_by_id,
            )


def clear(at: datetime) -> int:
    """Remove every file whose days are over; how many. Rows stay: who took what, and when."""
    over = list(
        Export.objects.filter(removed_at=None, good_until__lte=at).select_related("organisation")
    )
    for export in over:
        file_of(export).unlink(missing_ok=True)
        with transaction.atomic():
            if Export.objects.filter(pk=export.pk, removed_at=None).update(removed_at=at):
                about = ("export", export.pk)
                auditing.note(REMOVED, export.organisation, by=None, at=at, about=about)
    return len(over)


def _write(export: Export, path: Path, at: datetime) -> int:
    if not reach_of(export.by, at=at).may("export people"):
        raise CannotMake(f"{export.by.name} may no longer take people out of the house.")
    if export.has_special and not reach_of(export.by, at=at).may_everywhere("see special data"):
        raise CannotMake(f"{export.by.name} may no longer see special data.")
    known = columns.known(export.organisation, special=export.has_special)
    keys = [key for key in export.columns if key in known]
    try:
        chosen = choosing.chosen(export.organisation, export.of_kind, export.of_id)
    except choosing.NoSuchChoice as refusal:
        raise CannotMake(str(refusal)) from refusal
    people = within_reach(chosen.people, export.by, at)
    with tempfile.TemporaryDirectory(dir=folder("exports")) as scratch:
        plain = Path(scratch) / "people.csv"
        count = _write_csv(export, people, keys, plain)
        if export.format == Export.Format.PARQUET:
            plain = _parquet_of(plain, _mark(export))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("READ ME FIRST.txt", about(export, count, at))
            bundle.write(plain, plain.name)
    return count


def _write_csv(export: Export, people: Any, keys: list[str], path: Path) -> int:
    """CSV that no spreadsheet runs as formulas; before Parquet, the values as they are."""
    is_safe = export.format == Export.Format.CSV
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        if not is_safe:
            csv.writer(file).writerow(keys)
        else:
            file.write("\ufeff" + ",".join(keys) + "\r\n")
        for batch in batches(people):
            lines = columns.rows(export.organisation, batch, keys)
            if is_safe:
                file.writelines(",".join(map(csv_cells.cell, line)) + "\r\n" for line in lines)
            else:
                csv.writer(file).writerows(lines)
            count += len(batch)
    return count


def batches(people: Any) -> Iterator[list[Person]]:
    """Everyone, some thousands at a time, in the order they joined: none twice, none missed."""
    last = 0
    while batch := list(
        people.select_related("seat", "ward").filter(pk__gt=last).order_by("pk")[:AT_ONCE]
    ):
        yield batch
        last = batch[-1].pk


def _parquet_of(path: Path, mark: dict[str, str]) -> Path:
    try:
        import duckdb
    except ImportError as missing:
        raise CannotMake(NO_DUCKDB) from missing
    made = path.with_suffix(".parquet")
    said = json.dumps(mark).replace("'", "''")
    with duckdb.connect() as base:
        base.read_csv(str(path), all_varchar=True).create_view("people")
        base.execute(f"COPY people TO '{made}' (FORMAT parquet, KV_METADATA {{muster: '{said}'}})")
    return made


def _mark(export: Export) -> dict[str, str]:
    return {
        "export": str(export.code),
        "organisation": export.organisation.name,
        "asked_by": export.by.name,
        "approved_by": export.decided_by.name if export.decided_by else "",
    }


def about(export: Export, people: int, at: datetime) -> str:
    """What lies beside the people: whose they are, who took them out, for what, until when."""
    mark = _mark(export)
    lines = [
        f"{counted(people, 'person', 'people')} of {mark['organisation']}. {export.of_words}.",
        "",
        f"Export {mark['export']}, made {at:%d %B %Y, %H:%M} UTC.",
        f"Asked for by {mark['asked_by']}, approved by {mark['approved_by']}.",
        f"For: {export.reason}",
        "",
        "This is personal data. Use it for what it was asked for and nothing else, pass it on to",
        "nobody, and delete it when you are done. Who has asked not to be contacted since is not",
        "known to this file: look in Muster before you use an address.",
        "",
    ]
    return "\r\n".join(lines)

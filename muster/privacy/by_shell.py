"""Taking people out by the command line: whoever has the machine's shell has its database anyway.

So no second person is asked, but why is, and the audit keeps it. Special data (DP-9) is left out:
that leaves by the campaign room alone, with a second person.
"""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db.models import QuerySet

from muster.lib import csv_cells
from muster.organisations import auditing
from muster.organisations.models import Organisation
from muster.people.models import Person
from muster.privacy import columns, making
from muster.privacy.files import whole

TAKEN = "people exported by shell"
FORMATS = ("csv", "parquet")


class CannotTake(Exception):
    """Why no file was written."""


def take_out(
    organisation: Organisation,
    people: QuerySet[Person],
    path: Path,
    *,
    format: str,
    because: str,
    shell_user: str,
    at: datetime,
) -> int:
    """Write everyone of `people` to a file that is there whole or not at all; how many.

    Raises `CannotTake`.
    """
    if problems := _problems(path, format, because):
        raise CannotTake(" ".join(problems))
    keys = list(columns.known(organisation, special=False))
    try:
        with whole(path) as beside:
            count = _write(organisation, people, keys, beside, format)
            auditing.note(
                TAKEN,
                organisation,
                by=None,
                at=at,
                reason=because.strip(),
                people=count,
                format=format,
                shell_user=shell_user,
            )
    except OSError as trouble:
        raise CannotTake(f"{path} cannot be written: {trouble.strerror}.") from trouble
    return count


def _problems(path: Path, format: str, because: str) -> list[str]:
    problems = []
    if format not in FORMATS:
        problems.append("The format is csv or parquet.")
    if not because.strip():
        problems.append("Say why with --because: the audit keeps it.")
    if path.exists():
        problems.append(f"There is a file {path} already: name another.")
    elif not path.absolute().parent.is_dir():
        problems.append(f"There is no folder {path.parent}.")
    return problems


def _write(
    organisation: Organisation,
    people: QuerySet[Person],
    keys: Sequence[str],
    path: Path,
    format: str,
) -> int:
    if format == "csv":
        return _write_csv(organisation, people, keys, path, is_safe=True)
    plain = path.with_name(f"{path.name}.csv")
    try:
        plain.touch(mode=0o600)
        count = _write_csv(organisation, people, keys, plain, is_safe=False)
        _copy_as_parquet(plain, path)
    finally:
        plain.unlink(missing_ok=True)
    return count


def _write_csv(
    organisation: Organisation,
    people: QuerySet[Person],
    keys: Sequence[str],
    path: Path,
    *,
    is_safe: bool,
) -> int:
    """CSV that no spreadsheet runs as formulas; before Parquet, the values as they are."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(keys)
        for batch in making.batches(people):
            rows = columns.rows(organisation, batch, keys)
            if is_safe:
                file.writelines(",".join(map(csv_cells.cell, row)) + "\r\n" for row in rows)
            else:
                writer.writerows(rows)
            count += len(batch)
    return count


def _copy_as_parquet(plain: Path, path: Path) -> None:
    try:
        import duckdb
    except ImportError as missing:
        raise CannotTake(making.NO_DUCKDB) from missing
    with duckdb.connect() as base:
        base.read_csv(str(plain), all_varchar=True, header=True).write_parquet(str(path))

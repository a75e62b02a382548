"""Whatever was uploaded, made a plain CSV in UTF-8 on disk: the rest of the way knows only that."""

import csv
import zipfile
from pathlib import Path
from typing import NamedTuple

from muster.lib.words import counted
from muster.people.imports import encodings, mailchimp, workbooks, zip_checks
from muster.people.imports.saving import LARGEST, CannotImport

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
OTHERS = {b"%PDF": "a PDF", b"\x1f\x8b": "a gzip file", b"7z\xbc\xaf": "a 7-Zip file"}
LOOKED_AT = 64_000
"""Bytes by which a picture is told from a list."""
NO_LIST = (
    "This is no list, but a picture or another program's own kind of file: upload CSV, an Excel"
    " workbook or a zip."
)


class Plain(NamedTuple):
    """A file ready to be read. `path` is the upload itself where nothing had to be rewritten."""

    path: Path
    kind: str = "csv"
    encoding: str = "utf-8"
    skip: int = 0
    notes: tuple[str, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def unpack(path: Path, plain: Path, *, encoding: str = "", sheet: str = "") -> Plain:
    """Write `plain` unless `path` will do as it is.

    `encoding`: someone chose it; else guessed. `sheet`: of a workbook; else the first with rows.

    Raises `CannotImport`.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise CannotImport("The file is empty.")
    try:
        if start.startswith((ZIP, EMPTY_ZIP)):
            return _unzip(path, plain, encoding, sheet)
        if start.startswith(OLD_EXCEL):
            raise CannotImport(
                "This is an older Excel file (.xls), or one with a password: save it as .xlsx"
                " without a password, or as CSV."
            )
        for mark, what in OTHERS.items():
            if start.startswith(mark):
                raise CannotImport(f"This is {what}: upload CSV, an Excel workbook or a zip.")
        return _csv(path, plain, encoding)
    except (zip_checks.UnsafeZip, workbooks.CannotOpenWorkbook) as problem:
        plain.unlink(missing_ok=True)
        raise CannotImport(str(problem)) from problem
    except csv.Error as problem:
        plain.unlink(missing_ok=True)
        raise CannotImport(
            "A file in the zip is no CSV, or is damaged: export it again."
        ) from problem
    except OSError as problem:
        plain.unlink(missing_ok=True)
        raise CannotImport(
            "The disk is full: nothing was taken in. Make room, then upload again."
        ) from problem


def _unzip(path: Path, plain: Path, encoding: str, sheet: str) -> Plain:
    members = zip_checks.checked(path, most=LARGEST)
    if workbooks.is_workbook(members):
        problem = zip_checks.problem_of(members, workbooks.MOST_UNPACKED)
        problem = problem or workbooks.problem_of(path, members)
        if problem:
            raise CannotImport(problem)
        read = workbooks.write_csv(path, plain, named=sheet)
        return Plain(plain, "xlsx", sheet=read.sheet, sheets=tuple(read.sheets))
    if mailchimp.is_export(members):
        return Plain(plain, "mailchimp", notes=tuple(mailchimp.write_csv(path, plain, members)))
    lists = mailchimp.lists_in(members)
    if len(lists) != 1:
        found = f"{len(lists)} CSV files" if lists else "no CSV file"
        raise CannotImport(
            f"The zip holds {found}, and is no Mailchimp export: upload one CSV at a time."
        )
    return _one_of(path, plain, lists[0], encoding)


def _one_of(path: Path, plain: Path, member: zipfile.ZipInfo, encoding: str) -> Plain:
    """The one list of a zip, by way of a file of its own."""
    loose = plain.with_suffix(".unpacked")
    try:
        with (
            zipfile.ZipFile(path) as opened,
            opened.open(member) as packed,
            loose.open("wb") as out,
        ):
            while piece := packed.read(1 << 20):
                out.write(piece)
        settled = _csv(loose, plain, encoding)
        if settled.path == loose:
            loose.replace(plain)
            settled = settled._replace(path=plain)
        return settled
    finally:
        loose.unlink(missing_ok=True)


def _csv(path: Path, plain: Path, encoding: str) -> Plain:
    guess = encodings.guess(path)
    if not guess.encoding.startswith(("utf-16", "utf-32")):
        with path.open("rb") as file:
            if not encodings.is_text(file.read(LOOKED_AT)):
                raise CannotImport(NO_LIST)
    if encoding and encoding != guess.encoding:
        guess = encodings.Guess(encoding, ends_with_returns=guess.ends_with_returns)
    if guess.encoding == "utf-8" and not guess.ends_with_returns:
        return Plain(path, "csv", "utf-8", guess.skip, _damage(guess.damaged_lines))
    damaged = encodings.write_utf8(
        path, plain, guess.encoding, guess.skip, returns=guess.ends_with_returns
    )
    note = (
        f"It seems to be written in “{encodings.NAMES.get(guess.encoding, guess.encoding)}”."
        " Look at names with accents below; another encoding can be chosen."
    )
    is_sure = guess.encoding.startswith("utf")
    return Plain(
        plain, "csv", guess.encoding, 0, (*(() if is_sure else (note,)), *_damage(damaged))
    )


def _damage(how_many: int) -> tuple[str, ...]:
    if not how_many:
        return ()
    lines = counted(how_many, "line is", "lines are")
    return (
        f"{lines} not written in the encoding of the rest: those rows will be refused, the others"
        " can be taken in.",
    )

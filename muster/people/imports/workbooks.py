"""An Excel workbook written out as a plain CSV, so that rows are read from disk a few at a time."""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile, ZipInfo

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

MOST_UNPACKED = 500_000_000
"""Bytes. The reader holds a whole sheet: about 1.3 bytes for each of these, so under 1 GB."""
MOST_CELLS = 25_000_000
"""The reader makes room for every cell from the first to the last, though nearly all be empty."""
_PLACE = re.compile(rb' r="([A-Z]{0,3})([0-9]{1,7})"')
_LONGEST_PLACE = 20
MACROS = (
    "The workbook holds macros. None was run, and nothing was taken in: save it as an Excel"
    " workbook without macros (.xlsx) or as CSV, then upload that."
)


class Read(NamedTuple):
    """Which sheet was written out, and the names of all that are shown and hold rows."""

    sheet: str
    sheets: list[str]


class CannotOpenWorkbook(Exception):
    """The workbook cannot be read; says why and what to do."""


def is_workbook(members: list[ZipInfo]) -> bool:
    return bool({"[Content_Types].xml", "content.xml"} & {m.filename for m in members})


def problem_of(path: Path, members: list[ZipInfo]) -> str:
    """Why a workbook, whose members are as large as they say, is not opened; empty: it may be."""
    names = {m.filename for m in members}
    if any(name.lower().rsplit("/", 1)[-1] == "vbaproject.bin" for name in names):
        return MACROS  # never run here, but a list that comes with some is not what it seems
    if "xl/workbook.xml" not in names:
        return "This kind of workbook is not read here: save it as .xlsx or as CSV."
    with ZipFile(path) as opened:
        sheets = [m for m in members if m.filename.startswith("xl/worksheets/")]
        if any(_cells(opened, sheet) > MOST_CELLS for sheet in sheets):
            return (
                "A sheet of the workbook has cells far apart from each other, with more empty ones"
                " between than can be held. Copy the list into a workbook of its own."
            )
    return ""


def _cells(opened: ZipFile, sheet: ZipInfo) -> int:
    """How many cells lie between the first and the last, by what the sheet calls them."""
    rows, columns, left = 0, 1, b""
    with opened.open(sheet) as file:
        while piece := file.read(1 << 20):
            for letters, digits in set(_PLACE.findall(left + piece)):
                rows = max(rows, int(digits))
                columns = max(columns, _number(letters))
            left = piece[-_LONGEST_PLACE:]
    return rows * columns


def _number(letters: bytes) -> int:
    """ "AA" is the 27th column."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def write_csv(path: Path, plain: Path, *, named: str = "") -> Read:
    """Write the sheet of that name, or the first that shows anything.

    Raises `CannotOpenWorkbook`.
    """
    try:
        book = CalamineWorkbook.from_path(path)
        sheet, sheets = _chosen(book, named)
        with plain.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(_rows(sheet))
    except (python_calamine.CalamineError, OSError, ValueError) as problem:
        raise CannotOpenWorkbook(
            "The workbook cannot be read: open it in Excel or LibreOffice, save it again as .xlsx"
            " or CSV, then upload that."
        ) from problem
    return Read(sheet.name, sheets)


def _chosen(book: CalamineWorkbook, named: str) -> tuple[CalamineSheet, list[str]]:
    """The sheet of that name, or the first that is shown and holds rows; the names of all such."""
    shown = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
    sheets = (book.get_sheet_by_name(name) for name in shown)
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise CannotOpenWorkbook("The workbook has no rows.")
    names = [sheet.name for sheet in filled]
    if named and named not in names:
        told = ", ".join(f"“{name[:40]}”" for name in names[:20])
        raise CannotOpenWorkbook(f"No sheet with rows is called “{named[:40]}”. There is: {told}.")
    return filled[names.index(named) if named else 0], names


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        cells = [as_typed(value) for value in row]
        if any(cells):
            yield cells


def as_typed(value: Any) -> str:
    """A cell as someone would have typed it: no “.0”, dates the unmistakable way round."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)

"""An Excel workbook written out as a plain CSV, so that rows are read from disk a few at a time."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

MOST_UNPACKED = 500_000_000
"""Bytes. The reader holds a whole sheet: about 1.3 bytes for each of these, so under 1 GB."""
MACROS = (
    "The workbook holds macros. None was run, and nothing was taken in: save it as an Excel"
    " workbook without macros (.xlsx) or as CSV, then upload that."
)


class CannotOpenWorkbook(Exception):
    """The workbook cannot be read; says why and what to do."""


def is_workbook(members: list[ZipInfo]) -> bool:
    return any(m.filename == "[Content_Types].xml" for m in members)


def problem_of(members: list[ZipInfo]) -> str:
    """Macros are never run here, but a list that comes with some is not what it seems."""
    has_macros = any(m.filename.lower().rsplit("/", 1)[-1] == "vbaproject.bin" for m in members)
    return MACROS if has_macros else ""


def write_csv(path: Path, plain: Path) -> list[str]:
    """Write the first sheet that shows anything; what the organiser should know of the others.

    Raises `CannotOpenWorkbook`.
    """
    try:
        book = CalamineWorkbook.from_path(path)
        sheet, others = _chosen(book)
        with plain.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(_rows(sheet))
    except (python_calamine.CalamineError, OSError, ValueError) as problem:
        raise CannotOpenWorkbook(
            "The workbook cannot be read: open it in Excel or LibreOffice, save it again as .xlsx"
            " or CSV, then upload that."
        ) from problem
    if not others:
        return []
    named = ", ".join(f"“{name[:40]}”" for name in others[:5])
    return [f"The sheet “{sheet.name[:40]}” was read. Not read: {named}."]


def _chosen(book: CalamineWorkbook) -> tuple[CalamineSheet, list[str]]:
    """The first sheet that is shown and holds rows, and the names of the others that do."""
    shown = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
    sheets = (book.get_sheet_by_name(name) for name in shown)
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise CannotOpenWorkbook("The workbook has no rows.")
    return filled[0], [sheet.name for sheet in filled[1:]]


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

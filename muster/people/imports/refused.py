"""The rows a file's import refused, as a file to mend and take in again."""

import csv
import io
import re
from collections.abc import Iterator

from muster.people.imports.template import OURS
from muster.people.models import Import

TRIGGERS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"\+[0-9 ()-]+")


def lines(taken: Import) -> Iterator[str]:
    """The file, a line at a time: line and reason first, then the row's own cells.

    Cells that a spreadsheet would run are made harmless by an apostrophe; phone numbers stay.
    """
    yield "\ufeff" + _line([*OURS, *taken.heading])
    rows = taken.refusals.order_by("line").values_list("line", "reason", "text")
    for number, reason, text in rows.iterator(chunk_size=5_000):
        yield _line([str(number), reason, *(_harmless(cell) for cell in _cells(text, taken))])


def _cells(text: str, taken: Import) -> list[str]:
    """The row's cells; one that cannot be read stays whole in the first."""
    try:
        return next(csv.reader(io.StringIO(text), delimiter=taken.delimiter, strict=True))
    except (csv.Error, StopIteration):
        return [text]


def _harmless(cell: str) -> str:
    if cell.startswith(TRIGGERS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()

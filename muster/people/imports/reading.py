"""Reading a CSV file record by record, knowing to the byte how far one has come.

A record that cannot be read is given back whole with the reason, and reading goes on at the line
after its first: one stray quote costs one row, not the rest of the file.
"""

import csv
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LONGEST_LINE = 256 * 1024
MOST_LINES = 50
KEPT = 10_000
"""How much of a refused row is kept, in characters."""


class Record(NamedTuple):
    """One row: where it began, its fields, what is wrong with it, and where it ended."""

    line: int
    fields: list[str]
    raw: str
    problem: str
    end: int
    end_line: int


class _Runaway(Exception):
    """A line or a quoted field without end."""


class _Lines:
    """The lines of a file from a byte on, counted; `held` are those of the record being read."""

    def __init__(self, file: BinaryIO, offset: int, line: int) -> None:
        self.file, self.offset, self.line = file, offset, line
        self.held: list[str] = []
        self.first_ends = offset
        file.seek(offset)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self.file.readline(LONGEST_LINE)
        if not raw:
            raise StopIteration
        self.offset += len(raw)
        whole = raw.endswith(b"\n") or len(raw) < LONGEST_LINE
        if not whole:
            self._skip_to_end_of_line()
        text = raw.decode("utf-8", "replace")
        self.line += 1
        self.held.append(text)
        if len(self.held) == 1:
            self.first_ends = self.offset
        if not whole or len(self.held) > MOST_LINES:
            raise _Runaway
        return text

    def _skip_to_end_of_line(self) -> None:
        while more := self.file.readline(LONGEST_LINE):
            self.offset += len(more)
            if more.endswith(b"\n"):
                break


def records(file: BinaryIO, offset: int, line: int, delimiter: str) -> Iterator[Record]:
    """Every record from a byte on, `line` lines into the file. Empty lines are no records."""
    while True:
        lines = _Lines(file, offset, line)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            lines.held = []
            begins = lines.line + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Runaway) as problem:
                raw = lines.held[0][:KEPT]
                offset, line = lines.first_ends, begins
                yield Record(begins, [], raw, _why(problem), offset, line)
                break
            if fields:
                raw = lines.held[0] if len(lines.held) == 1 else "".join(lines.held)
                yield Record(begins, fields, raw[:KEPT], "", lines.offset, lines.line)


def _why(problem: Exception) -> str:
    words = str(problem)
    if isinstance(problem, _Runaway) or "field larger" in words:
        return "The row has no end: a quotation mark is missing, or a field is far too long."
    if "unexpected end of data" in words:
        return "The row breaks off in the middle of a quoted field."
    return "The quotation marks in this row do not match."

"""Opening a file of places, results or postcodes: whole, in UTF-8, zipped or not.

A file may begin with lines `# key: value` that say what it is and whom to thank.
"""

import csv
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST = 2**30


class CannotLoad(Exception):
    """A file that can't be taken in at all: what is wrong with it, and what to do."""


@dataclass(frozen=True)
class Line:
    """One line of a file: its number as an editor counts it, and its cells by column."""

    number: int
    cells: dict[str, str]

    def text(self) -> str:
        return ",".join(self.cells.values())


@dataclass(frozen=True)
class Sheet:
    """A file that was read whole: its name, digest, what it says of itself, and its text.

    `first_line` is the number of the line on which `body` (header and rows) begins.
    """

    name: str
    sha256: str
    about: dict[str, list[str]]
    body: str
    first_line: int

    def said(self, key: str) -> str:
        """What the file says of itself under this key; "" where it says nothing."""
        return self.about.get(key, [""])[0]

    @property
    def attribution(self) -> str:
        return "\n".join(self.about.get("attribution", []))

    def header(self) -> list[str]:
        return [c.strip() for c in next(csv.reader(io.StringIO(self.body)), [])]

    def lines(self) -> Iterator[Line]:
        """Yield every row that isn't blank. Raises `CannotLoad` on a row no reader can cut."""
        reader = csv.reader(io.StringIO(self.body), strict=True)
        columns = [c.strip() for c in next(reader)]
        try:
            for cells in reader:
                if any(c.strip() for c in cells):
                    yield Line(self.first_line + reader.line_num - 1, _named(columns, cells))
        except csv.Error as error:
            at = self.first_line + reader.line_num - 1
            raise CannotLoad(f"{self.name}, line {at}: the row can't be read ({error}).") from error


def _named(columns: list[str], cells: list[str]) -> dict[str, str]:
    row = dict(zip(columns, (c.strip() for c in cells), strict=False))
    if len(cells) != len(columns):
        row["?"] = f"It has {len(cells)} cells where the header has {len(columns)}."
    return row


def open_sheet(path: Path) -> Sheet:
    """Read a CSV file whole. Raises `CannotLoad` with words for the person who chose it."""
    raw = _bytes_of(path)
    return _sheet(path.name, hashlib.sha256(raw).hexdigest(), _text_of(path.name, raw))


def open_geojson(path: Path) -> tuple[str, dict[str, Any]]:
    """Read a GeoJSON file whole: its digest and its content. Raises `CannotLoad`."""
    raw = _bytes_of(path)
    try:
        found = json.loads(_text_of(path.name, raw))
        found["features"][:0]
    except (ValueError, KeyError, TypeError) as error:
        raise CannotLoad(f"{path.name} isn't GeoJSON: it holds no list of features.") from error
    return hashlib.sha256(raw).hexdigest(), found


def _bytes_of(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CannotLoad(f"{path} can't be opened: {error.strerror}.") from error
    if raw[:2] == b"\x1f\x8b":
        raw = _unzipped(path.name, raw)
    if not raw.strip():
        raise CannotLoad(f"{path.name} is empty.")
    return raw


def _unzipped(name: str, raw: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as unzipped:
            plain = unzipped.read(LARGEST + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise CannotLoad(
            f"{name} is cut off or damaged: its end can't be unzipped. Copy it again."
        ) from error
    if len(plain) > LARGEST:
        raise CannotLoad(f"{name} unzips to more than 1 GB: split it.")
    return plain


def _text_of(name: str, raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise CannotLoad(f"{name} is in UTF-16. Save it as CSV in UTF-8.")
    if b"\0" in raw[:65536]:
        raise CannotLoad(f"{name} isn't a CSV file: it holds bytes that no text has.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CannotLoad(f"{name}, line {line} isn't UTF-8. Save it as CSV in UTF-8.") from error


def _sheet(name: str, sha256: str, text: str) -> Sheet:
    about: dict[str, list[str]] = {}
    line, at = 1, 0
    while text.startswith("#", at):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        key, _, value = text[at + 1 : end].partition(":")
        about.setdefault(key.strip().lower(), []).append(value.strip())
        line, at = line + 1, end + 1
    body = text[at:]
    if not body.strip():
        raise CannotLoad(f"{name} has no header and no rows.")
    return Sheet(name, sha256, about, body, line)

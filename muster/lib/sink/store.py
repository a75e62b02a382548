"""What the sink keeps: a log of every message, and the messages themselves while there is room."""

import json
import os
import re
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from pathlib import Path

LOG = "log.jsonl"
SEGMENT = 16 * 1024 * 1024  # bytes of compressed mail in one file
SEGMENTS = 16
SHOWN = 50_000  # messages that can be looked at
HEADERS = re.compile(
    rb"^(X-Muster-Delivery|X-Muster-Seat|X-Muster-Rehearsal|Subject):[ \t]*(.*(?:\r\n[ \t].*)*)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the log; the message lies in `file` at `offset`, compressed.

    Of a rehearsal only the line is kept, without recipient and subject: nobody was written to.
    Lines of an older Muster lack what came later, so new fields need a default.
    """

    number: int
    at: str
    code: str
    to: str
    subject: str
    size: int
    seat: str
    file: int
    offset: int
    length: int
    rehearsal: bool = False


class Store:
    """Appends messages and finds them again. For one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.kept: deque[Kept] = deque(maxlen=SHOWN)
        self.total = self.rehearsed = self._file = 0
        for entry in read_log(folder / LOG):
            self._count(entry)
        self._log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._end_half_line()
        self._mail = self._open_segment()

    def add(self, raw: bytes, recipient: str) -> Kept:
        """Keep a message. When this returns, it is in the log."""
        found = headers_of(raw)
        is_rehearsal = "x-muster-rehearsal" in found
        packed = b"" if is_rehearsal else zlib.compress(raw, 1)
        if self._offset + len(packed) > SEGMENT:
            self._next_segment()
        entry = Kept(
            number=self.total + 1,
            at=datetime.now(UTC).isoformat(),
            code=found.get("x-muster-delivery", ""),
            to="" if is_rehearsal else recipient,
            subject="" if is_rehearsal else found.get("subject", ""),
            size=len(raw),
            seat=found.get("x-muster-seat", ""),
            file=self._file,
            offset=self._offset,
            length=len(packed),
            rehearsal=is_rehearsal,
        )
        if packed:
            os.write(self._mail, packed)
            self._offset += len(packed)
        line = {name: getattr(entry, name) for name in Kept.__slots__}
        os.write(self._log, json.dumps(line).encode() + b"\n")
        self._count(entry)
        return entry

    def _count(self, entry: Kept) -> None:
        self.total, self._file = entry.number, entry.file
        if entry.rehearsal:
            self.rehearsed += 1
        else:
            self.kept.append(entry)

    def find(self, text: str = "", limit: int = 100, before: int = 0) -> list[Kept]:
        """The newest messages that have the text in their code, seat, address or subject."""
        wanted = text.strip().lower()
        found = []
        for entry in reversed(self.kept):
            if before and entry.number >= before:
                continue
            said = f"{entry.code}\n{entry.seat}\n{entry.to}\n{entry.subject}".lower()
            if wanted in said:
                found.append(entry)
                if len(found) == limit:
                    break
        return found

    def get(self, number: int) -> Kept | None:
        return next((entry for entry in self.kept if entry.number == number), None)

    def raw(self, entry: Kept) -> bytes | None:
        """The whole message, or None: there was no more room for it."""
        try:
            with self._path(entry.file).open("rb") as segment:
                segment.seek(entry.offset)
                return zlib.decompress(segment.read(entry.length))
        except (FileNotFoundError, zlib.error):
            return None

    def close(self) -> None:
        os.close(self._log)
        os.close(self._mail)

    def _path(self, number: int) -> Path:
        return self.folder / f"mail-{number:06}.bin"

    def _open_segment(self) -> int:
        file = os.open(self._path(self._file), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._offset = os.fstat(file).st_size
        return file

    def _next_segment(self) -> None:
        os.close(self._mail)
        self._file += 1
        self._mail = self._open_segment()
        self._path(self._file - SEGMENTS).unlink(missing_ok=True)

    def _end_half_line(self) -> None:
        """A writer killed in the middle of a line: let the next one begin afresh."""
        with (self.folder / LOG).open("rb") as log:
            if log.seek(0, os.SEEK_END) == 0:
                return
            log.seek(-1, os.SEEK_END)
            if log.read(1) != b"\n":
                os.write(self._log, b"\n")


def read_log(path: Path) -> Iterator[Kept]:
    """Every message the sink took, oldest first. A line cut short by a kill is passed over."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            try:
                yield Kept(**json.loads(line))
            except (ValueError, TypeError):
                continue


def headers_of(raw: bytes) -> dict[str, str]:
    """The headers the sink shows, read without parsing the whole message."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    found = HEADERS.findall(head)
    return {name.decode().lower(): _words(value) for name, value in found}


def _words(value: bytes) -> str:
    words = value.decode("utf-8", "replace").strip()
    if "=?" not in words:
        return words
    try:
        return str(make_header(decode_header(words)))
    except (ValueError, LookupError):
        return words

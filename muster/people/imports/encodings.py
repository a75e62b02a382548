"""What a file is written in, settled once before any row is read."""

import codecs
import unicodedata
from pathlib import Path
from typing import NamedTuple

CHUNK = 1 << 20
SAMPLE = 1 << 20
"""Bytes around the first letters that are not ASCII, by which older encodings are told apart."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
OLDER = ("cp1252", "mac_roman", "cp850", "cp1250", "iso8859_15", "cp1251", "cp1253", "cp1254")
NAMES = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16-le": "Unicode (UTF-16)",
    "utf-16-be": "Unicode (UTF-16, turned round)",
    "utf-32-le": "Unicode (UTF-32)",
    "utf-32-be": "Unicode (UTF-32, turned round)",
    "cp1252": "Windows, Western European",
    "mac_roman": "Older Mac, Western European",
    "cp850": "DOS, Western European",
    "cp1250": "Windows, Central European",
    "iso8859_15": "ISO 8859-15, Western European",
    "cp1251": "Windows, Cyrillic",
    "cp1253": "Windows, Greek",
    "cp1254": "Windows, Turkish",
}
"""What an organiser may choose from when the guess is wrong."""


SAVE_AS = (
    "Nothing was taken in. Save it again as “CSV UTF-8 (Comma delimited)”: in Excel under"
    " File, Save As; in LibreOffice by choosing “Unicode (UTF-8)” when saving."
)


class CannotRead(Exception):
    """The file as a whole cannot be read; says why and what to do."""


class Guess(NamedTuple):
    """What a file seems to be written in. `skip`: bytes before its first letter."""

    encoding: str
    skip: int = 0
    damaged_lines: int = 0
    """Lines that are not in the Unicode of the rest: their rows will be refused."""
    ends_with_returns: bool = False
    """As Macs before 2001 ended lines, and Excel on a Mac still can."""


def guess(path: Path) -> Guess:
    """Marks first; then UTF-8 if all of it is; then whichever older encoding reads as words."""
    with path.open("rb") as file:
        start = file.read(CHUNK)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return Guess(encoding, len(mark))
    if unmarked := _utf16_without_mark(start[:4_000]):
        return Guess(unmarked)
    returns = b"\r" in start and b"\n" not in start
    bad_lines, has_utf8, sample = _look_through(path)
    if bad_lines and not has_utf8:
        older = max(OLDER, key=lambda encoding: _likeness(sample, encoding))
        return Guess(older, ends_with_returns=returns)
    return Guess("utf-8", 0, bad_lines, returns)


def is_text(start: bytes) -> bool:
    """Whether the beginning of a file, not in UTF-16 or UTF-32, has hardly any control characters.

    NULs are not counted: they cost their rows and no others.
    """
    odd = sum(byte < 32 and byte not in b"\x00\t\n\v\f\r\x1a\x1b" for byte in start)
    return odd * 50 <= len(start)


def _utf16_without_mark(start: bytes) -> str:
    """UTF-16 of mostly Latin letters: every other byte is nothing."""
    half = len(start) // 2
    if half < 8:
        return ""
    if start[1::2].count(0) > 0.8 * half:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > 0.8 * half else ""


def _look_through(path: Path) -> tuple[int, bool, bytes]:
    """Lines that are no UTF-8, whether any letter beyond ASCII is, and some of those lines."""
    bad, has_utf8, sample = 0, False, bytearray()
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while line := file.readline(CHUNK):
            if line.isascii() and not decoder.getstate()[0]:
                continue
            try:
                decoder.decode(line, final=line.endswith(b"\n"))
                has_utf8 = True
            except UnicodeDecodeError:
                decoder.reset()
                bad += 1
                if len(sample) < SAMPLE:
                    sample += line[:10_000]
    return bad, has_utf8, bytes(sample)


def _likeness(sample: bytes, encoding: str) -> float:
    """How much like words the sample reads: letters in step with their neighbours, no oddities."""
    text = sample.decode(encoding, "replace")
    score = 0.0
    for before, letter in zip(" " + text, text, strict=False):
        if letter.isascii():
            continue
        kind = unicodedata.category(letter)
        if kind in ("Ll", "Lu"):
            # A capital amid small letters is seldom meant.
            score += 1.0 if kind == "Ll" or not before.islower() else -2.0
            score -= 0.3 if before.isalpha() and _script(before) != _script(letter) else 0
        elif letter in "’‘“”–—€£° ":
            score += 0.2
        else:
            score -= 3.0
    return score


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ", 1)[0]


def write_utf8(
    path: Path, plain: Path, encoding: str, skip: int = 0, *, returns: bool = False
) -> int:
    """Write the file anew as UTF-8; lines that hold letters it cannot have."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    damaged = 0
    with path.open("rb") as file, plain.open("wb") as out:
        file.seek(skip)
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if returns:
                text = text.replace("\r", "\n")
            damaged += text.count("\ufffd")
            out.write(text.encode("utf-8", "replace"))
        out.write(decoder.decode(b"", True).encode("utf-8", "replace"))
    return damaged


def settle(path: Path) -> int:
    """Make a file of nobody's choosing readable in place; the bytes before its first letter.

    For files where no person looks at what was guessed: only Unicode is taken.
    Raises `CannotRead`.
    """
    found = guess(path)
    if found.encoding in OLDER or found.damaged_lines:
        raise CannotRead(
            "The file is not in UTF-8 throughout: it looks like an older Windows or Mac one, whose"
            f" accented letters cannot be told apart safely. {SAVE_AS}"
        )
    if found.encoding == "utf-8" and not found.ends_with_returns:
        return found.skip
    fresh = path.with_suffix(".utf8")
    if write_utf8(path, fresh, found.encoding, found.skip, returns=found.ends_with_returns):
        fresh.unlink()
        raise CannotRead(f"The file begins as UTF-16 but breaks off being it. {SAVE_AS}")
    fresh.replace(path)
    return 0

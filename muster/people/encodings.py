"""What a file is written in, settled once before any row is read."""

import codecs
from pathlib import Path

CHUNK = 1 << 20
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
SAVE_AS = (
    "Nothing was taken in. Save it again as “CSV UTF-8 (Comma delimited)”: in Excel under"
    " File, Save As; in LibreOffice by choosing “Unicode (UTF-8)” when saving."
)


class CannotRead(Exception):
    """The file as a whole cannot be read; says why and what to do."""


def settle(path: Path) -> int:
    """Make the file readable as UTF-8; the number of bytes before its first letter.

    UTF-16, which Excel calls “Unicode text”, is written anew as UTF-8 in the same place.
    Raises `CannotRead`.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] in UTF16:
        _write_anew(path, UTF16[start[:2]])
        return 0
    _check(path)
    return 3 if start.startswith(codecs.BOM_UTF8) else 0


def _check(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as problem:
                line += problem.object[: problem.start].count(b"\n")
                raise CannotRead(_not_utf8(line)) from problem
            line += chunk.count(b"\n")


def _not_utf8(line: int) -> str:
    return (
        f"Line {line:,} is not in UTF-8: the file looks like an older Windows or Mac one, in which"
        f" accented letters cannot be told apart safely. {SAVE_AS}"
    )


def _write_anew(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    fresh = path.with_suffix(".utf8")
    try:
        with path.open("rb") as file, fresh.open("wb") as out:
            file.seek(2)
            while chunk := file.read(CHUNK):
                out.write(decoder.decode(chunk).encode())
    except UnicodeError as problem:
        fresh.unlink()
        raise CannotRead(
            f"The file begins as UTF-16 but breaks off being it. {SAVE_AS}"
        ) from problem
    fresh.replace(path)

"""Whether a zip may be unpacked at all: asked before a byte of it is written anywhere.

What it says of itself is checked first; then every member is inflated into nothing, a piece at a
time, because a zip can lie about its sizes and the library that reads workbooks believes it.
"""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

MOST_MEMBERS = 2_000
MOST_RATIO = 250
SMALL = 20_000_000
"""Below so many bytes unpacked, any ratio will do: a sheet of one word packs well."""
PIECE = 1 << 20
LOCAL = struct.Struct("<26xHH")


class UnsafeZip(Exception):
    """The zip must not be unpacked; says why and what to do."""


def checked(path: Path, *, most: int) -> list[zipfile.ZipInfo]:
    """Its members, when all of them together truly unpack to no more than `most` bytes.

    Raises `UnsafeZip`.
    """
    try:
        with zipfile.ZipFile(path) as opened:
            members = [m for m in opened.infolist() if not m.is_dir()]
        if problem := problem_of(members, most):
            raise UnsafeZip(problem)
        with path.open("rb") as file:
            for member in members:
                _check_truth(file, member)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError) as broken:
        raise UnsafeZip(
            "The file is damaged or was cut off on its way: export it again, then upload it again."
        ) from broken
    return members


def problem_of(members: list[zipfile.ZipInfo], most: int) -> str:
    """What is wrong with a zip by its own account; empty when nothing is."""
    unpacked = sum(m.file_size for m in members)
    packed = sum(m.compress_size for m in members)
    if len(members) > MOST_MEMBERS:
        return f"The file holds {len(members):,} files inside: a list of people never does."
    if any(m.flag_bits & 1 for m in members):
        return "The file has a password: save it without one, then upload it again."
    if unpacked > most:
        return (
            f"The file is {unpacked / 1e6:,.0f} MB unpacked, more than the {most / 1e6:,.0f} MB"
            " opened here. Save it as CSV, or split it."
        )
    if unpacked > SMALL and unpacked > MOST_RATIO * max(packed, 1):
        return "The file unpacks to far more than any list of people would: it was not opened."
    return ""


def _check_truth(file: BinaryIO, member: zipfile.ZipInfo) -> None:
    """Raise where the member unpacks to another size than it says."""
    file.seek(member.header_offset)
    names, extras = LOCAL.unpack(file.read(30))
    file.seek(names + extras, 1)
    if member.compress_type == zipfile.ZIP_STORED:
        if member.compress_size != member.file_size:
            raise UnsafeZip(_lie(member))
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise UnsafeZip(f"“{member.filename[:60]}” is packed in a way not read here.")
    inflater, left, came = zlib.decompressobj(-15), member.compress_size, 0
    while not inflater.eof:
        piece = inflater.unconsumed_tail or file.read(min(PIECE, left))
        if not piece:
            raise EOFError
        if not inflater.unconsumed_tail:
            left -= len(piece)
        came += len(inflater.decompress(piece, PIECE))
        if came > member.file_size:
            raise UnsafeZip(_lie(member))
    if came != member.file_size:
        raise UnsafeZip(_lie(member))


def _lie(member: zipfile.ZipInfo) -> str:
    return (
        f"“{member.filename[:60]}” inside the file is not as large as it says: it was not opened."
    )

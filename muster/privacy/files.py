"""Files that must not outlive their day: written whole, readable by Muster alone, then removed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def folder(name: str) -> Path:
    """A folder of this machine's own, closed to every other user."""
    path: Path = settings.VAR / name
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file beside to write to; it takes its name only once everything went well."""
    beside = path.with_name(f".{path.name}.part")
    beside.touch(mode=0o600)
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

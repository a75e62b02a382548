"""Keeping an uploaded file safe on disk until it is taken in."""

import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

LARGEST = 2 * 1024**3


class CannotImport(Exception):
    """The file cannot be taken in at all; says why and what to do."""


class Saved(NamedTuple):
    """A file safe on disk."""

    path: Path
    size: int
    digest: str


def save(chunks: Iterable[bytes]) -> Saved:
    """Write the file to disk for good, under the digest of its bytes."""
    folder = settings.VAR / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    fresh = folder / f"coming.{os.getpid()}.{time.monotonic_ns()}"
    try:
        with fresh.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST:
                    raise CannotImport("The file is larger than 2 GB: split it.")
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        fresh.unlink(missing_ok=True)
        raise CannotImport(
            "The disk is full: nothing was taken in. Make room, then upload again."
        ) from problem
    except CannotImport:
        fresh.unlink(missing_ok=True)
        raise
    path = folder / f"{digest.hexdigest()}.csv"
    fresh.replace(path)
    return Saved(path, size, digest.hexdigest())

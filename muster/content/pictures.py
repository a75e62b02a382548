"""Pictures under the digest of their bytes: kept once, read whole or not at all."""

import io
import re
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

SHA = re.compile(r"[0-9a-f]{64}")
SMALL = 240
"""Width of a thumbnail in pixels: a contact sheet's card on a fine screen."""


class NoPicture(Exception):
    """There is no such picture here, or not all of it."""


def keep(content: bytes) -> str:
    """Keep a JPEG for good; its name is the SHA-256 of its bytes. Twice is once."""
    sha = sha256(content).hexdigest()
    if not is_whole(sha):
        default_storage.save(_path(sha), ContentFile(content))
    return sha


def read(sha: str) -> bytes:
    """The bytes, checked against their name. Raises NoPicture."""
    content = _read(_path(sha))
    if sha256(content).hexdigest() != sha:
        raise NoPicture(f"The picture {sha[:8]}… was changed on disk: draw it again.")
    return content


def is_whole(sha: str) -> bool:
    """Is it here, every byte as it was?"""
    try:
        read(sha)
    except NoPicture:
        return False
    return True


def thumbnail(sha: str) -> bytes:
    """A small JPEG of it, made at the first asking and kept. Raises NoPicture."""
    path = _path(sha, "small")
    try:
        return _read(path)
    except NoPicture:
        content = _made_small(read(sha))
    default_storage.save(path, ContentFile(content))
    return content


def _made_small(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        # The decoder itself gives an eighth, a quarter or a half: much less work.
        image.draft("RGB", (SMALL, SMALL))
        height = round(image.height * SMALL / image.width)
        small = image.resize((SMALL, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    return out.getvalue()


def _path(sha: str, folder: str = "cards") -> str:
    if not SHA.fullmatch(sha):
        raise NoPicture("That is no picture's name.")
    return f"{folder}/{sha[:2]}/{sha}.jpg"


def _read(path: str) -> bytes:
    try:
        with default_storage.open(path) as file:
            return bytes(file.read())
    except OSError as gone:
        raise NoPicture("The picture is not on this machine: draw it again.") from gone

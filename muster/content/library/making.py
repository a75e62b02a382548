"""An uploaded file as a picture that any mail program shows: checked, turned, shrunk, bare.

Everything is made anew from the dots alone: what a camera or a program wrote beside them, where it
was taken among it, is not carried on.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, ImageOps

MOST_BYTES = 15_000_000
MOST_DOTS = 36_000_000
WIDEST, TALLEST = 1200, 2400  # an e-mail is 600 wide; fine screens show twice as many
LARGEST = 1_000_000  # bytes, as kept
READ = ("PNG", "JPEG", "GIF", "WEBP")


class NoPicture(Exception):
    """Why this file is no picture for an e-mail, in words for whoever chose it."""


@dataclass(frozen=True)
class Made:
    """A picture ready to be kept. `kind`: jpg or png."""

    content: bytes
    kind: str
    width: int
    height: int


def made_from(file: IO[bytes], size: int) -> Made:
    """Raises `NoPicture`. Nothing is decoded before its measures are known."""
    if not size:
        raise NoPicture("That file is empty.")
    if size > MOST_BYTES:
        raise NoPicture(f"A picture has at most 15 MB; this one has {size / 1e6:,.0f}.")
    try:
        with Image.open(file, formats=READ) as opened:
            _check(opened)
            opened.draft("RGB", (WIDEST, TALLEST))
            image = _upright(opened)
    except NoPicture:
        raise
    except Image.DecompressionBombError as bomb:
        raise NoPicture("It has far more dots than the 36 million a picture may have.") from bomb
    except Exception as refusal:  # a decoder given rubbish raises whatever it likes
        raise NoPicture("That is no picture: choose a PNG, JPEG, GIF or WebP.") from refusal
    return _written(image)


def _check(image: Image.Image) -> None:
    dots = image.width * image.height
    if dots > MOST_DOTS:
        raise NoPicture(
            f"It has {dots / 1e6:,.0f} million dots, and 36 are the most: make it smaller first."
        )
    if image.width < 8 or image.height < 8:
        raise NoPicture("It is too small to be seen.")
    if getattr(image, "n_frames", 1) > 1:
        raise NoPicture("It moves, which many readers cannot bear: choose one that stands still.")


def _upright(opened: Image.Image) -> Image.Image:
    """Turned as it was held, in plain colours, no larger than an e-mail shows."""
    image = ImageOps.exif_transpose(opened)
    is_clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    image = image.convert("RGBA" if is_clear else "RGB")
    image.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    if is_clear and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _written(image: Image.Image) -> Made:
    for kind, content in _tries(image):
        if len(content) <= LARGEST:
            return Made(content, kind, image.width, image.height)
    raise NoPicture("Even made smaller it has more than 1 MB: choose a simpler one.")


def _tries(image: Image.Image) -> Iterator[tuple[str, bytes]]:
    """As good as can be first; what is see-through stays so."""
    if image.mode == "RGBA":
        yield "png", _saved(image, "PNG", optimize=True)
        few = image.quantize(256, method=Image.Quantize.FASTOCTREE)
        yield "png", _saved(few, "PNG", optimize=True)
        return
    for quality in (85, 75, 60):
        yield "jpg", _saved(image, "JPEG", quality=quality, optimize=True, progressive=True)


def _saved(image: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()

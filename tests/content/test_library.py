"""Pictures uploaded for e-mails: what is taken in, what is refused, what is left of them."""

import io
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from muster.content.library import keeping
from muster.content.library.making import LARGEST, Made, NoPicture, made_from
from muster.content.models import Picture
from muster.organisations.models import Organisation


def file_of(image: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def made(content: bytes) -> Made:
    return made_from(io.BytesIO(content), len(content))


def photo(size: tuple[int, int] = (1600, 900)) -> Image.Image:
    return Image.effect_noise(size, 80).convert("RGB")


def where_it_was_taken() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # held sideways
    exif[0x010E] = "At home"
    exif.get_ifd(0x8825)[1] = "N"
    return exif


def test_a_photo_is_turned_shrunk_and_bare() -> None:
    found = made(file_of(photo(), "JPEG", quality=95, exif=where_it_was_taken()))

    image = Image.open(io.BytesIO(found.content))
    assert (found.kind, image.format) == ("jpg", "JPEG")
    assert image.height > image.width
    assert image.width <= 1200
    assert not image.getexif()
    assert b"At home" not in found.content
    assert len(found.content) <= LARGEST


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP"])
def test_what_is_see_through_stays_so_and_the_rest_becomes_a_jpeg(form: str) -> None:
    clear = Image.new("RGBA", (60, 40), (200, 0, 0, 0))
    clear.paste((0, 90, 0, 255), (0, 0, 30, 40))

    through = made(file_of(clear, form))
    solid = made(file_of(photo((60, 40)), form))

    assert through.kind == "png"
    corner = Image.open(io.BytesIO(through.content)).convert("RGBA").getpixel((50, 20))
    assert isinstance(corner, tuple)
    assert corner[3] == 0
    assert solid.kind == "jpg"


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 30,000 by 30,000 dots."""
    head = b"IHDR" + (30_000).to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00"
    packed = zlib.compress(b"\x00" * 1_000_000)
    parts = [head, b"IDAT" + packed, b"IEND"]
    chunks = [(len(p) - 4).to_bytes(4) + p + zlib.crc32(p).to_bytes(4) for p in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def moving() -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "lime")]
    return file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])


BAD = {
    "empty": (b"", "empty"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "no picture"),
    "html named png": (b"<!doctype html><script>alert(1)</script>", "no picture"),
    "cut off": (b"\x89PNG\r\n\x1a\n\x00\x00", "no picture"),
    "bomb": (bomb(), "36 million"),
    "moving": (moving(), "moves"),
    "too small": (file_of(Image.new("RGB", (1, 1)), "PNG"), "too small"),
    "too many bytes": (b"x" * 15_000_001, "at most 15 MB"),
    "another kind": (file_of(Image.new("RGB", (9, 9)), "BMP"), "no picture"),
    "half a photo": (file_of(Image.new("RGB", (900, 900)), "JPEG")[:900], "no picture"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_for_an_e_mail_is_refused_in_words(name: str) -> None:
    content, words = BAD[name]

    with pytest.raises(NoPicture, match=words):
        made(content)


def test_forty_million_dots_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(NoPicture, match="40 million dots"):
        made(file_of(Image.new("1", (8000, 5000)), "PNG"))


def test_a_picture_is_uploaded_into_a_block_and_chosen_again(
    as_ada: Client, party: Organisation, settings: Any
) -> None:
    blocks = {"block": ["b0", "b1"], "b0-kind": "picture", "b0-alt": "A full hall"}
    form = blocks | {"b1-kind": "picture", "b1-words": ""}
    photo_file = SimpleUploadedFile("x.png", file_of(photo((300, 200)), "PNG"))
    page = as_ada.post("/messages/write", form | {"do": "upload-0", "b0-file": photo_file})
    kept = Picture.objects.get()
    address = f"/i/{kept.name}"
    again = as_ada.post("/messages/write", form | {"do": f"choose-1-{kept.pk}"}).content.decode()
    nothing = as_ada.post("/messages/write", form | {"do": "upload-0"}).content.decode()
    bad_file = SimpleUploadedFile("x.png", b"<html>")
    refused = as_ada.post("/messages/write", form | {"do": "upload-0", "b0-file": bad_file})
    strange = [
        as_ada.post("/messages/write", form | {"do": do}).status_code
        for do in ("upload-9", "upload-x", "choose-0-9", "choose-", "choose-7-x", "upload-")
    ]

    said = page.content.decode()
    assert kept.alt == "A full hall"
    assert f'value="{address}"' in said
    assert f'src="{settings.PUBLIC_ADDRESS}{address}"' in said
    assert settings.PUBLIC_ADDRESS in page.headers["Content-Security-Policy"].split("img-src")[1]
    assert again.count(f'value="{address}"') == 1
    assert "Choose a file first" in nothing
    assert "That is no picture" in refused.content.decode()
    assert set(strange) == {200}
    assert keeping.read(kept.name)[1] == "image/jpeg"

"""Taking a picture in, choosing one again, and its bytes for whoever reads an e-mail."""

import re
from datetime import datetime
from hashlib import sha256
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from muster.content.blocks import OWN_PICTURE
from muster.content.library.making import Made, NoPicture, made_from
from muster.content.models import Picture
from muster.organisations.models import Member, Organisation

SHOWN = 24
NAME = re.compile(r"[0-9a-f]{64}\.(?:jpg|png)")
TYPES = {"jpg": "image/jpeg", "png": "image/png"}


def take_in(
    organisation: Organisation, file: IO[bytes], size: int, alt: str, *, by: Member, at: datetime
) -> Picture:
    """Keep an uploaded picture; the same one twice is kept once. Raises `NoPicture`."""
    made = made_from(file, size)
    kept, _ = Picture.objects.get_or_create(
        organisation=organisation,
        name=_stored(made),
        defaults={
            "alt": alt.strip()[:400],
            "width": made.width,
            "height": made.height,
            "size": len(made.content),
            "by": by,
            "at": at,
        },
    )
    if alt.strip() and not kept.alt:
        kept.alt = alt.strip()[:400]
        kept.save(update_fields=["alt"])
    return kept


def address_of(picture: Picture) -> str:
    """How a block names it: whole only when the e-mail is set, as our address may change."""
    return f"{OWN_PICTURE}{picture.name}"


def shown(organisation: Organisation) -> list[Picture]:
    """The newest, to choose from."""
    return list(Picture.objects.filter(organisation=organisation).order_by("-pk")[:SHOWN])


def read(name: str) -> tuple[bytes, str]:
    """The bytes of a kept picture and what they are. Raises `NoPicture`."""
    if not NAME.fullmatch(name):
        raise NoPicture("That is no picture's name.")
    try:
        with default_storage.open(_path(name)) as file:
            return bytes(file.read()), TYPES[name.rpartition(".")[2]]
    except OSError as gone:
        raise NoPicture("The picture is not on this machine.") from gone


def _stored(made: Made) -> str:
    name = f"{sha256(made.content).hexdigest()}.{made.kind}"
    if not default_storage.exists(_path(name)):
        default_storage.save(_path(name), ContentFile(made.content))
    return name


def _path(name: str) -> str:
    return f"uploads/{name[:2]}/{name}"

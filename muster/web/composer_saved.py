"""What one press of a button in the list of blocks does, saved blocks among it."""

import io
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from muster.content import keeping
from muster.content.blocks import MOST
from muster.content.library import keeping as library
from muster.content.library.making import MOST_BYTES, NoPicture
from muster.content.models import Picture
from muster.lib.times import now
from muster.web import composer
from muster.web.members import MemberRequest


@dataclass(frozen=True)
class Pressed:
    """The blocks afterwards, the one touched, and what there is to say about it."""

    blocks: composer.Blocks
    touched: int | None = None
    said: str = ""
    problem: str = ""

    def page(self, request: MemberRequest) -> dict[str, Any]:
        """What the list of blocks is drawn from."""
        return composer.page_of(self.blocks, self.touched) | {
            "public_address": settings.PUBLIC_ADDRESS,
            "library": library.shown(request.organisation),
            "saved": keeping.saved_blocks(request.organisation),
            "said": self.said,
            "problem": self.problem,
        }


def pressed(request: MemberRequest, blocks: composer.Blocks, do: str) -> Pressed:
    """`do` is as `composer.acted` takes it, or "save-2", or of a saved one "put-7", "forget-7".

    Of the picture in block 2, "upload-2", or "choose-2-7" for one of the library.
    """
    act, _, which = do.partition("-")
    is_number = which.isascii() and which.isdigit() and len(which) < 10
    if act == "save" and is_number and int(which) < len(blocks):
        return _saved(request, blocks, int(which))
    if act == "upload" and is_number and int(which) < len(blocks):
        return _uploaded(request, blocks, int(which))
    if act == "choose":
        return _chosen(request, blocks, which)
    if act == "put" and is_number:
        return _put_in(request, blocks, int(which))
    if act == "forget" and is_number:
        keeping.forget_block(request.organisation, int(which))
        return Pressed(blocks, said="It is off the list. E-mails it stands in stay as they are.")
    return Pressed(*composer.acted(blocks, do))


def _saved(request: MemberRequest, blocks: composer.Blocks, at: int) -> Pressed:
    try:
        kept = keeping.save_block(request.organisation, blocks[at], by=request.member, at=now())
    except keeping.CannotKeepBlock as refusal:
        return Pressed(blocks, at, problem=str(refusal))
    return Pressed(blocks, at, said=f"Saved as “{kept.name}”: it can be put into any e-mail.")


def _put_in(request: MemberRequest, blocks: composer.Blocks, pk: int) -> Pressed:
    found = next((s for s in keeping.saved_blocks(request.organisation) if s.pk == pk), None)
    if found is None:
        return Pressed(blocks, problem="That block is no longer saved.")
    if len(blocks) >= MOST:
        return Pressed(blocks, problem=f"An e-mail has at most {MOST} blocks.")
    return Pressed([*blocks, dict(found.block)], len(blocks))


def _uploaded(request: MemberRequest, blocks: composer.Blocks, at: int) -> Pressed:
    """The file chosen in a picture's block becomes its picture, and stays in the library."""
    mark = request.POST.getlist("block")[at : at + 1]
    file = request.FILES.get(f"{mark[0]}-file") if mark else None
    if file is None or blocks[at]["kind"] != "picture":
        return Pressed(blocks, at, problem="Choose a file first, then upload it.")
    alt = blocks[at].get("alt", "")
    try:
        content = io.BytesIO(file.read(MOST_BYTES + 1))
        kept = library.take_in(
            request.organisation, content, file.size or 0, alt, by=request.member, at=now()
        )
    except NoPicture as refusal:
        return Pressed(blocks, at, problem=str(refusal))
    return _with(blocks, at, kept)


def _chosen(request: MemberRequest, blocks: composer.Blocks, which: str) -> Pressed:
    at, _, pk = which.partition("-")
    found = next((p for p in library.shown(request.organisation) if str(p.pk) == pk), None)
    is_block = at.isascii() and at.isdigit() and int(at) < len(blocks)
    if found is None or not is_block or blocks[int(at)]["kind"] != "picture":
        return Pressed(blocks, problem="That picture is not in the library.")
    return _with(blocks, int(at), found)


def _with(blocks: composer.Blocks, at: int, picture: Picture) -> Pressed:
    alt = blocks[at].get("alt", "").strip() or picture.alt
    made = [*blocks]
    made[at] = {**blocks[at], "address": library.address_of(picture), "alt": alt}
    said = f"The picture is in: {picture.width} × {picture.height}, {picture.size / 1000:,.0f} kB."
    return Pressed(made, at, said=said if alt else f"{said} Write what it shows.")

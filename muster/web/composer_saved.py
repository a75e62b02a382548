"""What one press of a button in the list of blocks does, saved blocks among it."""

from dataclasses import dataclass
from typing import Any

from muster.content import keeping
from muster.content.blocks import MOST
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
            "saved": keeping.saved_blocks(request.organisation),
            "said": self.said,
            "problem": self.problem,
        }


def pressed(request: MemberRequest, blocks: composer.Blocks, do: str) -> Pressed:
    """`do` is as `composer.acted` takes it, or "save-2", or of a saved one "put-7", "forget-7"."""
    act, _, which = do.partition("-")
    is_number = which.isascii() and which.isdigit() and len(which) < 10
    if act == "save" and is_number and int(which) < len(blocks):
        return _saved(request, blocks, int(which))
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

"""Keeping how e-mails look, and blocks to put into them again."""

import re
from datetime import datetime

from django.db import transaction

from muster.content.blocks import SHAPES, Block, tidy
from muster.content.models import SavedBlock, Theme
from muster.organisations.models import Member, Organisation

MOST_SAVED = 40
SHORT = 40


class CannotKeepBlock(Exception):
    """Why this block cannot be saved."""


def keep_theme(
    organisation: Organisation, font: str, logo: str, *, by: Member, at: datetime
) -> Theme:
    """Let every e-mail not released yet look like this: their approvals lapse with it."""
    theme, _ = Theme.objects.update_or_create(
        organisation=organisation,
        defaults={"font": font, "logo": logo, "kept_by": by, "kept_at": at},
    )
    return theme


def save_block(organisation: Organisation, block: Block, *, by: Member, at: datetime) -> SavedBlock:
    """Keep a block, called by what it says; one of the same name is put in its place."""
    (whole,) = tidy([dict(block)])
    name = name_of(whole)
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        others = SavedBlock.objects.filter(organisation=organisation).exclude(name=name)
        if others.count() >= MOST_SAVED:
            raise CannotKeepBlock(f"{MOST_SAVED} blocks are saved: forget one of them first.")
        saved, _ = SavedBlock.objects.update_or_create(
            organisation=organisation,
            name=name,
            defaults={"block": whole, "by": by, "at": at},
        )
    return saved


def name_of(block: Block) -> str:
    """What a saved block is called.

    >>> name_of({"kind": "button", "words": "I can help in {seat}", "to": ""})
    'Button: I can help in {seat}'
    """
    shape = SHAPES[block["kind"]]
    words = [block[name] for name, part in shape.parts.items() if not part.is_address]
    said = " ".join(" ".join(words).split())
    said = re.sub(r"[*\\]", "", said)
    short = said if len(said) <= SHORT else f"{said[: SHORT - 1].rstrip()}…"
    return f"{shape.name}: {short}" if short else shape.name


def forget_block(organisation: Organisation, pk: int) -> None:
    """Take it off the list. E-mails it stands in stay as they are. Twice is once."""
    SavedBlock.objects.filter(organisation=organisation, pk=pk).delete()


def saved_blocks(organisation: Organisation) -> list[SavedBlock]:
    return list(SavedBlock.objects.filter(organisation=organisation).order_by("name"))

"""Writing a master, changing it, and sealing it once it has gone out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction

from muster.content import facts, versions
from muster.content.blocks import Block, NotBlocks, of_letter, tidy
from muster.content.models import Master
from muster.journal import journal
from muster.organisations.models import Member, Organisation
from muster.places.models import TargetList

Day = date


class CannotWrite(Exception):
    """Why these words could not be kept; each argument is one reason."""


class Sealed(CannotWrite):
    """It went out already: what people received must stay readable as it was."""

    def __init__(self) -> None:
        super().__init__("It was released, so its words stay as they went out. Write a new one.")


@dataclass(frozen=True)
class Words:
    """Everything a writer can put into a master."""

    name: str
    subject: str = ""
    body: str = ""
    button: str = ""
    date: Day | None = None
    targets: TargetList | None = None
    kind: str = Master.Kind.EMAIL
    design: str = Master.Design.COLOUR
    alt: str = ""
    preheader: str = ""
    blocks: Sequence[Block] = ()
    """Of an e-mail. One given as `body` and `button` is a text block and a button."""

    def whole(self) -> "Words":
        """An e-mail as blocks and nothing else, however it was given. Raises CannotWrite."""
        if self.kind != Master.Kind.EMAIL:
            return replace(self, blocks=[], preheader="")
        found: list[Block] = [*of_letter(self.body, self.button)] or list(self.blocks)
        try:
            return replace(self, body="", button="", blocks=tidy(found))
        except NotBlocks as refusal:
            raise CannotWrite(str(refusal)) from None


def write(
    organisation: Organisation,
    words: Words,
    *,
    by: Member,
    at: datetime,
    fact: str = facts.MASTER_WRITTEN,
    is_general: bool = False,
) -> Master:
    """Write a new master, told to the journal as `fact`. Raises CannotWrite."""
    words = _checked(words)
    master = Master(organisation=organisation, author=by, changed_at=at, is_general=is_general)
    with transaction.atomic():
        _keep(master, words)
        versions.keep(master)
        journal.record(fact, organisation, at=at, by=by, about=("master", master.pk))
    return master


def change(master: Master, words: Words, *, by: Member, at: datetime) -> Master:
    """Put other words in place. Whoever changes them is their author: another must approve.

    The digest of the cuts changes with the words, so an approval of the old ones lapses by
    itself; changing them back brings it back. Raises CannotWrite, Sealed.
    """
    words = _checked(words)
    with transaction.atomic():
        kept = Master.objects.select_for_update().get(pk=master.pk)
        if kept.sealed_at:
            raise Sealed
        if kept.kind != words.kind:
            raise CannotWrite("What it is cannot be changed: write a new one.")
        if _same(kept, words):
            return kept
        versions.keep_first(kept)
        kept.author, kept.changed_at = by, at
        _keep(kept, words)
        versions.keep(kept)
        journal.record(
            facts.MASTER_CHANGED, kept.organisation, at=at, by=by, about=("master", kept.pk)
        )
    return kept


def seal(master: Master, *, at: datetime) -> None:
    """Close the words for good, within the transaction that releases them. Twice is once."""
    Master.objects.filter(pk=master.pk, sealed_at=None).update(sealed_at=at)
    master.refresh_from_db(fields=["sealed_at"])


def _checked(words: Words) -> Words:
    if not words.name.strip():
        raise CannotWrite("Give the message a name, to find it by.")
    longest = (("name", 200), ("subject", 200), ("preheader", 200), ("button", 80), ("alt", 400))
    for field, limit in longest:
        what = "alt text" if field == "alt" else field
        if len(getattr(words, field)) > limit:
            raise CannotWrite(f"The {what} is longer than {limit} letters.")
    return words.whole()


def _same(master: Master, words: Words) -> bool:
    return all(getattr(master, name) == value for name, value in _values(words).items())


def _values(words: Words) -> dict[str, object]:
    return {name: getattr(words, name) for name in Words.__dataclass_fields__}


def _keep(master: Master, words: Words) -> None:
    for name, value in _values(words).items():
        setattr(master, name, value.replace("\x00", "") if isinstance(value, str) else value)
    try:
        with transaction.atomic():
            master.save()
    except IntegrityError as refused:
        if "master_name_once" not in str(refused):
            raise
        raise CannotWrite(f"Another message is called {words.name}: choose another name.") from None


def words_of(master: Master) -> Words:
    """A master's words as they stand, to be changed and given back."""
    return Words(**{name: getattr(master, name) for name in Words.__dataclass_fields__})

"""Custom fields: what an organisation asks beyond what everybody has, and by what law (DP-9)."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from muster.organisations import auditing, conditions
from muster.organisations.models import Member, Organisation
from muster.people.models import CustomField

Kind = CustomField.Kind
MOST_CHOICES = 200


class CannotDefine(Exception):
    """The field cannot be so; one argument for each reason."""


@dataclass(frozen=True)
class Asked:
    """A field as someone wants it. `choices`: one a line."""

    key: str
    name: str
    kind: str
    choices: str = ""
    is_special: bool = False
    purpose: str = ""


def define(organisation: Organisation, asked: Asked, *, by: Member, at: datetime) -> CustomField:
    """Ask something new of everybody. Raises `CannotDefine`."""
    _refuse(organisation, asked, None)
    field = CustomField(organisation=organisation, key=asked.key, kind=asked.kind)
    return _write(field, asked, by=by, at=at)


def change(field: CustomField, asked: Asked, *, by: Member, at: datetime) -> CustomField:
    """Reword a field; its key and kind stay, as values hang on them. Raises `CannotDefine`."""
    kept = Asked(field.key, asked.name, field.kind, asked.choices, asked.is_special, asked.purpose)
    _refuse(field.organisation, kept, field)
    return _write(field, kept, by=by, at=at)


def retire(field: CustomField, *, by: Member, at: datetime) -> None:
    """Nobody is asked any more; values stay until they are erased or purged."""
    with transaction.atomic():
        if CustomField.objects.filter(pk=field.pk, retired_at=None).update(retired_at=at):
            _audit("field retired", field, by, at)


def bring_back(field: CustomField, *, by: Member, at: datetime) -> None:
    """Ask it again."""
    with transaction.atomic():
        if CustomField.objects.filter(pk=field.pk).update(retired_at=None):
            _audit("field brought back", field, by, at)


def _refuse(organisation: Organisation, asked: Asked, field: CustomField | None) -> None:
    problems = []
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", asked.key):
        problems.append("The key is small letters, digits and _ : union_branch.")
    if not asked.name.strip() or len(asked.name) > 100:
        problems.append("Name the field in 1 to 100 letters.")
    if asked.kind not in Kind.values:
        problems.append("Choose what kind of answer it takes.")
    if asked.kind == Kind.CHOICE and not 2 <= len(choices_in(asked.choices)) <= MOST_CHOICES:
        problems.append(f"A list needs 2 to {MOST_CHOICES} choices, one a line.")
    if not asked.purpose.strip() or len(asked.purpose) > 200:
        problems.append("Say why you hold it, in 1 to 200 letters: the law asks for a purpose.")
    if asked.is_special and not conditions.may_hold_special(organisation):
        problems.append(f"{conditions.NONE} Settle one first.")
    taken = CustomField.objects.filter(organisation=organisation, key=asked.key)
    if field is None and taken.exists():
        problems.append(f"There is a field “{asked.key}” already.")
    if problems:
        raise CannotDefine(*problems)


def choices_in(text: str) -> list[str]:
    """The choices of a list, each once, in their order."""
    lines = (" ".join(line.split())[:200] for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _write(field: CustomField, asked: Asked, *, by: Member, at: datetime) -> CustomField:
    is_new = field.pk is None
    field.name, field.purpose = " ".join(asked.name.split()), " ".join(asked.purpose.split())
    field.choices = choices_in(asked.choices) if field.kind == Kind.CHOICE else []
    field.is_special = asked.is_special
    try:
        with transaction.atomic():
            field.save()
            _audit("field defined" if is_new else "field changed", field, by, at)
    except IntegrityError as refusal:
        raise CannotDefine(f"There is a field “{field.key}” already.") from refusal
    return field


def _audit(kind: str, field: CustomField, by: Member, at: datetime) -> None:
    auditing.note(
        kind,
        field.organisation,
        by=by,
        at=at,
        about=("custom field", field.pk),
        special=field.is_special,
    )

"""Saying what a file's columns are, and that it may be taken in."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from procrastinate.contrib.django import app

from muster.organisations.models import Member
from muster.people.imports import guessing, mailchimp, mapping, opening, special, typos
from muster.people.imports.mapping import FIELD, IGNORE, NEW, Choice, Options
from muster.people.imports.models import RememberedColumns
from muster.people.imports.saving import CannotImport
from muster.people.models import CustomField, Import, Wording
from muster.people.record import fields as own_fields

CHOOSABLE = (Import.State.CHOOSING, Import.State.COUNTING, Import.State.COUNTED)
_NO_LETTERS = re.compile(r"^[^a-z]+")
WHICH_FILE = (
    "Say which of Mailchimp's files this is: subscribed, unsubscribed, cleaned or nonsubscribed."
    " Its name does not tell, and nobody may be subscribed again."
)


def choose(
    taken: Import,
    choices: Sequence[Choice],
    options: Options,
    *,
    by: Member | None,
    at: datetime,
    queued: bool = True,
) -> None:
    """Settle the columns, remember them, and have the whole file counted.

    Raises `CannotImport` with every problem at once.
    """
    if problems := problems_of(taken, choices, options):
        raise CannotImport(*problems)
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=taken.pk)
        if locked.state not in CHOOSABLE and queued:
            raise CannotImport("Its columns can no longer be changed: it is being taken in.")
        settled = [_settled(taken, choice, by=by, at=at) for choice in choices]
        taken.choices, taken.options = mapping.kept(settled), options.kept()
        taken.counted = {}
        if queued:
            taken.state = Import.State.COUNTING
        taken.save(update_fields=["choices", "options", "counted", "state"])
        _remember(taken, by=by, at=at)
        if queued:
            queue("people.count", taken, alone=False)


def problems_of(taken: Import, choices: Sequence[Choice], options: Options) -> list[str]:
    """Everything that keeps a file from being read with these columns."""
    fields = opening.fields_of(taken)
    problems = mapping.problems_of(choices, taken.heading, fields)
    targets = {choice.target for choice in choices}
    if taken.preset == "mailchimp" and not (options.status or "email_status" in targets):
        problems.append(WHICH_FILE)
    problems += _opt_outs_lost(taken, choices, options)
    filled = [f.name for f in fields if f.is_special and f"{FIELD}{f.pk}" in targets]
    filled += [c.name for c in choices if c.target == NEW and special.looks_special(c.name)]
    for name in filled:
        problems += special.problems_of(taken.organisation, name)
    known = Wording.objects.filter(organisation_id=taken.organisation_id, purpose="marketing")
    versions = set(known.values_list("channel", "version"))
    for channel, proof in options.proof.items():
        problems += _problems_of_proof(channel, proof, versions)
    return problems


def _opt_outs_lost(taken: Import, choices: Sequence[Choice], options: Options) -> list[str]:
    """Nobody who asked to stop is taken in as if they had not."""
    problems = []
    for i in guessing.opt_outs(taken.heading, taken.preset):
        if i < len(choices) and choices[i].target == IGNORE:
            problems.append(
                f"“{taken.heading[i][:40]}” tells who asked to stop or said no: it cannot be left"
                " out."
            )
    told = mailchimp.status_of(taken.name) if taken.preset == "mailchimp" else ""
    if taken.kind == "csv" and told and options.status not in ("", told):
        problems.append(f"The file's own name says that everyone in it is {told}.")
    return problems


def _problems_of_proof(
    channel: str, proof: Mapping[str, str], versions: set[tuple[str, str]]
) -> list[str]:
    wording, source = proof.get("wording", ""), proof.get("source", "").strip()
    shown = mapping.ASKED.get(channel, channel)
    if bool(wording) != bool(source):
        return [f"{shown}: consent needs both the words agreed to and where."]
    if wording and (channel, wording) not in versions:
        return [f"{shown}: “{wording[:40]}” is no wording kept here."]
    if len(source) > 200:
        return [f"{shown}: where they agreed is longer than 200 characters."]
    return []


def take(taken: Import, *, by: Member, at: datetime) -> None:
    """Have a counted file taken in. Pressing twice is pressing once."""
    with transaction.atomic():
        waiting = Import.objects.filter(pk=taken.pk, state=Import.State.COUNTED).update(
            state=Import.State.WAITING, by=by
        )
        if waiting:
            queue("people.take_in", taken)


def correct(taken: Import, groups: Collection[str], *, is_slip: bool) -> None:
    """Take slips of these groups in as they were meant, or as typed again; the file is counted anew

    as a corrected address may be somebody known.
    """
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=taken.pk)
        if locked.state != Import.State.COUNTED:
            return
        options = mapping.options_of(locked.options)
        before = set(options.corrected)
        if typos.ALL in before:
            before = set(locked.counted.get("corrected", ()))
        after = before | set(groups) if is_slip else before - set(groups)
        if after != before:
            options = replace(options, corrected=tuple(sorted(after)))
            Import.objects.filter(pk=taken.pk).update(
                options=options.kept(), counted={}, state=Import.State.COUNTING
            )
            queue("people.count", taken, alone=False)


def choose_again(taken: Import) -> None:
    """Back to the columns: nothing was written yet."""
    Import.objects.filter(pk=taken.pk, state__in=CHOOSABLE).update(state=Import.State.CHOOSING)


def read_sheet(taken: Import, sheet: str) -> None:
    """Have another sheet of the workbook opened by a job; what it was read as stays until then."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=taken.pk)
        if sheet in locked.sheets and locked.state == Import.State.CHOOSING:
            Import.objects.filter(pk=taken.pk).update(state=Import.State.OPENING)
            queue("people.open_file", taken, alone=False, sheet=sheet)


def read_as(taken: Import, encoding: str) -> None:
    """Open the file again as written in another encoding. Raises `CannotImport`."""
    if encoding and taken.kind == "csv" and taken.state == Import.State.CHOOSING:
        opening.settle(taken, encoding=encoding)


def queue(task: str, taken: Import, *, alone: bool = True, **more: str) -> None:
    """Queue a job (people/tasks.py) in this transaction.

    `alone`: it writes people, one such job at a time in an organisation; looking waits for nobody.
    """
    lock = f"import {taken.organisation_id}" if alone else f"import file {taken.pk}"
    app.configure_task(task, queue="imports", lock=lock).defer(import_id=taken.pk, **more)


def _settled(taken: Import, choice: Choice, *, by: Member | None, at: datetime) -> Choice:
    """A new field is made; from then on it is one of the organisation's own."""
    if choice.target != NEW:
        return choice
    if by is None:
        raise CannotImport("A new field is made by a member: choose its columns in the browser.")
    name = " ".join(choice.name.split())[:100]
    asked = own_fields.Asked(
        _free_key(taken, name),
        name,
        choice.kind,
        is_special=special.looks_special(name),
        purpose=choice.purpose,
    )
    try:
        field = own_fields.define(taken.organisation, asked, by=by, at=at)
    except own_fields.CannotDefine as refusal:
        raise CannotImport(*refusal.args) from refusal
    return Choice(f"{FIELD}{field.pk}", choice.order)


def _free_key(taken: Import, name: str) -> str:
    """What files and the API will call the field: its name in small letters, unless it is taken."""
    key = _NO_LETTERS.sub("", slugify(name).replace("-", "_"))[:50] or "field"
    ours = CustomField.objects.filter(organisation_id=taken.organisation_id)
    there = set(ours.filter(key__startswith=key).values_list("key", flat=True))
    return next(k for k in (key, *(f"{key}_{n}" for n in range(2, 9_999))) if k not in there)


def _remember(taken: Import, *, by: Member | None, at: datetime) -> None:
    RememberedColumns.objects.update_or_create(
        organisation_id=taken.organisation_id,
        digest=guessing.digest_of(taken.heading),
        defaults={"choices": taken.choices, "options": taken.options, "by": by, "at": at},
    )

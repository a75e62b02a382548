"""What the columns of a file most likely are: by their headings, then by what stands in them."""

import csv
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from muster.people.imports import dates, mailchimp
from muster.people.imports.mapping import (
    DATES,
    FIELD,
    IGNORE,
    SEVERAL,
    STATUSES,
    STOPS,
    YESES,
    Choice,
)
from muster.people.imports.statuses import is_known as is_known_status
from muster.people.imports.template import COLUMNS, is_template, tidy
from muster.people.imports.values import NO, YES
from muster.people.models import CustomField

PRESETS = {
    "template": "Muster’s template",
    "nationbuilder": "NationBuilder",
    "actionnetwork": "Action Network",
    "mailchimp": "Mailchimp",
    "civicrm": "CiviCRM",
    "any": "another program",
}
TELLING = {
    "nationbuilder": {"nationbuilder_id", "email_opt_in", "federal_donotcall", "tag_list"},
    "actionnetwork": {"can2_phone", "can2_user_tags", "can2_subscription_status", "can2_user_city"},
    "mailchimp": set(mailchimp.MARKS) | {mailchimp.STATUS_COLUMN.lower()},
    "civicrm": {"do_not_trade", "supplemental_address_1", "sort_name", "contact_subtype"},
}
"""Headings that tell a program from the others; two of them are enough."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_POSTCODE = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}")
_PHONE = re.compile(r"(?=(?:\D*\d){9})\+?[\d ()./-]{9,20}")
MOST_OF = 0.8
CHANNELS = {
    "email": {"email", "emails"},
    "sms": {"sms", "text", "texts"},
    "call": {"call", "calls", "phone", "telephone", "ring"},
    "post": {"post", "letter", "letters"},
}
AGREED = {"agree", "agreed", "agrees", "consent", "consents", "consented", "permission", "happy"}
STOPPED = {"no", "not", "never", "stop", "stopped", "dont", "unsubscribe", "objects", "objected"}
"""Words in headings, beside the name of a channel, of columns that say yes or no."""


class Guess(NamedTuple):
    """A preset, a choice for each column, and the columns whose dates nobody can tell apart."""

    preset: str
    choices: list[Choice]


def digest_of(heading: Sequence[str]) -> str:
    """What stands for a heading, so that the same one is remembered: 64 hex digits."""
    return hashlib.sha256("\x1f".join(tidy(heading)).encode()).hexdigest()


def preset_of(heading: Sequence[str]) -> str:
    """The program a file came from, by its heading as typed."""
    names = set(tidy(heading))
    if is_template(list(names)):
        return "template"
    for preset, telling in TELLING.items():
        if len(names & telling) >= 2 or mailchimp.STATUS_COLUMN.lower() in names & telling:
            return preset
    return "any"


def guess(
    heading: Sequence[str],
    rows: Sequence[Sequence[str]],
    fields: Sequence[CustomField] = (),
    *,
    preset: str = "",
) -> Guess:
    """Guess every column. `rows` are some of the file's first; `preset` says whose export it is."""
    preset = preset or preset_of(heading)
    names = tidy(heading)
    columns = [[row[i].strip() for row in rows if i < len(row)] for i in range(len(names))]
    targets: list[str] = []
    for name, values in zip(names, columns, strict=True):
        target = _by_heading(name, preset, fields)
        if target in STATUSES and preset == "any" and not all(map(is_known_status, values)):
            target = IGNORE
        targets.append(target)
    _by_words(targets, names, columns)
    _without_twins(targets)
    _by_contents(targets, names, columns, preset)
    kinds = {f"{FIELD}{f.pk}": f.kind for f in fields}
    choices = [
        Choice(target, _order(target, values, preset, kinds))
        for target, values in zip(targets, columns, strict=True)
    ]
    return Guess(preset, choices)


def opt_outs(heading: Sequence[str], preset: str) -> list[int]:
    """The columns whose headings say that they hold opt-outs: none of them may be left out."""
    targets = [_by_heading(name, preset, ()) for name in tidy(heading)]
    _without_twins(targets)
    is_doubtful = preset == "any"  # "status" may be anything there: its contents decide
    return [
        i
        for i, target in enumerate(targets)
        if target in STOPS or target in YESES or (target in STATUSES and not is_doubtful)
    ]


def _by_heading(name: str, preset: str, fields: Sequence[CustomField]) -> str:
    if name in COLUMNS and preset in ("template", "any"):
        return name
    known = _headings()
    if found := known.get((preset, name)):
        return found
    for field in fields:
        if name in (field.key.replace("-", "_"), *tidy([field.name])):
            return f"{FIELD}{field.pk}"
    return known.get(("any", name), IGNORE)


def _by_words(targets: list[str], names: Sequence[str], columns: Sequence[Sequence[str]]) -> None:
    """Columns of yes and no whose heading speaks of a channel: "Agreed to e-mail"."""
    for i, values in enumerate(columns):
        filled = [value.casefold() for value in values if value]
        said = sum(value in YES or value in NO for value in filled)
        if targets[i] == IGNORE and filled and said >= MOST_OF * len(filled):
            targets[i] = said_of(names[i])


def said_of(name: str) -> str:
    """What a heading of yes and no is about, by its words.

    >>> said_of("agreed_to_e_mail"), said_of("please_do_not_ring"), said_of("came_by_post")
    ('email_consent', 'call_stop', 'ignore')
    """
    words = set(name.replace("e_mail", "email").split("_"))
    channel = next((c for c, called in CHANNELS.items() if words & called), "")
    if not channel or not words & (AGREED | STOPPED):
        return IGNORE
    return f"{channel}_stop" if words & STOPPED else f"{channel}_consent"


def _without_twins(targets: list[str]) -> None:
    """The first column of a kind wins; a full name gives way to its parts."""
    seen: set[str] = set()
    if "given_name" in targets or "family_name" in targets:
        seen.add("full_name")
    for i, target in enumerate(targets):
        if target in seen and target not in SEVERAL:
            targets[i] = IGNORE
        seen.add(target)


def _by_contents(
    targets: list[str], names: Sequence[str], columns: Sequence[list[str]], preset: str
) -> None:
    """Columns no heading explains, where nothing else is their kind yet."""
    looks: list[tuple[str, Callable[[str], object]]] = [
        ("email", _EMAIL.fullmatch),
        ("postcode", _POSTCODE.fullmatch),
        ("phone", _PHONE.fullmatch),
    ]
    known = _headings()
    for target, looks_so in looks:
        for i, values in enumerate(columns):
            filled = [v for v in values if v]
            is_free = targets[i] == IGNORE and (preset, names[i]) not in known
            if target in targets or not is_free or not filled:
                continue
            if sum(1 for v in filled if looks_so(v)) >= MOST_OF * len(filled):
                targets[i] = target


def _order(target: str, values: Sequence[str], preset: str, kinds: dict[str, str]) -> str:
    """The order of a column's dates; empty where a person has to say."""
    if target not in DATES and kinds.get(target) != "date":
        return ""
    order = dates.order_of(values)
    if preset == "template":  # its own page says which way round
        return order if order == "mdy" else "dmy"
    if preset == "nationbuilder" and order in ("", "?"):
        return "mdy"
    if not any(values):
        return "ymd"
    return "" if order == "?" else order


@lru_cache(maxsize=1)
def _headings() -> dict[tuple[str, str], str]:
    """Target by program and (tidied) heading."""
    text = files("muster.people").joinpath("files/import_headings.csv").read_text("utf-8")
    return {(r["preset"], r["heading"]): r["target"] for r in csv.DictReader(text.splitlines())}

"""A Mailchimp export: who is subscribed is told by the names of its files, never by their rows.

A file read without its name would bring everyone back who unsubscribed, so the name becomes a
column of the rows, or is asked for.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from muster.people.imports.delimiters import delimiter_of

STATUS_COLUMN = "MAILCHIMP_STATUS"
STATUSES = ("subscribed", "unsubscribed", "cleaned", "nonsubscribed")
_NAME = re.compile(r"(un|non)?-?(subscribed|cleaned)(?![a-z])", re.IGNORECASE)
MARKS = frozenset({"member_rating", "optin_time", "leid", "euid", "last_changed"})
"""Headings that only Mailchimp writes."""


def status_of(name: str) -> str:
    """What a file's name says of everyone in it; empty when it says nothing.

    >>> status_of("exports/unsubscribed_members_export_1.csv"), status_of("people.csv")
    ('unsubscribed', '')
    """
    found = _NAME.match(name.replace("\\", "/").rsplit("/", 1)[-1])
    if not found:
        return ""
    said = f"{found[1] or ''}{found[2]}".lower()
    return said if said in STATUSES else ""


def lists_in(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The lists among a zip's members: CSV files, without what a Mac adds."""
    named = [m for m in members if m.filename.lower().endswith(".csv")]
    return [m for m in named if not m.filename.startswith("__MACOSX")]


def is_export(members: list[zipfile.ZipInfo]) -> bool:
    lists = lists_in(members)
    return bool(lists) and all(status_of(m.filename) for m in lists)


def write_csv(path: Path, plain: Path, members: list[zipfile.ZipInfo]) -> list[str]:
    """Write all its lists as one, each row with its file's status. Opt-outs come first.

    First, so that nobody who is in two of them is taken in as subscribed.
    """
    order = ("unsubscribed", "cleaned", "nonsubscribed", "subscribed")
    lists = sorted(lists_in(members), key=lambda m: order.index(status_of(m.filename)))
    notes = []
    with zipfile.ZipFile(path) as opened, plain.open("w", newline="", encoding="utf-8") as out:
        columns = _columns(opened, lists)
        writer = csv.DictWriter(out, [*columns, STATUS_COLUMN], restval="", extrasaction="ignore")
        writer.writeheader()
        for member in lists:
            status, count = status_of(member.filename), 0
            for row in _rows(opened, member):
                writer.writerow({**row, STATUS_COLUMN: status})
                count += 1
            notes.append(f"{count:,} {status}")
    return [f"Mailchimp's files were read together: {', '.join(notes)}."]


def _columns(opened: zipfile.ZipFile, lists: list[zipfile.ZipInfo]) -> list[str]:
    columns: dict[str, None] = {}
    for member in lists:
        for row in _rows(opened, member, heading=True):
            columns |= dict.fromkeys(row)
    return list(columns)


def _rows(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, *, heading: bool = False
) -> Iterator[dict[str, str]]:
    with opened.open(member) as raw:
        text = io.TextIOWrapper(raw, "utf-8-sig", "replace", newline="")
        first = text.readline()
        delimiter = delimiter_of(first)
        names = next(csv.reader([first], delimiter=delimiter), [])
        if heading:
            yield dict.fromkeys(names, "")
            return
        for cells in csv.reader(
            (line.replace("\x00", "\ufffd") for line in text), delimiter=delimiter
        ):
            if cells:
                yield dict(zip(names, cells, strict=False))

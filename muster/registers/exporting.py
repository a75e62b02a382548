"""Taking a copy out, watermarked: whose it is stands in the file and in the order of its rows."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction

from muster.lib import csv_cells
from muster.organisations import auditing
from muster.organisations.models import Member, Organisation
from muster.registers import looking, rules
from muster.registers.models import RegisterExport, RegisterLoad

HEADING = ("elector_number", "given_name", "family_name", "address", "postcode", "attains_on")
ROWS = """
SELECT number, given_name, family_name, address, postcode, attains_on, voted, absent
  FROM registers_registerentry WHERE load_id = %s AND NOT is_anonymous
 ORDER BY md5(%s || number) LIMIT %s OFFSET %s
"""
IN_ORDER = """
SELECT coalesce(bool_and(before IS NULL OR before <= mark), false)
  FROM (SELECT md5(%s || number) AS mark,
               lag(md5(%s || number)) OVER (ORDER BY place) AS before
          FROM unnest(%s::text[]) WITH ORDINALITY AS row (number, place)) marked
"""
AT_ONCE = 20_000
FEWEST_TO_TELL = 8
"""So many rows in order: one chance in 40,320 that it is another's."""


def export(load: RegisterLoad, *, purpose: str, by: Member, at: datetime) -> RegisterExport:
    """Write down that a copy is taken; `lines` are it. Raises `CannotLook`."""
    problems = rules.problems_before_using(purpose=purpose, has_accepted=looking.has_accepted(by))
    if load.removed_at:
        problems.append("This register was removed.")
    if problems:
        raise looking.CannotLook(*problems)
    with transaction.atomic():
        copy = RegisterExport.objects.create(
            organisation_id=load.organisation_id, load=load, purpose=purpose, by=by, at=at
        )
        auditing.note(
            "register exported",
            load.organisation,
            by=by,
            at=at,
            about=("register", load.pk),
            purpose=purpose,
            copy=str(copy.code),
            electors=load.electors,
        )
    return copy


def lines(copy: RegisterExport) -> Iterator[str]:
    """The file: a line that says whose copy it is, the heading, the electors in its own order."""
    load = copy.load
    more = {"marked": ("voted",), "absent": ("absent",)}.get(load.kind, ())
    lent = (
        f"Lent to {copy.by.name} for {load.recipient.name} at {copy.at:%Y-%m-%d %H:%M} UTC;"
        f" register {load.code}, copy {copy.code}. Misuse is an offence (reg 115)."
    )
    yield "\ufeff" + csv_cells.cell(lent) + "\r\n"
    yield from _lines([[*HEADING, *more]])
    start = 0
    while rows := _rows(copy, start):
        yield from _lines([*row[:6], *_more(load.kind, row)] for row in rows)
        start += len(rows)


def _lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    for row in rows:
        yield ",".join(csv_cells.cell(value) for value in row) + "\r\n"


def _more(kind: str, row: tuple[object, ...]) -> list[object]:
    voted, absent = row[6:]
    if kind == "marked":
        return ["yes" if voted else "no"]
    return [absent] if kind == "absent" else []


def _rows(copy: RegisterExport, start: int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [copy.load_id, str(copy.code), AT_ONCE, start])
        return list(cursor.fetchall())


def whose(organisation: Organisation, numbers: list[str]) -> list[RegisterExport]:
    """The copies whose order these electors stand in: a file found astray, or a part of it."""
    if len(numbers) < FEWEST_TO_TELL:
        return []
    copies = RegisterExport.objects.filter(organisation=organisation).select_related("by", "load")
    return [copy for copy in copies.order_by("-at") if _is_in_order(copy, numbers)]


def _is_in_order(copy: RegisterExport, numbers: list[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IN_ORDER, [str(copy.code), str(copy.code), numbers])
        return bool(cursor.fetchone()[0])

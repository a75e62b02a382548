"""Taking in postcodes: millions of rows, straight into the table."""

import csv
import io
from collections.abc import Iterator

from django.db import connection

from muster.places.filing import Meter, Tally
from muster.places.models import Place, Postcode
from muster.places.reading import Line, Sheet
from muster.places.shapes import ours

TABLE = Postcode._meta.db_table
BLOCK = 20_000
LONGEST = 10
# Below so many rows, taking the indexes down and up again costs more than it saves.
WORTH_IT = 100_000


def file_postcodes(sheet: Sheet, meter: Meter) -> Tally:
    """Copy every postcode in; the first great file goes in without indexes to keep up."""
    country = (sheet.said("country") or "GB").upper()
    tally = Tally(about=country)
    rows = _rows(sheet, country, _ids(country), tally, meter)
    if sheet.body.count("\n") > WORTH_IT and not Postcode.objects.exists():
        tally.changed = _fill(rows)
    else:
        tally.changed = _merge(rows)
    return tally


def _rows(
    sheet: Sheet, country: str, ids: dict[str, str], tally: Tally, meter: Meter
) -> Iterator[bytes]:
    """Blocks of rows as COPY takes them: code, country, seat's id, ward's id."""
    taken: set[str] | None = None if _is_in_order(sheet) else set()
    block: list[str] = []
    for number, cells in _cells(sheet):
        code = cells[0].replace(" ", "").upper()
        seat, ward = ids.get(cells[1]), ids.get(cells[2])
        if seat is None or ward is None or not _is_well_formed(code) or code in (taken or ()):
            _refuse(tally, number, cells, _why(cells, code, seat, ward))
        else:
            if taken is not None:
                taken.add(code)
            block.append(f"{code}\t{country}\t{seat}\t{ward}\n")
        tally.rows += 1
        if tally.rows % BLOCK == 0:
            yield "".join(block).encode()
            block.clear()
            meter.advance(BLOCK)
    yield "".join(block).encode()
    meter.advance(tally.rows % BLOCK)


def _ids(country: str) -> dict[str, str]:
    """Seat and ward ids by code, as COPY writes them; no code is NULL."""
    found = Place.objects.filter(country=country, kind__in=["seat", "ward"])
    return {"": r"\N"} | {code: str(pk) for code, pk in found.values_list("code", "pk")}


def _cells(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Line number and [postcode, seat, ward] of each row; a plain file is cut without ceremony."""
    names = ours(sheet.header())
    columns = list(names.values())
    if columns == ["postcode", "seat", "ward"] and '"' not in sheet.body:
        for number, line in _cut(sheet):
            cells = line.split(",")
            if len(cells) == 3:
                yield number, cells
            elif line.strip():
                yield number, [*cells, "", "", ""][:3] if len(cells) < 3 else ["", *cells]
        return
    where = [columns.index(c) if c in columns else -1 for c in ("postcode", "seat", "ward")]
    reader = csv.reader(io.StringIO(sheet.body))
    next(reader)
    for row in reader:
        if row:
            padded = [*row, ""]
            cells = [padded[i].strip() if i < len(row) else "" for i in where]
            yield sheet.first_line + reader.line_num - 1, cells


def _cut(sheet: Sheet) -> Iterator[tuple[int, str]]:
    """Every line below the header with its number, cut one at a time: a copy would be too big."""
    body = sheet.body
    at, number = body.find("\n") + 1, sheet.first_line + 1
    while at < len(body) and at > 0:
        end = body.find("\n", at)
        end = len(body) if end < 0 else end
        yield number, body[at:end].rstrip("\r")
        at, number = end + 1, number + 1


def _is_in_order(sheet: Sheet) -> bool:
    """Strictly rising, as ours is: then no postcode can be in it twice, and none is remembered."""
    last = ""
    for _, line in _cut(sheet):
        code = line.partition(",")[0]
        if code <= last or not _is_well_formed(code) or not code.isupper():
            return False
        last = code
    return True


def _is_well_formed(code: str) -> bool:
    return code.isalnum() and code.isascii() and len(code) <= LONGEST


def _why(cells: list[str], code: str, seat: str | None, ward: str | None) -> str:
    if not _is_well_formed(code):
        return f"“{cells[0]}” isn't a postcode."
    if seat is None:
        return f"No seat has the code {cells[1]}."
    if ward is None:
        return f"No ward has the code {cells[2]}."
    return f"{code} is in the file twice."


def _refuse(tally: Tally, number: int, cells: list[str], reason: str) -> None:
    names = ("postcode", "seat", "ward", "more", "even more")
    tally.refuse(Line(number, dict(zip(names, cells, strict=False))), reason)


def _fill(rows: Iterator[bytes]) -> int:
    """Into the empty table: keys and references are checked once, at the end, all together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            f" WHERE conrelid = '{TABLE}'::regclass AND contype IN ('p', 'f') ORDER BY contype DESC"
        )
        guards = cursor.fetchall()
        drops = ", ".join(f'DROP CONSTRAINT "{name}"' for name, _ in guards)
        adds = ", ".join(f'ADD CONSTRAINT "{name}" {rule}' for name, rule in guards)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} {drops}")
        filled = _copy(rows, TABLE)
        cursor.execute(f"ALTER TABLE {TABLE} {adds}")
        cursor.execute(f"ANALYZE {TABLE}")
    return filled


def _merge(rows: Iterator[bytes]) -> int:
    """Into a filled table: only what is not there yet, or differs, is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arrived (code varchar(10), country varchar(2), seat_id bigint,"
            " ward_id bigint) ON COMMIT DROP"
        )
        _copy(rows, "arrived")
        cursor.execute(
            f"INSERT INTO {TABLE} AS kept (code, country, seat_id, ward_id)"
            " SELECT code, country, seat_id, ward_id FROM arrived"
            " ON CONFLICT (code) DO UPDATE SET seat_id = excluded.seat_id,"
            " ward_id = excluded.ward_id, country = excluded.country"
            " WHERE (kept.seat_id, kept.ward_id, kept.country)"
            " IS DISTINCT FROM (excluded.seat_id, excluded.ward_id, excluded.country)"
        )
        changed = int(cursor.rowcount)
        cursor.execute("DROP TABLE arrived")
        return changed


def _copy(rows: Iterator[bytes], table: str) -> int:
    with connection.cursor() as cursor:
        into = f"COPY {table} (code, country, seat_id, ward_id) FROM STDIN"
        with cursor.copy(into) as copy:
            for block in rows:
                copy.write(block)
        return int(cursor.rowcount)

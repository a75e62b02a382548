"""Taking in files of places, parties, results and postcodes: all of a file, or none of it.

A row that contradicts itself is refused with its line and reason, and the rest goes in. The same
file twice changes nothing; a corrected file of the same election changes what it corrects.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from muster.lib.times import now
from muster.lib.words import counted
from muster.places import postcodes
from muster.places.filing import Meter, Progress, Tally, silent
from muster.places.filing_places import file_boundaries, file_parties, file_places
from muster.places.filing_postcodes import file_postcodes
from muster.places.filing_results import file_results, read_seats
from muster.places.models import Loading, RefusedRow
from muster.places.reading import CannotLoad, Line, Sheet, open_geojson, open_sheet
from muster.places.shapes import RESULTS_BY_SEAT, Shape, ours, shape_of

__all__ = ["CannotLoad", "Loaded", "load_file", "load_packaged"]

FILES = Path(__file__).parent / "files"
PACKAGED = (
    "places.csv",
    "parties.csv",
    "wards.csv.gz",
    "boundaries.geojson.gz",
    "results-2019-notional.csv.gz",
    "results-2024.csv.gz",
    "postcodes.csv.gz",
)
# Two loads at once would each see half of the other's places.
ONE_AT_A_TIME = 0x706C616365


@dataclass(frozen=True)
class Loaded:
    """How one file fared. `changed` counts places, seats' results or postcodes written."""

    name: str
    kind: str
    about: str
    rows: int = 0
    changed: int = 0
    refused: tuple[tuple[int, str, str], ...] = ()
    is_known: bool = False

    @property
    def words(self) -> str:
        """What happened, in one sentence."""
        if self.is_known:
            return f"{self.name}: known already; nothing changed."
        refused = f"; {len(self.refused):,} refused" if self.refused else ""
        rows = counted(self.rows, "row", "rows")
        return f"{self.name}: {rows} of {self.kind}, {self.changed:,} changed{refused}."


def load_packaged(progress: Progress = silent) -> list[Loaded]:
    """Load the United Kingdom as it comes with Muster; what is there already is left alone."""
    loaded = [load_file(FILES / name, progress=progress) for name in PACKAGED]
    postcodes.open_book()
    return loaded


def load_file(
    path: Path,
    *,
    says: Mapping[str, str] | None = None,
    at: datetime | None = None,
    progress: Progress = silent,
) -> Loaded:
    """Take in one file whose shape is told by its header (docs/how-to/load-places.md).

    `says` adds to, or overrules, what the file says of itself: election, name, held on, country,
    notional, attribution. Raises `CannotLoad`; the database is then as it was.
    """
    at = at or now()
    if ".geojson" in path.name:
        return _load_outlines(path, at)
    sheet = open_sheet(path)
    about = sheet.about | {k: [v] for k, v in (says or {}).items() if v}
    sheet = replace(sheet, about=about, sha256=_digest(sheet, says or {}))
    shape = shape_of(sheet.name, sheet.header())
    with transaction.atomic():
        _wait_our_turn()
        if known := _known(sheet.sha256, shape.kind):
            return known
        with progress(sheet.said("title") or sheet.name, sheet.body.count("\n") or 1) as meter:
            tally = _file(sheet, shape, meter)
        if tally.rows == 0:
            raise CannotLoad(f"{sheet.name} has a header, but no rows.")
        if tally.rows == len(tally.refused):
            line, _, reason = tally.refused[0]
            raise CannotLoad(f"{sheet.name}: every row was refused. Line {line}: {reason}")
        return _keep(sheet.name, sheet.sha256, shape.kind, sheet.attribution, tally, at)


def _digest(sheet: Sheet, says: Mapping[str, str]) -> str:
    """The file's own; another when something is said of it that it doesn't say itself."""
    if not says:
        return sheet.sha256
    return hashlib.sha256(f"{sheet.sha256} {sorted(says.items())}".encode()).hexdigest()


def _file(sheet: Sheet, shape: Shape, meter: Meter) -> Tally:
    if shape.kind == "postcodes":
        return file_postcodes(sheet, meter)
    lines = _ours(sheet, meter)
    if shape.kind == "places":
        return file_places(sheet, lines)
    if shape.kind == "parties":
        return file_parties(sheet, lines)
    tally = Tally()
    seats = read_seats(lines, by_seat=shape is RESULTS_BY_SEAT, tally=tally)
    return file_results(sheet, seats, tally)


def _ours(sheet: Sheet, meter: Meter) -> Iterator[Line]:
    names = ours(sheet.header())
    for line in sheet.lines():
        meter.advance(1)
        yield Line(line.number, {names.get(k, k): v for k, v in line.cells.items()})


def _load_outlines(path: Path, at: datetime) -> Loaded:
    sha256, found = open_geojson(path)
    with transaction.atomic():
        _wait_our_turn()
        if known := _known(sha256, "boundaries"):
            return known
        tally = file_boundaries(path.name, found)
        thanks = found.get("attribution", [])
        thanks = thanks if isinstance(thanks, str) else "\n".join(thanks)
        return _keep(path.name, sha256, "boundaries", thanks, tally, at)


def _wait_our_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _known(sha256: str, kind: str) -> Loaded | None:
    """The file as it was taken in before, unless another has since spoken on the same matter."""
    before = Loading.objects.filter(sha256=sha256, kind=kind).first()
    if before is None:
        return None
    since = Loading.objects.filter(kind=kind, about=before.about, loaded_at__gte=before.loaded_at)
    if since.exclude(pk=before.pk).exists():
        return None
    return Loaded(before.name, kind, before.about, is_known=True)


def _keep(
    name: str, sha256: str, kind: str, attribution: str, tally: Tally, at: datetime
) -> Loaded:
    loading, _ = Loading.objects.update_or_create(
        sha256=sha256,
        kind=kind,
        defaults={
            "name": name[:200],
            "about": tally.about,
            "rows": tally.rows,
            "refused": len(tally.refused),
            "attribution": attribution,
            "loaded_at": at,
        },
    )
    loading.refusals.all().delete()
    RefusedRow.objects.bulk_create(
        [RefusedRow(loading=loading, line=n, text=t, reason=r) for n, t, r in tally.refused],
        batch_size=5000,
    )
    refused = tuple(tally.refused)
    return Loaded(name, kind, tally.about, tally.rows, tally.changed, refused)

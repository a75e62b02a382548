"""A CSV of supporters taken in whole, against COPY of the finished rows.

The file has headings of its own and tags: its columns are guessed, every row is read by what they
were taken for and checked, its people recognised, placed by postcode, and written with contact
points, consent, search words and journal facts: as a worker does it, with the database's own rules
about whose rows are whose in force, and its triggers noting whom to sum up anew.

The limit: the very rows written, copied out and copied in again by one COPY a table into the same
tables. On for both: every index, primary, unique and foreign key, every check, the write-ahead log.
Off for COPY alone, which makes the limit higher: row-level security (COPY is refused under it) and
the triggers of our own (the rows are finished).
"""

import csv
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run

IMPORT_PEOPLE = Benchmark(
    "import_people",
    "supporters of a CSV mapped, checked, matched, placed, with consent and tags, against COPY",
    unit="rows/s",
    target=0.15,
)
SMALL, LARGE = 200_000, 1_000_000
TABLES = (
    "people_household",
    "people_person",
    "people_contactpoint",
    "people_consentevent",
    "people_personword",
    "people_persontag",
    "journal_fact",
)
CALLED = {
    "external_id": "Membership number",
    "given_name": "First name",
    "family_name": "Surname",
    "email": "E-mail address",
    "phone": "Mobile",
    "postcode": "Post code",
    "joined_on": "Date joined",
}
"""What the file calls some of the template's columns."""
TAGS = ("", "volunteer", "member, donor", "newsletter", "stall 2026, volunteer")


def measure(full: bool) -> Outcome:
    """Import the file, then empty the tables and copy the same rows in again."""
    from muster.places import loading, postcodes

    how_many = LARGE if full else SMALL
    loading.load_packaged()
    postcodes.open_book()
    organisation, at = _organisation()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        _write(path, how_many, at)
        figure, taken = _import(organisation, path, at)
        limit = _copy(Path(folder), how_many)
    ran = (
        f"{how_many:,} rows ({taken.size / 1e6:.0f} MB): {taken.made:,} people made,"
        f" {taken.consents:,} consents, {taken.refused:,} refused;"
        f" one process of {_most_memory():,} MB at most, one connection"
    )
    return Outcome(figure=how_many / figure, limit=how_many / limit, ran=ran)


def _most_memory() -> int:
    """MB this process held at most, counted over everything it did."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _organisation() -> tuple[Any, Any]:
    from muster.lib.times import now
    from muster.organisations.models import Campaigner, Organisation
    from muster.people.models import Channel, Wording

    party = Organisation.objects.create(slug="bench", name="Bench", is_demonstration=True)
    campaigner = Campaigner.objects.create(
        organisation=party, kind="party", name="Bench", promoter="B. Ench", address="1 High Street"
    )
    for channel in Channel.values:
        Wording.objects.create(
            organisation=party, campaigner=campaigner, channel=channel, version="1", text="Yes."
        )
    return party, now()


def _write(path: Path, how_many: int, at: Any) -> None:
    from muster.people import generating, made_up
    from muster.people.imports.template import COLUMNS

    land = generating._land()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*COLUMNS, "tags"], restval="")
        csv.writer(file).writerow([CALLED.get(name, name) for name in writer.fieldnames])
        for index in range(how_many // made_up.BLOCK):
            writer.writerows(_row(one) for one in made_up.block(7, index, land, at))


def _row(one: Any) -> dict[str, Any]:
    row = {
        "external_id": f"B{one.number}",
        "given_name": one.given_name,
        "family_name": one.family_name,
        "email": one.email,
        "phone": one.phone,
        "address": one.address,
        "postcode": one.postcode,
        "joined_on": one.joined_at.date(),
        "tags": TAGS[one.number % len(TAGS)],
    }
    for said in one.said:
        row[f"{said.channel}_consent"] = "yes" if said.is_given else "no"
        row[f"{said.channel}_consent_wording"] = "1"
        row[f"{said.channel}_consent_source"] = said.source
        row[f"{said.channel}_consent_at"] = said.at.date()
    return row


def _import(organisation: Any, path: Path, at: Any) -> tuple[float, Any]:
    """Seconds from the file on disk to the last commit, uploading included."""
    from muster.people.imports import importing

    began = time.perf_counter()
    begun = importing.begin(
        organisation, _chunks(path), name=path.name, by=None, at=at, queued=False
    )
    with _as_a_worker(organisation.pk):
        taken = importing.take_in(begun.pk)
    seconds = time.perf_counter() - began
    assert taken.state == "finished", taken.problem
    return seconds, taken


@contextmanager
def _as_a_worker(organisation: int) -> Iterator[None]:
    """In the role and the scope in which workers take files in."""
    from django.db import connection

    from muster.organisations.roles import WORKER
    from muster.organisations.scoping import acting_for

    with connection.cursor() as cursor, acting_for(organisation):
        cursor.execute(f"SET ROLE {WORKER}")
        cursor.execute("SELECT row_security_active('people_person')")
        assert cursor.fetchone() == (True,)
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _copy(folder: Path, how_many: int) -> float:
    """Seconds to copy the finished rows in, table by table, in one transaction each."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in TABLES:
            with (folder / table).open("wb") as file, cursor.copy(_out(table)) as copy:
                for data in copy:
                    file.write(data)
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        for table in TABLES:
            # Finished rows are up to date: the limit need not note again when people changed.
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        began = time.perf_counter()
        for table in TABLES:
            with (folder / table).open("rb") as file, cursor.copy(_in(table)) as copy:
                while data := file.read(1 << 18):
                    copy.write(data)
        seconds = time.perf_counter() - began
        cursor.execute("SELECT count(*) FROM people_person")
        assert cursor.fetchone()[0] >= how_many * 0.99
    return seconds


def _out(table: str) -> str:
    # A parted table is copied out by way of a query.
    return f"COPY (SELECT * FROM {table}) TO STDOUT"


def _in(table: str) -> str:
    return f"COPY {table} FROM STDIN"


if __name__ == "__main__":
    run(IMPORT_PEOPLE, measure)

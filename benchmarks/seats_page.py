"""The Seats page with its 650 hexagons: the server's time for it, and for the bare map alone."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks.harness import Benchmark, Outcome, run

if TYPE_CHECKING:
    from muster.organisations.models import Member

SEATS_PAGE = Benchmark(
    "seats_page",
    "the server's time for the Seats page with 650 hexagons, middle of 40",
    unit="ms",
    target=100,
    judged="at most",
)
TIMES = 40
FILES = ("places.csv", "parties.csv", "boundaries.geojson.gz", "results-2024.csv.gz")


def measure(full: bool) -> Outcome:
    from django.conf import settings
    from django.core.cache import cache
    from django.test import Client

    from muster.lib.hexmap import Cell, draw
    from muster.places.loading import FILES as FOLDER
    from muster.places.loading import load_file
    from muster.places.models import Place

    settings.ALLOWED_HOSTS = ["testserver"]
    for name in FILES:
        load_file(FOLDER / name)
    people = 1_000_000 if full else 100_000
    client = Client()
    client.force_login(made_up(people).user, backend=settings.AUTHENTICATION_BACKENDS[0])
    size = len(client.get("/seats/").content)

    def page() -> None:
        cache.clear()
        assert client.get("/seats/").status_code == 200

    cells = [
        Cell(p.code, p.name, p.hex_q or 0, p.hex_r or 0, href=f"/seats/{p.slug}", fill="#d50000")
        for p in Place.objects.seats()
    ]
    return Outcome(
        figure=middle(page),
        limit=middle(lambda: draw(cells)),
        ran=f"{TIMES} requests, {people:,} supporters counted anew each time, {size:,} bytes",
        notes={
            "counted_already_ms": middle(lambda: client.get("/seats/")),
            "processor_ms": processor(page),
        },
    )


def made_up(people: int) -> "Member":
    """An administrator, and supporters spread over every seat."""
    from django.db import connection

    from muster.organisations.models import Member, Organisation, Role, Unit, User

    organisation = Organisation.objects.create(slug="bench", name="Bench", is_demonstration=True)
    office = Unit.objects.create(organisation=organisation, kind="head_office", name="Office")
    user = User.objects.create_user("ada@example.org", None)
    ada = Member.objects.create(organisation=organisation, user=user, name="Ada")
    at = datetime(2026, 5, 4, tzinfo=UTC)
    Role.objects.create(member=ada, unit=office, kind="admin", granted_at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (organisation_id, code, given_name, family_name, folded,"
            " postcode, address, seat_id, seat_how, external_id, source, joined_at)"
            " SELECT %s, gen_random_uuid(), '', '', '', '', '', seats.id, 'said', '', '', %s"
            " FROM generate_series(1, %s) AS n JOIN (SELECT id, row_number() OVER () AS place"
            " FROM places_place WHERE kind = 'seat') AS seats ON seats.place = n %% 650 + 1",
            [organisation.pk, at, people],
        )
        cursor.execute("VACUUM ANALYZE people_person")
    return ada


def middle(work: Callable[[], object]) -> float:
    """Milliseconds, the median."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def processor(work: Callable[[], object]) -> float:
    """Milliseconds of this process's own work: what a busy machine doesn't stretch."""
    began = time.process_time()
    for _ in range(TIMES):
        work()
    return 1000 * (time.process_time() - began) / TIMES


if __name__ == "__main__":
    run(SEATS_PAGE, measure)

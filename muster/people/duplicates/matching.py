"""Looking for people who are on the list twice: the whole list, or what an import brought.

Runs in streams: people are read a few thousand at a time, the blocks they stand in are sorted by
the database, and only pairs of one block are compared. Nothing grows with the list but the
database's own temporary tables. Cut off, it begins anew; what it found stays.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

from muster.lib.times import now
from muster.organisations.models import Member, Organisation
from muster.people.duplicates import likeness
from muster.people.duplicates.knowing import known, known_after
from muster.people.duplicates.models import MatchRun, Pair, SureMerging
from muster.people.duplicates.telling_runs import Stopped, Telling
from muster.people.duplicates.traits import Traits, blocks_of, traits_of
from muster.people.generating import Shows, quietly
from muster.people.models import Import, Person

AT_ONCE = 5_000
MOST_IN_A_BLOCK = {"postcode": 60, "phone": 30, "e-mail": 30, "name and seat": 120, "born": 60}
KINDS = tuple(MOST_IN_A_BLOCK)
FEW_NEW = 100_000
"""So many new people are held against the list; of more, the whole list is looked through."""
ON_ITS_WAY = (MatchRun.State.WAITING, MatchRun.State.RUNNING)
TABLES = """
DROP TABLE IF EXISTS match_block, match_pair;
CREATE TEMP TABLE match_block (kind smallint, block bigint, person bigint, is_new boolean);
CREATE TEMP TABLE match_pair (one bigint, other bigint, PRIMARY KEY (one, other));
"""
CROWDED = """
WITH crowd AS (
    SELECT kind, block FROM match_block GROUP BY kind, block
    HAVING count(*) > (%s::integer[])[kind + 1]),
gone AS (DELETE FROM match_block b USING crowd c WHERE b.kind = c.kind AND b.block = c.block)
SELECT kind, count(*) FROM crowd GROUP BY kind
"""
PAIRS = """
INSERT INTO match_pair
SELECT DISTINCT a.person, b.person FROM match_block a
  JOIN match_block b ON a.block = b.block AND a.kind = b.kind AND a.person < b.person
 WHERE a.is_new OR b.is_new
"""
KEEP = """
INSERT INTO people_pair AS kept
       (organisation_id, code, first_id, second_id, score, is_sure, levels, found_at)
SELECT %s, gen_random_uuid(), new.first, new.second, new.score, new.sure, new.levels, %s
  FROM unnest(%s::bigint[], %s::bigint[], %s::float[], %s::boolean[], %s::jsonb[])
       AS new (first, second, score, sure, levels)
  JOIN people_person one ON one.id = new.first JOIN people_person other ON other.id = new.second
ON CONFLICT (first_id, second_id) DO UPDATE
   SET score = excluded.score, is_sure = excluded.is_sure, levels = excluded.levels,
       found_at = excluded.found_at
 WHERE kept.different_at IS NULL
RETURNING (xmax = 0)
"""


def begin(
    organisation: Organisation,
    *,
    by: Member | None,
    at: datetime,
    taken: Import | None = None,
    queued: bool = True,
) -> MatchRun:
    """Look for duplicates, of what an import brought or of everyone. One search is one search."""
    with transaction.atomic():
        waiting = MatchRun.objects.filter(
            organisation=organisation, kind=MatchRun.Kind.FIND, state__in=ON_ITS_WAY, taken=taken
        )
        if found := waiting.first():
            return found
        run = MatchRun.objects.create(
            organisation=organisation, kind=MatchRun.Kind.FIND, taken=taken, by=by, asked_at=at
        )
        if queued:
            queue(run)
    return run


TASKS: dict[str, str] = {
    MatchRun.Kind.FIND: "people.find_duplicates",
    MatchRun.Kind.MERGE: "people.merge_sure",
    MatchRun.Kind.UNDO: "people.undo_merges",
}


def queue(run: MatchRun) -> None:
    """Queue the job (people/tasks.py) in this transaction; one at a time per organisation."""
    task = TASKS[run.kind]
    job = app.configure_task(task, queue="imports", lock=f"matching {run.organisation_id}")
    job.defer(run_id=run.pk)


def stop(run: MatchRun, *, by: Member, at: datetime) -> None:
    """Stop after what is being done now; what was found or merged stays."""
    MatchRun.objects.filter(pk=run.pk, state__in=ON_ITS_WAY).update(
        state=MatchRun.State.STOPPED, stopped_by=by, finished_at=at
    )


def find(run_id: int, *, progress: Shows = quietly) -> MatchRun:
    """Read, sort into blocks, compare. Safe to run again after a crash."""
    run = MatchRun.objects.select_related("organisation", "taken").get(pk=run_id)
    if run.state in ON_ITS_WAY:
        with suppress(Stopped):
            _find(run, progress)
        run.refresh_from_db()
    return run


def _find(run: MatchRun, progress: Shows) -> None:
    run.started_at = now()
    MatchRun.objects.filter(pk=run.pk, state__in=ON_ITS_WAY).update(
        state=MatchRun.State.RUNNING, started_at=run.started_at, found=0, sure=0
    )
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    _read_everyone(run, progress)
    crowded = _pair_up()
    _compare_all(run, progress)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE match_block, match_pair")
    _finish(run, crowded)


def _read_everyone(run: MatchRun, progress: Shows) -> None:
    """Note the blocks of everyone; after an import, only blocks in which somebody is new."""
    org = run.organisation_id
    if run.taken is None or run.taken.made > FEW_NEW:
        total = Person.objects.filter(organisation=org).count()
        with progress("People read", total) as shown:
            told = Telling(run, "people", total, shown)
            for people in known_after(org, AT_ONCE):
                _note([(p.id, blocks_of(traits_of(p)), True) for p in people])
                told.add(len(people))
        return
    new: dict[int, set[tuple[str, int]]] = {}
    for people in known_after(org, AT_ONCE, came_with=run.taken_id):
        new |= {p.id: blocks_of(traits_of(p)) for p in people}
    _note([(person, blocks, True) for person, blocks in new.items()])
    wanted = set().union(*new.values())
    total = Person.objects.filter(organisation=org).count() if wanted else 0
    with progress("People read", total) as shown:
        told = Telling(run, "people", total, shown)
        for people in known_after(org, AT_ONCE) if wanted else ():
            others = [p for p in people if p.id not in new]
            _note([(p.id, blocks_of(traits_of(p)) & wanted, False) for p in others])
            told.add(len(people))


def _note(people: list[tuple[int, set[tuple[str, int]], bool]]) -> None:
    lines = [
        f"{KINDS.index(kind)}\t{block}\t{person}\t{is_new}\n"
        for person, blocks, is_new in people
        for kind, block in blocks
    ]
    with connection.cursor() as cursor, cursor.copy("COPY match_block FROM STDIN") as copy:
        copy.write("".join(lines))


def _pair_up() -> dict[str, int]:
    """Pairs of people who share a block; how many blocks of each kind were too large."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("ANALYZE match_block")
        cursor.execute(CROWDED, [list(MOST_IN_A_BLOCK.values())])
        crowded = {KINDS[kind]: number for kind, number in cursor.fetchall()}
        cursor.execute(PAIRS)
        cursor.execute("ANALYZE match_pair")
    return crowded


def _compare_all(run: MatchRun, progress: Shows) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM match_pair")
        total = cursor.fetchone()[0]
    with progress("Pairs compared", total) as shown:
        told = Telling(run, "pairs", total, shown)
        for pairs in _pairs():
            people = {p.id: traits_of(p) for p in known(run.organisation_id, _numbers(pairs))}
            told.found(*_keep(run, list(_alike(pairs, people))))
            told.add(len(pairs))


def _pairs() -> Iterator[list[tuple[int, int]]]:
    one = other = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT one, other FROM match_pair WHERE (one, other) > (%s, %s)"
                " ORDER BY one, other LIMIT %s",
                [one, other, AT_ONCE],
            )
            pairs = cursor.fetchall()
        if not pairs:
            return
        yield pairs
        one, other = pairs[-1]


def _numbers(pairs: Sequence[tuple[int, int]]) -> list[int]:
    return sorted({number for pair in pairs for number in pair})


def _alike(
    pairs: Sequence[tuple[int, int]], people: dict[int, Traits]
) -> Iterator[tuple[int, int, likeness.Likeness]]:
    for one, other in pairs:
        if one in people and other in people:
            found = likeness.compare(people[one], people[other])
            if found.is_likely:
                yield one, other, found


def _keep(run: MatchRun, found: list[tuple[int, int, likeness.Likeness]]) -> tuple[int, int]:
    """Keep them as pairs; how many are new, and how many of all are sure."""
    if not found:
        return 0, 0
    columns: list[list[Any]] = [
        [one for one, _, _ in found],
        [other for _, other, _ in found],
        [alike.score for _, _, alike in found],
        [alike.is_sure for _, _, alike in found],
        [Jsonb(alike.levels) for _, _, alike in found],
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [run.organisation_id, run.started_at, *columns])
        new = sum(is_new for (is_new,) in cursor.fetchall())
    return new, sum(alike.is_sure for _, _, alike in found)


def _finish(run: MatchRun, crowded: dict[str, int]) -> None:
    """Whoever looks alike no more is no pair any more, where everyone was looked at."""
    with transaction.atomic():
        done = MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.RUNNING).update(
            state=MatchRun.State.FINISHED, finished_at=now(), crowded=crowded
        )
        if not done:
            return
        if run.taken is None:
            Pair.objects.filter(
                organisation=run.organisation, different_at=None, found_at__lt=run.started_at
            ).delete()
        setting = SureMerging.objects.filter(organisation=run.organisation).first()
        if setting:
            begin_merging(run.organisation, by=setting.by, at=now())


def begin_merging(
    organisation: Organisation,
    *,
    by: Member | None,
    at: datetime,
    seats: Collection[int] | None = None,
    queued: bool = True,
) -> MatchRun:
    """Merge the sure ones, in these seats or everywhere: a press, or the setting."""
    with transaction.atomic():
        run = MatchRun.objects.create(
            organisation=organisation,
            kind=MatchRun.Kind.MERGE,
            seats=None if seats is None else sorted(seats),
            by=by,
            asked_at=at,
        )
        if queued:
            queue(run)
    return run

"""Who is on the list twice: how quickly it is found, how it grows, what is found and missed.

Judged by false sure merges, of which there may be none: what is merged without asking must be one
person. Precision and recall are over pairs: of those shown, how many are one person; of those who
are there twice, how many were found. People of `people_twice` have twins, namesakes of one house
and moved houses among them, more than any real list.
"""

import os
import resource
import time
from itertools import combinations
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run
from benchmarks.people_twice import people

MATCHING = Benchmark(
    "matching",
    "false sure pairs among people on the list twice",
    unit="false sure pairs",
    target=0.0,
    judged="at most",
)
SIZES = (50_000, 100_000, 200_000)
FULL_SIZE = 1_000_000
DAYS = (
    "COPY people_customvalue (organisation_id, person_id, field_id, text, on_date, source, at)"
    " FROM STDIN"
)


def measure(full: bool) -> Outcome:
    """Make each list, look through it, hold what was found against the truth."""
    from muster.places import loading

    loading.load_packaged()
    notes: dict[str, float | str] = {}
    false_sure = sure_pairs = 0
    last = (0, 0.0)
    for size in (*SIZES, *([FULL_SIZE] if full else [])):
        party, truth = _fill(size)
        seconds, found = _look(party)
        sure_pairs += found["sure"]
        grown = f", {seconds / last[1]:.2f} times as long" if last[0] else ""
        last = (size, seconds)
        judged = _judge(party, truth)
        notes[f"{size:,} people"] = (
            f"{seconds:.1f} s, {size / seconds:,.0f} a second{grown};"
            f" {found['pairs']:,} pairs shown, {found['sure']:,} sure; {judged}"
        )
        print(f"  {size:,} people: {notes[f'{size:,} people']}", flush=True)
        false_sure += _false_sure(party, truth)
        _empty(party)
    notes["memory of Python, most"] = (
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    )
    ran = f"{sure_pairs:,} sure pairs in lists of {last[0]:,} people and fewer"
    return Outcome(figure=false_sure, ran=ran, notes=notes)


def _fill(size: int) -> tuple[Any, dict[int, int]]:
    """The list, and who each number really is."""
    from django.db import connection

    from muster.lib.times import now
    from muster.organisations.models import Organisation
    from muster.people.copying import Lines, codes, line, numbers
    from muster.people.models import CustomField
    from muster.places.models import Place

    party = Organisation.objects.create(slug=f"b{size}", name="Bench", is_demonstration=True)
    born = CustomField.objects.create(
        organisation=party, key="date_of_birth", name="Born", kind="date"
    )
    seats = list(Place.objects.seats().values_list("id", flat=True)[:650])
    truth: dict[int, int] = {}
    at = now().isoformat()
    made = list(people(size, size))
    emails: set[str] = set()
    for start in range(0, len(made), 20_000):
        batch = made[start : start + 20_000]
        lines, days = Lines(), []
        ids = numbers("people_person", len(batch))
        for (who, one), number, code in zip(batch, ids, codes(len(batch)), strict=True):
            truth[number] = who
            seat = seats[(one.seat or 1) % len(seats)]
            row = (number, code, party.pk, one.given, one.family, " ", one.postcode, one.address)
            lines.of["people_person"].append(
                line((*row, seat, "said", None, None, "", "", None, at))
            )
            points = [("phone", phone) for phone in one.phones]
            points += [("email", e) for e in one.emails if e not in emails]
            emails.update(one.emails)
            lines.of["people_contactpoint"] += [
                line((party.pk, number, kind, value, "good")) for kind, value in points
            ]
            if one.born:
                days.append((party.pk, number, born.pk, one.born))
        lines.send()
        with connection.cursor() as cursor, cursor.copy(DAYS) as copy:
            for organisation, number, field, day in days:
                copy.write_row((organisation, number, field, "", day, "", at))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person, people_contactpoint, people_customvalue")
    return party, truth


def _look(party: Any) -> tuple[float, dict[str, int]]:
    from muster.lib.times import now
    from muster.people.duplicates import matching
    from muster.people.duplicates.models import Pair

    began = time.perf_counter()
    matching.find(matching.begin(party, by=None, at=now(), queued=False).pk)
    seconds = time.perf_counter() - began
    pairs = Pair.objects.filter(organisation=party)
    return seconds, {"pairs": pairs.count(), "sure": pairs.filter(is_sure=True).count()}


def _judge(party: Any, truth: dict[int, int]) -> str:
    from muster.people.duplicates.models import Pair

    twice = _pairs_of(truth)
    told = []
    pairs = Pair.objects.filter(organisation=party)
    for name, shown in (("all", pairs), ("sure", pairs.filter(is_sure=True))):
        found = set(shown.values_list("first_id", "second_id"))
        right = len(found & twice)
        told.append(
            f"{name}: precision {right / max(len(found), 1):.4f},"
            f" recall {right / max(len(twice), 1):.4f}"
        )
    return "; ".join(told)


def _pairs_of(truth: dict[int, int]) -> set[tuple[int, int]]:
    by_person: dict[int, list[int]] = {}
    for number, who in truth.items():
        by_person.setdefault(who, []).append(number)
    return {pair for same in by_person.values() for pair in combinations(sorted(same), 2)}


def _false_sure(party: Any, truth: dict[int, int]) -> int:
    from muster.people.duplicates.models import Pair

    sure = Pair.objects.filter(organisation=party, is_sure=True)
    return sum(truth[a] != truth[b] for a, b in sure.values_list("first_id", "second_id"))


def _empty(party: Any) -> None:
    """Room for the next list; BENCH_KEEP=1 keeps it."""
    from django.db import connection

    if os.environ.get("BENCH_KEEP") != "1":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE people_person CASCADE")


if __name__ == "__main__":
    run(MATCHING, measure)

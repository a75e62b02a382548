"""Looking postcodes up through the product, against halving the same array with nothing around."""

import random
import time
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run

POSTCODES = Benchmark(
    "postcodes",
    "postcode look-ups a second on one core, as people type them",
    unit="look-ups/s",
    target=50_000,
    judged="at least",
)
SAMPLE = 200_000


def measure(full: bool) -> Outcome:
    from django.db import connection

    from muster.places import loading, postcodes

    began = time.perf_counter()
    loading.load_packaged()
    loaded_in = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM places_postcode")
        codes = [code for (code,) in cursor.fetchall()]
    chosen = random.Random(1).choices(codes, k=SAMPLE * (5 if full else 1))
    typed = [as_typed(code, n) for n, code in enumerate(chosen)]
    keys = [int("1" + code, 36) for code in chosen]
    book = postcodes.open_book()
    figure = rate(postcodes.find, typed)
    limit = rate(lambda key: bisect_left(book.keys, key), keys)
    sloppy = [t.replace("0", "O").replace("1", "I") for t in typed[:SAMPLE]]
    return Outcome(
        figure=figure,
        limit=limit,
        ran=f"{len(typed):,} of {len(codes):,} postcodes: spaced, unspaced and in small letters",
        notes={
            "sloppy_per_second": rate(postcodes.find, sloppy),
            "everything_loaded_in_seconds": loaded_in,
        },
    )


def as_typed(code: str, n: int) -> str:
    spaced = f"{code[:-3]} {code[-3:]}"
    return (spaced, code, spaced.lower(), code.lower())[n % 4]


def rate(ask: Callable[[Any], object], questions: list[Any]) -> float:
    began = time.perf_counter()
    for question in questions:
        ask(question)
    return len(questions) / (time.perf_counter() - began)


if __name__ == "__main__":
    run(POSTCODES, measure)

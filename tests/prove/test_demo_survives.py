"""kill -9 of any program at any moment of the demonstration: the next run completes it.

By the mail server's own log nothing is lost and nothing comes twice; what nobody can know is
counted as uncertain.
"""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.prove.house import KILLS, House, pss_of, with_children

VICTIMS = [
    "supervisor",
    "database",
    "staff",
    "public",
    "sender",
    "publisher",
    "other",
    "sink",
    "pretend",
    "demonstration",
]
PROGRAMS = {*VICTIMS} - {"database"}
FRESH_EVERY = 5


@pytest.fixture(scope="module")
def houses() -> Iterator[list[House]]:
    """One house for every few kills: the first run in each makes the database and the places."""
    with ExitStack() as stack:
        yield [stack.enter_context(House()) for _ in range(KILLS // FRESH_EVERY + 1)]


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_demonstration_is_completed_by_the_next_run(
    houses: list[House], number: int
) -> None:
    lot = random.Random(f"kill {number}")
    house = houses[number // FRESH_EVERY]
    seats, supporters = 10 + number, 3_000 + 1_000 * number
    asked = ["demo", "--seats", str(seats), "--supporters", str(supporters), "--no-serve"]
    victim = lot.choice(VICTIMS)
    first = number % FRESH_EVERY == 0
    moment = lot.uniform(0.3, 20 if first else 9)

    house.start(*asked)
    time.sleep(moment)
    was_there = house.kill(victim)
    let_it_end(house)
    code = house.run(*asked)

    told = f"killed {victim} after {moment:.1f} s (there: {was_there})\n{house.last_words()}"
    assert code == 0, told
    report = house.report()
    assert (report["lost"], report["twice"], report["unexpected"]) == (0, 0, 0), told
    assert report["seats_live"] == report["seats_asked"] == seats, told
    ends = [report[name] for name in ("delivered", "failed", "left_out", "uncertain", "waiting")]
    assert sum(map(int, map(str, ends))) == report["audience"], told
    assert report["waiting"] == 0, told


def let_it_end(house: House) -> None:
    """A run whose supervisor lives goes on by itself, and may even come to its end."""
    if house.supervisor:
        try:
            house.supervisor.wait(120)
        finally:
            house.stop()


def test_memory_stays_small() -> None:
    highest: dict[str, int] = {}
    with House() as house:
        house.start("demo", "--seats", "200", "--supporters", "100000", "--no-serve")
        while house.supervisor and house.supervisor.poll() is None:
            for name, process in house.processes().items():
                for one in with_children(process):
                    if name != "database":
                        highest[name] = max(highest.get(name, 0), pss_of(one))
            time.sleep(0.5)
        assert house.supervisor
        assert house.supervisor.returncode == 0, house.last_words()

    print({name: f"{size / 1e6:.0f} MB" for name, size in highest.items()})
    assert highest.keys() >= PROGRAMS, highest
    assert max(highest.values()) < 500_000_000, highest

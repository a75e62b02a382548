"""A large file cut off in the middle: what came whole is taken in, the torn row is refused."""

import csv
import io
import os
import time
from itertools import count
from pathlib import Path

import psutil

from tests.prove.house import House, pss_of
from tests.prove.test_import_survives import HEADING

MEGABYTES = int(os.environ.get("PROVE_MEGABYTES", "100"))


def test_a_large_file_cut_off_in_the_middle_is_taken_in_to_its_last_whole_row() -> None:
    with House() as house:
        assert house.run("demo", "--seats", "1", "--supporters", "100", "--no-serve") == 0
        whole = write_cut_off(house.folder / "people.csv", MEGABYTES * 1_000_000)

        house.start("people", "import", str(house.folder / "people.csv"), *ORGANISATION)
        highest = watch_memory(house)

        assert house.supervisor
        assert house.supervisor.returncode == 0, house.last_words()
        house.serve()
        told = house.ask("SELECT rows, made, refused, state FROM people_import")
        refusals = house.ask("SELECT line, reason FROM people_importrefusal")
        taken = house.ask("SELECT count(*) FROM people_person WHERE external_id LIKE 'imported-%'")
        print(f"{whole:,} whole rows; at most {highest / 1e6:.0f} MB of memory")
        assert told == [(whole + 1, whole, 1, "finished")]
        assert taken == [(whole,)]
        assert [line for line, _ in refusals] == [whole + 2]
        assert "breaks off" in str(refusals[0][1])
        assert highest < 400_000_000


ORGANISATION = ["--organisation", "fair-future"]


def write_cut_off(path: Path, size: int) -> int:
    """A file of exactly `size` bytes that ends in the middle of an address; its whole rows."""
    written = 0
    with path.open("w", newline="") as file:
        written += file.write(row(HEADING))
        for number in count():
            person = row(
                [
                    *(f"imported-{number}", "Pat", f"Import{number}"),
                    *(f"imported-{number}@example.org", "GL5 1AA"),
                    *("yes", "made up 1", "Join form", "2026-05-04"),
                ]
            )
            if written + len(person) >= size:
                file.write(person[: len(f"imported-{number},Pat,Import{number},impo")])
                return number
            written += file.write(person)
    raise AssertionError("never reached")


def row(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def watch_memory(house: House) -> int:
    """The most memory the command took until it ended, in bytes (PSS)."""
    highest = 0
    assert house.supervisor
    command = psutil.Process(house.supervisor.pid)
    while house.supervisor.poll() is None:
        highest = max(highest, pss_of(command))
        time.sleep(0.5)
    return highest

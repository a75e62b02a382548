"""An import whose process or database is killed goes on where it stopped: everyone once."""

import csv
import random
import time
from pathlib import Path

from tests.prove.house import KILLS, House

ROWS = 30_000
HEADING = [
    *("external_id", "given_name", "family_name", "email", "postcode"),
    *("email_consent", "email_consent_wording", "email_consent_source", "email_consent_at"),
]


def test_a_killed_import_is_completed_with_everyone_once() -> None:
    lot = random.Random("import")
    with House() as house:
        assert house.run("demo", "--seats", "1", "--supporters", "100", "--no-serve") == 0
        file = write_people(house.folder / "people.csv")
        asked = ["people", "import", str(file), "--organisation", "fair-future"]

        killed = 0
        for _ in range(max(3, KILLS // 3)):
            house.start(*asked)
            time.sleep(lot.uniform(1.5, 5))
            killed += house.kill(lot.choice(["supervisor", "database"]))
            assert house.supervisor
            house.supervisor.wait(120)
        code = house.run(*asked)

        print(f"{killed} killed in the middle")
        assert code == 0, house.last_words()
        house.serve()
        people = house.ask(
            "SELECT count(*), count(DISTINCT c.value) FROM people_person p"
            " JOIN people_contactpoint c ON c.person_id = p.id AND c.kind = 'email'"
            " WHERE p.external_id LIKE 'imported-%'"
        )
        consents = house.ask(
            "SELECT count(*) FROM people_consentevent e JOIN people_person p ON p.id = e.person_id"
            " WHERE p.external_id LIKE 'imported-%'"
        )
        findable = house.ask(
            "SELECT count(DISTINCT w.person_id) FROM people_personword w"
            " JOIN people_person p ON p.id = w.person_id WHERE p.external_id LIKE 'imported-%'"
        )
        told = house.ask(
            "SELECT rows, made, matched, refused, state FROM people_import ORDER BY id"
        )
        assert people == [(ROWS, ROWS)]
        assert consents == [(ROWS,)]
        assert findable == [(ROWS,)]
        assert told[0] == (ROWS, ROWS, 0, 0, "finished")
        # A run after the one that came to its end finds everyone there already.
        assert set(told[1:]) <= {(ROWS, 0, ROWS, 0, "finished")}


def write_people(path: Path) -> Path:
    """Everyone agreed to e-mail, in the words the demonstration uses."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADING)
        for number in range(ROWS):
            writer.writerow(
                [
                    *(f"imported-{number}", "Pat", f"Import{number}"),
                    *(f"imported-{number}@example.org", "GL5 1AA"),
                    *("yes", "made up 1", "Join form", "2026-05-04"),
                ]
            )
    return path

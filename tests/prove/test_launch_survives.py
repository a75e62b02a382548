"""A launch whose programs are killed at random moments, whose database goes away, whose senders
freeze and whose network does not answer: by the logs of those who took things in, nothing is lost
and nothing comes twice; what nobody can know is counted as uncertain."""

import http.client
import json
import random
import signal
import time
from collections.abc import Iterator

import pytest

from muster.lib.postgres import Cluster
from tests.prove.house import KILLS, House

LAUNCHING = "tests.prove.launching"
VICTIMS = ["sender", "publisher", "staff", "public", "database"]
SEATS, SUPPORTERS = 60, 60_000
OPEN_LINES = 4  # of one sender: at most so many letters nobody can know of
LEASE = 30  # seconds that a claim lasts


@pytest.fixture
def house() -> Iterator[House]:
    with House() as made:
        yield made


def served(house: House) -> House:
    """Supporters everywhere, and everything running."""
    asked = ["demo", "--seats", "2", "--supporters", str(SUPPORTERS), "--no-serve"]
    assert house.run(*asked, seconds=400) == 0, house.last_words()
    house.serve()
    return house


def is_over(house: House, seats: int) -> bool:
    query = (
        "SELECT s.finished_at IS NOT NULL FROM launches_launch l"
        " JOIN places_targetlist t ON t.id = l.target_list_id"
        f" JOIN messaging_sending s ON s.id = l.sending_id"
        f" WHERE t.name = 'The {seats} best targets'"
    )
    try:
        return house.ask(query) == [(True,)]
    except Exception:
        return False


def check(house: House, seats: int, uncertain: int) -> None:
    """To its end, and judged by what the others wrote down."""
    told = house.call(LAUNCHING, "finish", str(seats))
    print(told)
    assert told["state"] == "finished", told
    assert told["letters"] == [0, 0, 0], told
    assert told["posts"] == [0, 0, 0], told
    assert told["not_live"] == [], told
    assert told["seats_live"] == told["seats_asked"] == seats, told
    assert told["ends"] + told["uncertain"] == told["audience"], told
    assert told["waiting"] == told["uncertain_posts"] == 0, told
    assert told["uncertain"] <= uncertain, "at most one for each open connection"


def test_whatever_is_killed_in_a_launch_nothing_is_lost_and_nothing_comes_twice(
    house: House,
) -> None:
    lot = random.Random("launch")
    served(house)
    killed, number = 0, 0
    while killed < KILLS:
        seats = SEATS + number
        number += 1
        house.call(LAUNCHING, "prepare", str(seats))
        slow_network(house)
        house.call(LAUNCHING, "go", str(seats))
        senders = 0
        while killed < KILLS and not is_over(house, seats):
            time.sleep(lot.uniform(0.1, 2.5))
            victim = lot.choice(VICTIMS)
            senders += house.kill(victim) and victim == "sender"
            killed += 1
        check(house, seats, uncertain=OPEN_LINES * senders)
    print(f"{killed} killed in {number} launches")


def test_while_the_database_is_away_a_launch_waits_and_then_goes_on() -> None:
    with House() as house:
        cluster = Cluster(house.folder / "own", say=lambda words: None)
        cluster.start()
        house.environment |= {"DATABASE_URL": cluster.dsn}
        served(house)
        house.call(LAUNCHING, "prepare", str(SEATS))
        slow_network(house)
        house.call(LAUNCHING, "go", str(SEATS))
        time.sleep(1.5)

        cluster.stop()
        time.sleep(30)
        cluster.start()

        # What was in the senders' hands is settled by their logs: known to the last letter.
        check(house, SEATS, uncertain=OPEN_LINES)
        house.stop()
        cluster.stop()


@pytest.mark.parametrize("program", ["sender", "publisher"])
def test_one_that_was_frozen_past_its_lease_and_woke_sends_nothing_twice(
    house: House, program: str
) -> None:
    served(house)
    house.call(LAUNCHING, "prepare", str(SEATS))
    slow_network(house)
    house.call(LAUNCHING, "go", str(SEATS))
    time.sleep(1)
    frozen = house.processes()[program]

    frozen.send_signal(signal.SIGSTOP)
    time.sleep(LEASE + 15)
    frozen.send_signal(signal.SIGCONT)

    check(house, SEATS, uncertain=OPEN_LINES)


def test_what_the_network_took_without_answering_is_found_and_not_posted_again(
    house: House,
) -> None:
    served(house)
    house.call(LAUNCHING, "prepare", str(SEATS))
    ask_network(house, "POST", "/faults", {"where": "posts", "what": "after", "share": 0.3})
    ask_network(house, "POST", "/faults", {"where": "switch", "what": "after", "share": 0.3})

    house.call(LAUNCHING, "go", str(SEATS))

    check(house, SEATS, uncertain=0)


def slow_network(house: House) -> None:
    """So few calls a second that posts and ads are still going when something is killed."""
    ask_network(house, "POST", "/settings", {"per_second": 15})


def ask_network(house: House, method: str, path: str, said: dict[str, object]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", house.addresses()["pretend"], timeout=20)
    try:
        connection.request(method, path, json.dumps(said), {"content-type": "application/json"})
        assert connection.getresponse().status < 300
    finally:
        connection.close()

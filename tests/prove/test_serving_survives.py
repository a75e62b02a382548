"""A running Muster whose parts are killed while people sign up, and whose database goes away."""

import http.client
import random
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from muster.lib.postgres import Cluster
from tests.prove.house import KILLS, House
from tests.prove.signers import PAGE, Signers

VICTIMS = ["supervisor", "database", "public", "sender", "publisher", "other", "sink", "staff"]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A small demonstration; signers seem to come from many networks."""
    with House(MUSTER_TRUSTED_PROXIES="127.0.0.1") as made:
        code = made.run("demo", "--seats", "5", "--supporters", "2000", "--no-serve")
        assert code == 0, made.last_words()
        yield made


def test_whoever_was_thanked_is_there_once_whatever_was_killed(house: House) -> None:
    lot = random.Random("signers")
    house.serve()
    with Signers(house) as signers:
        for _ in range(KILLS):
            time.sleep(lot.uniform(1, 6))
            victim = lot.choice(VICTIMS)
            house.kill(victim)
            if victim == "supervisor":
                house.serve()
        time.sleep(3)
    settle(house)

    rows = house.ask(
        "SELECT c.value, count(*) FROM actions_action a"
        " JOIN people_contactpoint c ON c.person_id = a.person_id AND c.kind = 'email'"
        " WHERE c.value LIKE 'signer-%' GROUP BY 1"
    )
    house.stop()
    kept = {str(email): int(str(actions)) for email, actions in rows}
    print(f"{len(signers.thanked)} thanked, {signers.failed_presses} presses without an answer")
    assert len(signers.thanked) > 20
    assert set(signers.thanked) <= kept.keys()
    assert set(kept.values()) == {1}
    twice = {code: times for code, times in house.letters().items() if times > 1}
    assert twice == {}


def settle(house: House) -> None:
    """Until every confirmation has its end: one that was being sent when its worker was killed
    waits until the claim has run out."""
    house.wait_until(
        lambda: (
            house.ask(
                "SELECT count(*) FROM messaging_delivery d JOIN messaging_sending s"
                " ON s.id = d.sending_id AND s.month = d.month"
                " WHERE s.state = 'open' AND d.state IN (0, 1)"
            )
            == [(0,)]
        ),
        seconds=120,
    )


def test_confirmations_that_are_delivered_are_in_the_mail_servers_log(house: House) -> None:
    house.serve()
    settle(house)
    rows = house.ask(
        "SELECT d.state, count(*) FROM messaging_delivery d JOIN messaging_sending s"
        " ON s.id = d.sending_id AND s.month = d.month WHERE s.state = 'open' GROUP BY 1"
    )
    ends = {int(str(state)): int(str(people)) for state, people in rows}
    whole = int(str(house.ask("SELECT count(*) FROM messaging_delivery WHERE state = 2")[0][0]))
    house.stop()

    print(f"confirmations by state: {ends}")
    assert ends.keys() <= {2, 3, 4, 5}
    delivered = sum(house.letters().values())
    uncertain = ends.get(5, 0)
    assert whole <= delivered <= whole + uncertain


def test_while_the_database_is_away_pages_say_so_and_nothing_typed_is_lost() -> None:
    with House() as house:
        cluster = Cluster(house.folder / "own", say=lambda words: None)
        cluster.start()
        house.environment |= {"DATABASE_URL": cluster.dsn}
        assert house.run("demo", "--seats", "3", "--supporters", "1000", "--no-serve") == 0
        house.serve()
        signers = Signers(house, threads=0)
        fields = signers._open()
        assert fields is not None
        time.sleep(2.2)

        cluster.stop()
        time.sleep(1)
        refused, words = get(house.addresses()["staff"], "/", {"Cookie": "sessionid=someones"})
        status, form = press(house, fields)

        assert (refused, status) == (503, 503)
        assert "database" in words
        assert 'value="Nia"' in form
        assert 'value="nia@example.org"' in form
        time.sleep(28)
        cluster.start()
        house.wait_until(lambda: get(house.addresses()["public"], "/healthz")[0] == 200)
        assert press(house, fields)[0] == 303
        house.wait_until(lambda: get(house.addresses()["staff"], "/accounts/login/")[0] == 200)
        house.stop()
        cluster.stop()


def press(house: House, fields: dict[str, str]) -> tuple[int, str]:
    given = {"given": "Nia", "family": "Jenkins", "email": "nia@example.org", "seat": "Stroud"}
    body = urlencode(fields | given | {"old_enough": "1"})
    return Signers(house, threads=0)._ask("POST", PAGE, body)


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()

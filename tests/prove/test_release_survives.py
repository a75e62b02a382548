"""A release whose senders are killed at random moments: by the sink's log nobody gets it twice,
nobody is lost, and what nobody can know is counted as uncertain."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from muster.channels.models import EmailAccount
from muster.lib import ports
from muster.lib.sink import read_log
from muster.messaging import pressing
from muster.messaging.claiming import LEASE
from muster.messaging.models import Delivery, Message, Sender, Sending
from muster.messaging.progress import Progress, progress
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Member, Organisation
from muster.people.models import Wording
from muster.places.models import Place
from tests.conftest import MORNING
from tests.messaging.conftest import (  # noqa: F401  fixtures
    _own_sender,
    approver,
    newsletter,
    page,
    targets,
    wording,
)
from tests.prove.house import BASE, KILLS

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = int(os.environ.get("PROVE_PEOPLE", "8000"))
State = Delivery.State


@dataclass
class Programs:
    """The sink and the workers, as processes of their own."""

    folder: Path
    port: int = field(default_factory=ports.any_free)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.environment = os.environ | {
            "DATABASE_URL": _url(),
            "MUSTER_VAR": str(self.folder / "var"),
            "MUSTER_SECRET": settings.SECRET_KEY,
            "MUSTER_SUPPRESSION_SECRET": settings.SUPPRESSION_KEY,
        }
        sink = ["-m", "muster", "sink", "--port", str(self.port), "--web", "0"]
        self.sink = self._start(*sink, "--folder", str(self.folder / "sink"))
        while not ports.answers(self.port):
            time.sleep(0.05)

    def work(self) -> None:
        self.workers.append(self._start("-m", "muster.cli.programs.work"))

    def kill_one(self, lot: random.Random) -> None:
        doomed = lot.choice(self.workers)
        doomed.send_signal(signal.SIGKILL)
        doomed.wait()
        self.workers.remove(doomed)

    def codes(self) -> list[str]:
        return [kept.code for kept in read_log(self.folder / "sink" / "log.jsonl")]

    def end(self) -> None:
        for program in [*self.workers, self.sink]:
            program.terminate()
            with suppress(subprocess.TimeoutExpired):
                program.wait(15)
            program.kill()

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        output = (self.folder / "said.log").open("ab")
        return subprocess.Popen(
            [sys.executable, *words], env=self.environment, cwd=BASE, stdout=output, stderr=output
        )


def _url() -> str:
    known = connection.settings_dict
    where = f"{known['HOST']}:{known['PORT']}" if known["PORT"] else known["HOST"]
    return f"postgresql://{known['USER']}:{known['PASSWORD']}@{where}/{known['NAME']}"


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    running = Programs(tmp_path)
    yield running
    running.end()


@pytest.fixture
def account(party: Organisation, programs: Programs) -> EmailAccount:
    return EmailAccount.objects.create(
        organisation=party,
        name="Campaign",
        host="127.0.0.1",
        port=programs.port,
        from_name="Fair Future",
        from_address="hello@fairfuture.example.org",
    )


@pytest.fixture
def list_of_people(
    party: Organisation,
    stroud: Place,
    neath: Place,
    wording: Wording,  # noqa: F811
) -> None:
    """Half in each seat; three in ten never agreed."""
    asked = {"org": party.pk, "n": PEOPLE, "at": MORNING, "w": wording.pk}
    asked |= {"stroud": stroud.pk, "neath": neath.pk, "who": wording.campaigner_id}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (organisation_id, code, given_name, family_name, folded,"
            " postcode, address, seat_id, seat_how, external_id, source, joined_at)"
            " SELECT %(org)s, gen_random_uuid(), 'P', n::text, '', '', '',"
            " CASE n %% 2 WHEN 0 THEN %(stroud)s ELSE %(neath)s END, 'said', '', '', %(at)s"
            " FROM generate_series(1, %(n)s) n",
            asked,
        )
        cursor.execute(
            "INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)"
            " SELECT organisation_id, id, 'email', 'p' || id || '@example.org', 'good'"
            " FROM people_person"
        )
        cursor.execute(
            "INSERT INTO people_consentevent (organisation_id, person_id, channel, purpose,"
            " is_given, wording_id, campaigner_id, source, at)"
            " SELECT %(org)s, id, 'email', 'marketing', true, %(w)s, %(who)s, 'Proof', %(at)s"
            " FROM people_person WHERE id %% 10 < 7",
            asked,
        )


def wait_until_finished(sending: Sending, seconds: float = 240) -> Progress:
    gives_up = time.monotonic() + seconds
    while (standing := progress(sending)).state != Sending.State.FINISHED:
        assert time.monotonic() < gives_up, f"not finished: {standing}"
        time.sleep(0.5)
    return standing


def check_against_the_log(sending: Sending, standing: Progress, codes: list[str]) -> None:
    """What Muster believes, against what the sink took."""
    twice = [code for code, times in Counter(codes).items() if times > 1]
    ends = dict(Delivery.objects.filter(sending_id=sending.pk).values_list("person_id", "state"))
    taken = {p for p in ends if token_for(sending.pk, p) in set(codes)}
    delivered = {p for p, state in ends.items() if state == State.DELIVERED}
    uncertain = {p for p, state in ends.items() if state == State.UNCERTAIN}
    counted = standing.delivered + standing.failed + standing.uncertain
    assert twice == []
    assert delivered <= taken, "believed delivered, but the sink never saw it"
    assert taken <= delivered | uncertain, "the sink has it, but Muster does not know"
    assert counted + sum(standing.left_out.values()) == standing.audience == PEOPLE
    assert (standing.delivered, standing.uncertain) == (len(delivered), len(uncertain))


def test_killed_senders_lose_nothing_and_send_nothing_twice(
    programs: Programs,
    newsletter: Message,  # noqa: F811
    list_of_people: None,
    ada: Member,
) -> None:
    lot = random.Random("senders")
    pressed = pressing.press(newsletter, by=ada, at=datetime.now(UTC))
    killed = 0
    for _ in range(2):
        programs.work()
    while killed < KILLS and progress(pressed).state != Sending.State.FINISHED:
        time.sleep(lot.uniform(0.8, 3.0))
        programs.kill_one(lot)
        programs.work()
        killed += 1

    standing = wait_until_finished(pressed)

    print(f"{killed} killed; {standing.delivered} delivered, {standing.uncertain} uncertain")
    check_against_the_log(pressed, standing, programs.codes())
    assert standing.uncertain <= 4 * killed, "at most one for each open connection"


def test_when_the_machine_is_gone_its_open_claims_are_uncertain(
    programs: Programs,
    newsletter: Message,  # noqa: F811
    list_of_people: None,
    ada: Member,
) -> None:
    pressed = pressing.press(newsletter, by=ada, at=datetime.now(UTC))
    programs.work()
    while not programs.codes():
        time.sleep(0.02)
    programs.kill_one(random.Random("machine"))
    time.sleep(1)  # what it had asked the database to write is written
    Sender.objects.update(boot="another machine's")
    open_claims = Delivery.objects.filter(sending_id=pressed.pk, state=State.CLAIMED).count()
    programs.work()

    standing = wait_until_finished(pressed)

    assert standing.uncertain == open_claims > 0
    check_against_the_log(pressed, standing, programs.codes())


def test_stop_is_in_force_within_a_second_on_every_worker(
    programs: Programs,
    newsletter: Message,  # noqa: F811
    list_of_people: None,
    ada: Member,
) -> None:
    for _ in range(2):
        programs.work()
    pressed = pressing.press(newsletter, by=ada, at=datetime.now(UTC))
    while not programs.codes():
        time.sleep(0.02)

    pressing.stop(pressed, by=ada, at=datetime.now(UTC))
    time.sleep(1)
    after_a_second = len(programs.codes())
    time.sleep(3)

    assert len(programs.codes()) == after_a_second < PEOPLE * 0.7
    pressing.go_on(pressed, by=ada, at=datetime.now(UTC))
    check_against_the_log(pressed, wait_until_finished(pressed), programs.codes())


def test_a_sender_frozen_past_its_lease_and_woken_sends_nothing_twice(
    programs: Programs,
    newsletter: Message,  # noqa: F811
    list_of_people: None,
    ada: Member,
) -> None:
    """It keeps its claims while it stands still, as its locks do; awake, it gives them back."""
    for _ in range(2):
        programs.work()
    pressed = pressing.press(newsletter, by=ada, at=datetime.now(UTC))
    while len(programs.codes()) < 200:
        time.sleep(0.02)
    frozen = programs.workers[0]
    frozen.send_signal(signal.SIGSTOP)
    time.sleep(LEASE.total_seconds() + 3)
    kept = Delivery.objects.filter(sending_id=pressed.pk, state=State.CLAIMED).count()
    assert kept > 0

    frozen.send_signal(signal.SIGCONT)
    standing = wait_until_finished(pressed)

    print(f"{kept} kept while it stood still; {standing.uncertain} uncertain")
    check_against_the_log(pressed, standing, programs.codes())
    assert standing.uncertain <= 4, "at most one for each open connection"

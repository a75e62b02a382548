"""Real processes handing over, killed and frozen in the middle: the network's log is the judge."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from muster.channels.models import NetworkAccount
from muster.lib import processes
from muster.lib.conninfo import conninfo_of
from muster.organisations.models import Member
from muster.places.models import Place
from muster.publishing import releasing, staging, standing
from muster.publishing.models import Batch
from muster.publishing.staging import Wanted
from tests.publishing.conftest import now, work
from tests.publishing.network import MadeUp

pytestmark = pytest.mark.django_db(transaction=True)
SEATS = 120
PROGRAM = """
import django
django.setup()
from django.conf import settings
settings.NETWORK_TIMEOUT = 1.0
from muster.publishing.handing_over import hand_over
hand_over({account})
"""


@pytest.fixture
def many(
    batch: Batch,
    post: Callable[..., Wanted],
    ad: Callable[..., Wanted],
    england: Place,
    ada: Member,
) -> Batch:
    seats = [
        Place.objects.create(code=f"T{n}", kind="seat", name=f"Seat {n}", slug=f"seat-{n}")
        for n in range(SEATS)
    ]
    wanted = [make(seat) for make in (post, ad) for seat in seats]
    staging.stage(batch, wanted, by=ada, at=now())
    work(batch)
    return batch


def process_for(account: NetworkAccount) -> "subprocess.Popen[bytes]":
    """Hand over one account's things in a process of its own, on this test's database."""
    told = {
        "DATABASE_URL": _url(),
        "MUSTER_VAR": str(settings.VAR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    program = PROGRAM.format(account=account.pk)
    return processes.start([sys.executable, "-c", program], environment=os.environ | told)


def _url() -> str:
    from psycopg.conninfo import conninfo_to_dict

    said: dict[str, Any] = conninfo_to_dict(conninfo_of(connection.settings_dict))
    login = f"{said['user']}:{said.get('password', '')}"
    return f"postgresql://{login}@{said['host']}:{said['port']}/{said['dbname']}"


def all_live(batch: Batch) -> bool:
    return {row.state for row in standing.of(batch)} == {"live"}


def finish(batch: Batch) -> None:
    """As the periodic look does: taken up again until all of it is live."""
    for _ in range(60):
        work(batch)
        if all_live(batch):
            return
        time.sleep(0.3)
    raise AssertionError(standing.counts(batch))


def each_once(batch: Batch, network: MadeUp, *accounts: NetworkAccount) -> None:
    seen = [e["reference"] for account in accounts for e in network.log(account.handle)]
    assert sorted(seen) == sorted(str(p.reference) for p in batch.publications.all())


def test_killed_again_and_again_each_is_out_once(
    many: Batch, network: MadeUp, social: NetworkAccount, ads: NetworkAccount, ada: Member
) -> None:
    network.behaves(latency_ms=150, per_second=60)
    releasing.release(many, by=ada, at=now())
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    print(f"seed {seed}")

    for _ in range(4):
        programs = [process_for(social), process_for(ads)]
        time.sleep(chance.uniform(0.8, 2.2))
        for program in programs:
            program.kill()
            program.wait()
    finish(many)

    each_once(many, network, social, ads)


def test_the_network_killed_in_the_middle_each_is_out_once(
    many: Batch, network: MadeUp, social: NetworkAccount, ads: NetworkAccount, ada: Member
) -> None:
    network.behaves(latency_ms=150, per_second=80)
    releasing.release(many, by=ada, at=now())
    program = process_for(social)
    time.sleep(1.5)

    network.kill()
    network.start()
    finish(many)
    program.wait(60)
    finish(many)

    each_once(many, network, social, ads)


def test_frozen_in_the_middle_and_woken_each_is_out_once(
    many: Batch, network: MadeUp, social: NetworkAccount, ads: NetworkAccount, ada: Member
) -> None:
    """A frozen runner keeps its account; its calls may time out meanwhile, and are looked for."""
    network.behaves(latency_ms=150, per_second=60)
    releasing.release(many, by=ada, at=now())
    program = process_for(social)
    time.sleep(1.5)
    program.send_signal(signal.SIGSTOP)
    many.publications.filter(lease_until__isnull=False).update(lease_until=now())

    for _ in range(3):
        work(many)
        time.sleep(0.5)
    program.send_signal(signal.SIGCONT)
    program.wait(60)
    finish(many)

    each_once(many, network, social, ads)

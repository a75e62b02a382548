"""One supporter answers: a sign-up through a link of the e-mail, over HTTP like anybody's."""

import http.client
import re
import time
from collections.abc import Sequence
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from muster.actions.models import Action
from muster.actions.sources import codes_for
from muster.lib.sink.store import Store
from muster.messaging.models import Sending
from muster.places.models import Place

EMAIL = "nia.jenkins@example.com"
PATIENCE_SECONDS = 60
LINK = re.compile(r"https?://\S+/volunteer/\S+\?s=\w+")


class NobodyAnswered(Exception):
    """The public app did not take the sign-up in: what it said."""


def sign_up(sending: Sending, seats: Sequence[Place], address: str) -> Action:
    """Volunteer in one of these seats, the first whose letters the sink still has, through the
    link that they carry; unless somebody has already.

    `address` is the public app's. Raises `NobodyAnswered`.
    """
    organisation = sending.organisation
    codes = codes_for(organisation, "sending", sending.pk, seats)
    done = Action.objects.filter(organisation=organisation, source__in=codes.values())
    if not done.exists():
        # The page as it is now: the letters may have been written when it had another address.
        seat, found_link = _link_in_a_letter(seats)
        link = urlsplit(found_link)
        _fill_in(address, f"{link.path}?{link.query}", link.path, seat)
    found = done.select_related("place").order_by("id").first()
    if found is None:
        raise NobodyAnswered("The sign-up was taken, but is not to be found.")
    return found


def _link_in_a_letter(seats: Sequence[Place]) -> tuple[Place, str]:
    """A seat, and the link that one of its letters really carries.

    The sink keeps the newest letters of a million: a small seat's may all be gone from it.
    """
    store = Store(settings.VAR / "sink")
    try:
        there = {entry.seat for entry in store.kept}
        for seat in (seat for seat in seats if seat.code in there):
            for entry in store.find(seat.code):
                if entry.seat == seat.code and (link := _link_in(store.raw(entry))):
                    return seat, link
    finally:
        store.close()
    raise NobodyAnswered("No letter with a link in it was found in the sink.")


def _link_in(raw: bytes | None) -> str:
    text = message_from_bytes(raw or b"", policy=default).get_body(("plain",))
    found = LINK.search(text.get_content()) if text else None
    return found.group() if found else ""


def _fill_in(address: str, link: str, path: str, seat: Place) -> None:
    page = _ask(address, "GET", link)
    fields = [
        ("given", "Nia"),
        ("family", "Jenkins"),
        ("email", EMAIL),
        ("seat", seat.name),
        ("can", "doors"),
        ("when", "saturdays"),
        ("old_enough", "1"),
        *((name, _hidden(page, name)) for name in ["stamp", "s"]),
    ]
    # Nobody fills a form in at once, and the page does not believe whoever seems to.
    time.sleep(2.2)
    _ask(address, "POST", path, urlencode(fields))


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1) if found else ""


def _ask(address: str, method: str, path: str, body: str | None = None) -> str:
    """One request; the app is given time to read the seats that were loaded a moment ago."""
    limit = time.monotonic() + PATIENCE_SECONDS
    where = urlsplit(address)
    kind = {"content-type": "application/x-www-form-urlencoded"} if body else {}
    while True:
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        try:
            connection.request(method, path, body, kind)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except OSError as trouble:
            if time.monotonic() > limit:
                raise NobodyAnswered(f"The public app does not answer: {trouble}") from trouble
            time.sleep(0.5)
            continue
        finally:
            connection.close()
        if answer.status < 400:
            return text
        is_refused = method == "POST" and answer.status != 503
        if is_refused or time.monotonic() > limit:
            raise NobodyAnswered(f"{method} {path} was answered {answer.status}: {_words(text)}")
        time.sleep(1)


def _words(page: str) -> str:
    """What a page says, without its style sheet and tags."""
    body = re.sub(r"<style.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())[:400]

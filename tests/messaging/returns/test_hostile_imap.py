"""An IMAP server that means ill, or is broken, costs neither a worker nor its memory."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from muster.messaging.models import Mailbox
from muster.messaging.returns import boxes, imap, keeping, reading
from muster.organisations.models import Member, Organisation
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
Answer = Callable[[str, bytes], bytes]


@contextmanager
def serving(answer: Answer, *, drips: bytes = b"") -> Iterator[int]:
    """Answers each command by its tag and words; with `drips`, a greeting that never ends."""

    class Conversing(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                while drips:
                    self.wfile.write(drips)
                    time.sleep(0.05)
                self.wfile.write(b"* OK here\r\n")
                for line in self.rfile:
                    tag, _, words = line.strip().partition(b" ")
                    self.wfile.write(answer(words.decode(), tag))
            except OSError:
                return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversing) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def plain(words: str, tag: bytes) -> bytes:
    """One message, told of as a good server does."""
    said = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
        "SELECT": b"* 1 EXISTS\r\n",
        "UID SEARCH": b"* SEARCH 7\r\n",
        "UID FETCH": b"* 1 FETCH (UID 7 RFC822.SIZE 20)\r\n",
    }
    told = next((reply for begin, reply in said.items() if words.startswith(begin)), b"")
    return told + tag + b" OK done\r\n"


def box_at(party: Organisation, ada: Member, port: int) -> Mailbox:
    box = Mailbox(organisation=party)
    asked = keeping.Asked("Answers", "imap", "INBOX", "127.0.0.1", port, "us", "sesame")
    keeping.keep(box, asked, by=ada, at=NOON)
    return box


@pytest.mark.timeout(60)
def test_a_server_that_says_one_letter_at_a_time_is_hung_up_on(
    party: Organisation, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LONGEST", 0.5)
    with serving(plain, drips=b"*") as port:
        box = box_at(party, ada, port)

        reading.read(party.pk, box.pk, NOON)

    box.refresh_from_db()
    assert box.problem.startswith("127.0.0.1 could not be read")


def endless(words: str, tag: bytes) -> bytes:
    """A message of four thousand million bytes, it says."""
    if words.startswith("UID FETCH") and "BODY" in words:
        return b"* 1 FETCH (UID 7 BODY[]<0> {4000000000}\r\n"
    return plain(words, tag)


def flood(words: str, tag: bytes) -> bytes:
    """Words without end about nothing."""
    if words.startswith("UID SEARCH"):
        return (b"* SEARCH " + b"7 " * 400_000 + b"\r\n") * 16 + tag + b" OK done\r\n"
    return plain(words, tag)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("answer", [endless, flood])
def test_no_more_is_taken_from_a_server_than_a_message_may_have(
    answer: Answer, party: Organisation, ada: Member
) -> None:
    with serving(answer) as port:
        box = box_at(party, ada, port)

        reading.read(party.pk, box.pk, NOON)

    box.refresh_from_db()
    assert "more than any should" in box.problem


def odd(words: str, tag: bytes) -> bytes:
    """Numbers of messages that are none."""
    if words.startswith("UID SEARCH"):
        return b"* SEARCH x \xc2\xb2 " + b"9" * 5000 + b"\r\n" + tag + b" OK done\r\n"
    if words.startswith("UID FETCH"):
        return b"* 1 FETCH (UID 7 RFC822.SIZE " + b"9" * 5000 + b")\r\n" + tag + b" OK done\r\n"
    return plain(words, tag)


@pytest.mark.timeout(60)
def test_numbers_that_are_none_are_passed_over(party: Organisation, ada: Member) -> None:
    with serving(odd) as port:
        box = box_at(party, ada, port)

        with boxes.opened(box) as opened:
            (found,) = opened.waiting(9)

    assert found.size > boxes.LARGEST


def test_a_password_never_follows_a_mailbox_to_another_server(
    party: Organisation, ada: Member
) -> None:
    box = box_at(party, ada, 993)
    Mailbox.objects.filter(pk=box.pk).update(kind="maildir", host="")
    box.refresh_from_db()

    asked = keeping.Asked("Answers", "imap", "INBOX", "localhost", 993, "us")
    with pytest.raises(keeping.CannotKeep, match="type it anew"):
        keeping.keep(box, asked, by=ada, at=NOON)

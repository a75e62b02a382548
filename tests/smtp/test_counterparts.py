"""The same client against servers written by others."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from muster.lib import ports
from muster.lib.smtp import Answer, Connection, End, Letter

REFUSALS = {
    "gone@example.org": "550 5.1.1 No such user",
    "busy@example.org": "451 4.7.1 Come back later",
    "full@example.org": "452 4.2.2 Mailbox full",
}


class Handler:
    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]
        if address in REFUSALS:
            return REFUSALS[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 Kept"


def hand_over(port: int, to: list[str], body: bytes) -> dict[str, Answer]:
    told: dict[str, Answer] = {}
    letters = [Letter(address, b"us@example.org", address.encode(), body) for address in to]
    with Connection("127.0.0.1", port, timeout=10) as connection:
        connection.hand_over(
            letters,
            before_body=lambda letter: True,
            on_answer=lambda letter, answer: told.update({letter.code: answer}),
        )
    return told


def test_aiosmtpd_refuses_by_address_and_takes_the_rest() -> None:
    handler = Handler()
    controller = Controller(handler, hostname="127.0.0.1", port=ports.any_free())
    controller.start()
    body = "Subject: Zoë\r\n\r\n.one\r\n..two\r\n".encode()

    told = hand_over(controller.port, ["ann@example.org", *REFUSALS, "bob@example.org"], body)
    controller.stop()

    assert handler.taken == [("ann@example.org", body), ("bob@example.org", body)]
    assert told["gone@example.org"] == Answer(End.REFUSED, REFUSALS["gone@example.org"])
    assert told["busy@example.org"].end is End.REFUSED_FOR_NOW
    assert told["full@example.org"].end is End.REFUSED_FOR_NOW


def found(name: str) -> str:
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if path is None:
        pytest.skip(f"{name} is not installed (Debian: postfix)")
    return path


@contextmanager
def smtp_sink(*options: str) -> Iterator[int]:
    """Postfix's sink on a port of its own."""
    port = ports.any_free()
    as_root = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [found("smtp-sink"), *as_root, *options, f"127.0.0.1:{port}", "100"]
    sink = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while not ports.answers(port):
        time.sleep(0.02)
    yield port
    sink.terminate()
    sink.wait()


@pytest.mark.counterpart
def test_postfix_takes_a_pipeline_of_two_hundred() -> None:
    people = [f"p{n}@example.org" for n in range(200)]

    with smtp_sink() as port:
        told = hand_over(port, people, b"Subject: Hello\r\n\r\n.\r\nBody\r\n")

    assert [told[address].end for address in people] == [End.ACCEPTED] * 200


@pytest.mark.counterpart
@pytest.mark.parametrize(
    ("options", "end"),
    [(["-r", "."], End.REFUSED_FOR_NOW), (["-f", "."], End.REFUSED), (["-q", "."], End.UNANSWERED)],
)
def test_postfix_refusing_or_hanging_up_after_the_body(options: list[str], end: End) -> None:
    with smtp_sink(*options) as port:
        told = hand_over(port, ["ann@example.org"], b"Subject: Hello\r\n\r\nBody\r\n")

    assert told["ann@example.org"].end is end

"""A mail server that misbehaves as it is told, and knows what it really took.

`plan(moment, visit)` is asked at each moment of a conversation: what is said there, HANG (nothing
more, until the client gives up) or CLOSE. `visit` counts, from 1, how often that moment came.
"""

import contextlib
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

HANG, CLOSE, DRIP = "hang", "close", "drip"
USUAL = {"GREETING": "220 here", "DATA": "354 go on", "QUIT": "221 bye"}
CODE = re.compile(rb"^X-Muster-Delivery: (\S+)", re.MULTILINE)
ORDER = ("MAIL", "RCPT", "DATA")
FULL = ("PIPELINING", "SIZE 1000000", "8BITMIME")


@dataclass(frozen=True)
class Moment:
    """Where a conversation is: GREETING, MAIL, RCPT, DATA, INSIDE (a body), BODY (its end)."""

    word: str
    visit: int
    to: str = ""


Plan = Callable[[Moment], str | None]


@dataclass
class Hostile:
    """Serves until closed. `taken`: the delivery codes it answers for, in order."""

    plan: Plan
    offers: Callable[[int], tuple[str, ...]] = lambda number: FULL
    keeps_to_pipelining: bool = True
    taken: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    opened: int = 0

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._visits: Counter[str] = Counter()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self.opened += 1
            talk = Conversation(self, line, self.offers(self.opened))
            threading.Thread(target=talk.run, daemon=True).start()

    def said_at(self, word: str, to: str) -> str:
        self._visits[word] += 1
        planned = self.plan(Moment(word, self._visits[word], to))
        return planned if planned is not None else USUAL.get(word, "250 ok")


class Over(Exception):
    """This conversation has ended."""


@dataclass
class Conversation:
    server: Hostile
    line: socket.socket
    offers: tuple[str, ...]
    heard: bytes = b""
    to: str = ""
    next: str = "MAIL"  # as far as the envelope goes

    def run(self) -> None:
        with contextlib.suppress(Over, OSError), self.line:
            self._say("GREETING")
            while True:
                self._answer(self._command())

    def _answer(self, command: str) -> None:
        word = command.split(" ")[0].upper()
        if word == "EHLO":
            lines = ["250-here", *(f"250-{offer}" for offer in self.offers), "250 HELP"]
            self.line.sendall("".join(f"{line}\r\n" for line in lines).encode())
            return
        if word == "RCPT":
            self.to = command.partition("<")[2].partition(">")[0]
        if word in ORDER and ORDER.index(word) > ORDER.index(self.next):
            self._send("503 5.5.1 not yet")
            return
        said = self._say(word)
        if word in ("MAIL", "RCPT") and said.startswith("250"):
            self.next = "RCPT" if word == "MAIL" else "DATA"
        elif word in ("RSET", "DATA"):
            self.next = "MAIL"
        if word == "DATA" and said.startswith("354"):
            self._take_body()
        if word == "QUIT":
            raise Over

    def _take_body(self) -> None:
        if self.server.said_at("INSIDE", self.to) == CLOSE:
            self.line.recv(500)
            raise Over
        while b"\r\n.\r\n" not in self.heard:
            self._hear()
        body, _, self.heard = self.heard.partition(b"\r\n.\r\n")
        self._say("BODY", body)

    def _say(self, word: str, body: bytes = b"") -> str:
        words = self.server.said_at(word, self.to)
        if body and words.startswith(("250", "taken")):
            found = CODE.search(body)
            self.server.taken.append(found[1].decode() if found else "")
            self.server.bodies.append(body)
        words = words.removeprefix("taken, then ")
        if words == HANG:
            time.sleep(30)
        if words == DRIP:
            self._drip()
        if words in (HANG, CLOSE, DRIP):
            raise Over
        self._send(words)
        return words

    def _drip(self) -> None:
        """One letter after another, each just before anybody would give up."""
        for letter in b"250 " + b"o" * 200:
            self.line.sendall(bytes([letter]))
            time.sleep(0.1)

    def _send(self, words: str) -> None:
        if not self.server.keeps_to_pipelining:
            self.heard = b""  # whatever came before its turn is dropped
        self.line.sendall(f"{words}\r\n".encode())

    def _command(self) -> str:
        while b"\r\n" not in self.heard:
            self._hear()
        command, _, self.heard = self.heard.partition(b"\r\n")
        return command.decode("latin-1")

    def _hear(self) -> None:
        words = self.line.recv(65536)
        if not words:
            raise Over
        self.heard += words

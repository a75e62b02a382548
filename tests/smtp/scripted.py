"""A mail server that follows a script: what it says, and where it hangs up."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

EHLO = b"250-here\r\n250-PIPELINING\r\n250-SIZE 100000\r\n250 8BITMIME\r\n"
PLAIN_EHLO = b"250 here\r\n"


@dataclass
class Scripted:
    """One conversation. `answers` maps a command's first word (MAIL, RCPT, DATA, BODY…) to what
    is said for each in turn; the last answer repeats. None: hang up."""

    answers: dict[str, list[bytes | None]] = field(default_factory=dict)
    greeting: bytes | None = b"220 here\r\n"
    ehlo: bytes = EHLO
    heard: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    at_once: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.close()
        self._thread.join(2)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the client may hang up at any point
            self._converse()

    def _converse(self) -> None:
        try:
            line, _ = self._server.accept()
        except OSError:
            return
        with line, line.makefile("rb") as said:
            if not _say(line, self.greeting):
                return
            while raw := said.readline():
                command = raw.decode("latin-1").strip()
                self.heard.append(command)
                word = command.split(" ")[0].upper()
                answer = self.ehlo if word == "EHLO" else self._answer(word)
                if not _say(line, answer):
                    return
                if word == "DATA" and answer is not None and answer.startswith(b"354"):
                    self.bodies.append(_body(said.readline))
                    if not _say(line, self._answer("BODY")):
                        return
                if word == "QUIT":
                    return

    def _answer(self, word: str) -> bytes | None:
        usual = {"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}.get(word, b"250 ok\r\n")
        planned = self.answers.get(word)
        if not planned:
            return usual
        return planned.pop(0) if len(planned) > 1 else planned[0]


def _say(line: socket.socket, words: bytes | None) -> bool:
    if words is None:
        return False
    line.sendall(words)
    return True


def _body(read: Callable[[], bytes]) -> bytes:
    lines = []
    while (raw := read()) not in (b".\r\n", b""):
        lines.append(raw[1:] if raw.startswith(b".") else raw)
    return b"".join(lines)

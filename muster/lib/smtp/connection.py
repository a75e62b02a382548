"""A conversation with one mail server: greeting, encryption, words said and heard."""

import base64
import socket
import ssl
import struct
import time
from collections import deque
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from muster.lib.smtp.answers import (
    BeforeBody,
    Letter,
    Lost,
    OnAnswer,
    Reply,
    Silent,
    Unreachable,
    read_reply,
    reply_of,
)

DISTRUST = 600.0  # seconds without pipelining for a server that did not keep to it
LONGEST_REPLY = 64 * 1024  # bytes in one line
MOST_OF_LINE = 1000  # bytes of it that are kept
MOST_LINES = 200


_distrusted: dict[tuple[str, int], float] = {}


class Connection:
    """A conversation with one mail server. Not to be shared between threads.

    Raises `Unreachable` when it cannot be opened. After `is_open` turns false, open another.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        name: str = "localhost",
        timeout: float = 60.0,
        connect_timeout: float = 10.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._where = host, port
        self._lines: deque[bytes] = deque()  # heard, and not read yet
        self._unended = b""
        self._timeout = timeout
        self._offers: dict[str, str] = {}
        self.size_limit = 0  # bytes of the largest message it takes; 0: it does not say
        self.takes_8bit = False
        self.is_secure = False
        self.must_reset = False  # a refused letter left its envelope open
        try:
            self._socket = socket.create_connection((host, port), connect_timeout)
            self._wait_in_kernel(timeout)
        except OSError as error:
            raise Unreachable(f"No answer from {host}:{port}: {error}") from error
        self.is_open = True
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._greet(name)
            if tls and self.offers("STARTTLS"):
                self._secure(tls, host, name)
        except Lost as error:
            self.close()
            raise Unreachable(f"{host}:{port} hung up: {error}") from error
        except BaseException:
            self.close()
            raise

    def offers(self, extension: str) -> bool:
        return extension in self._offers

    @property
    def pipelines(self) -> bool:
        """Does it take several commands at once, as it says, and as far as we know?"""
        since = _distrusted.get(self._where)
        is_trusted = since is None or time.monotonic() - since > DISTRUST
        return is_trusted and self.offers("PIPELINING")

    def distrust(self) -> None:
        """It did not answer all that it was asked at once: from here on, one by one."""
        _distrusted[self._where] = time.monotonic()

    def hand_over(
        self, letters: Iterable[Letter], *, before_body: BeforeBody, on_answer: OnAnswer
    ) -> None:
        """Send each letter; call `on_answer` exactly once for each, whatever happens.

        `before_body` is called when the server is ready for a body, before its first byte leaves:
        if it returns False the conversation ends there, and nothing more is begun.
        """
        from muster.lib.smtp.exchange import Exchange

        exchange = Exchange(self, before_body, on_answer)
        for letter in letters:
            exchange.offer(letter)
        exchange.finish()

    def log_in(self, username: str, password: str) -> None:
        """Say who we are (RFC 4954, 4616). Raises `Unreachable` where we are not let in."""
        try:
            reply = self._log_in(username.encode(), password.encode())
        except Lost as error:
            raise Unreachable(f"Hung up while logging in: {error}") from error
        if not reply.is_good:
            self.close()
            raise Unreachable(f"Not let in as {username}: {reply.answer.words}")

    def _log_in(self, username: bytes, password: bytes) -> Reply:
        ways = self._offers.get("AUTH", "").upper().split()
        if "PLAIN" in ways or not ways:
            whole = base64.b64encode(b"\0" + username + b"\0" + password)
            self.say(b"AUTH PLAIN " + whole + b"\r\n")
            return self.hear()
        for words in (b"AUTH LOGIN", base64.b64encode(username), base64.b64encode(password)):
            self.say(words + b"\r\n")
            reply = self.hear()
            if not reply.is_good:
                break
        return reply

    def close(self) -> None:
        """Hang up without ceremony."""
        self.is_open = False
        self._socket.close()

    def quit(self) -> None:
        """Say goodbye, then hang up."""
        if self.is_open:
            try:
                self.say(b"QUIT\r\n")
                self.hear()
            except Lost:
                pass
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.quit()

    # The conversation

    def say(self, words: bytes) -> None:
        try:
            self._socket.sendall(words)
        except OSError as error:
            self.close()
            raise Lost(str(error) or "connection lost") from error

    def hear(self) -> Reply:
        """Read one reply, all of its lines. Raises `Lost`; a 421 is a reply, then a hang-up."""
        reply, is_last = self._hear_line()
        if not is_last:
            lines = self._hear_lines(reply)
            words = " ".join(line.words for line in lines if line.words)
            reply = reply_of(lines[-1].code, words)
        if reply.code == 421:
            self.close()
        return reply

    def _hear_line(self) -> tuple[Reply, bool]:
        if not self._lines:
            self._receive()
        if not self._lines:
            self._receive_rest()
        try:
            return read_reply(self._lines.popleft()[:MOST_OF_LINE])
        except ValueError:
            self.close()
            raise Lost("the server does not speak SMTP") from None

    def _receive_rest(self) -> None:
        """Hear a line to its end, in the time that all of it may take: the kernel counts each
        piece anew, and somebody may say one letter at a time."""
        gives_up = time.monotonic() + self._timeout
        while not self._lines:
            self._in_time(gives_up)
            self._receive()

    def _in_time(self, gives_up: float) -> None:
        if time.monotonic() > gives_up:
            self.close()
            raise Silent("no whole answer in time")

    def _receive(self) -> None:
        try:
            heard = self._socket.recv(65536)
        except (TimeoutError, BlockingIOError) as error:
            self.close()
            raise Silent("no answer in time") from error
        except OSError as error:
            self.close()
            raise Lost(str(error) or "connection lost") from error
        if not heard:
            self.close()
            raise Lost("the server hung up")
        *lines, self._unended = (self._unended + heard).split(b"\n")
        self._lines.extend(lines)
        if len(self._unended) > LONGEST_REPLY:
            self.close()
            raise Lost("the server's answer never ends")

    def _wait_in_kernel(self, seconds: float) -> None:
        """Let the kernel count the seconds: Python would ask it twice for each word."""
        self._socket.settimeout(None)
        whole = int(seconds)
        packed = struct.pack("ll", whole, int((seconds - whole) * 1_000_000))
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, direction, packed)

    def _greet(self, name: str) -> None:
        greeting = self.hear()
        if greeting.code != 220:
            raise Unreachable(greeting.answer.words, for_good=greeting.code >= 500)
        self._say_hello(name)

    def _say_hello(self, name: str) -> None:
        self.say(b"EHLO " + name.encode("ascii") + b"\r\n")
        lines = self._hear_lines()
        if lines[0].code in (500, 501, 502, 504):
            self.say(b"HELO " + name.encode("ascii") + b"\r\n")
            lines = self._hear_lines()[:1]
        if not lines[0].is_good:
            raise Unreachable(lines[0].answer.words, for_good=lines[0].code >= 500)
        offers = (line.words.split(None, 1) for line in lines[1:] if line.words)
        self._offers = {o[0].upper(): o[1] if len(o) > 1 else "" for o in offers}
        limit = self._offers.get("SIZE", "")
        self.size_limit = int(limit) if limit.isdigit() else 0
        self.takes_8bit = self.offers("8BITMIME")

    def _hear_lines(self, *heard: Reply) -> list[Reply]:
        replies = [*heard]
        gives_up = time.monotonic() + self._timeout
        while len(replies) < MOST_LINES:
            self._in_time(gives_up)
            reply, is_last = self._hear_line()
            replies.append(reply)
            if is_last:
                return replies
        self.close()
        raise Lost("the server's answer never ends")

    def _secure(self, tls: ssl.SSLContext, host: str, name: str) -> None:
        self.say(b"STARTTLS\r\n")
        reply = self.hear()
        if reply.code != 220:
            raise Unreachable(reply.answer.words)
        # Whatever came before the handshake was not said under it (CVE-2011-0411).
        self._lines.clear()
        self._unended = b""
        self._wait_in_kernel(0)
        self._socket.settimeout(self._timeout)
        try:
            self._socket = tls.wrap_socket(self._socket, server_hostname=host)
        except OSError as error:
            raise Unreachable(f"No safe connection to {host}: {error}") from error
        self.is_secure = True
        self._say_hello(name)

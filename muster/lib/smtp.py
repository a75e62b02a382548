"""Handing e-mail to a mail server over one connection, as fast as it answers (RFC 5321, 2920).

Where the server offers PIPELINING, a message's body travels together with the next message's
MAIL, RCPT and DATA, so a message costs one round trip; where it does not, each command waits.
Either way at most one body is ever begun and unanswered, and the caller is told before it begins
and after it is answered: what nobody answered is never guessed at.
"""

import re
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import TracebackType
from typing import Self

PLAIN_ADDRESS = re.compile(rb"[!-;=?-~]+\Z")  # printable ASCII but for space, < and >
REPLY = re.compile(rb"([2-5][0-9][0-9])([ -]?)(.*)\Z", re.DOTALL)
LONGEST_REPLY = 64 * 1024  # bytes in one line
MOST_LINES = 200


class End(Enum):
    """How one letter ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused for good"
    REFUSED_FOR_NOW = "refused for now"
    UNANSWERED = "begun and unanswered"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address. `body` has CRLF line ends and is not dot-stuffed.

    `is_whole`: whoever made the body vouches for its line ends, and they are not counted again.
    """

    code: str
    sender: bytes
    recipient: bytes
    body: bytes
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An end and the server's own words."""

    end: End
    words: str


@dataclass(frozen=True, slots=True)
class Reply:
    code: int
    words: str

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 400

    @property
    def end(self) -> End:
        # 503 is about the order of commands, ours to mend, and says nothing of the recipient.
        is_final = self.code >= 500 and self.code != 503
        return End.REFUSED if is_final else End.REFUSED_FOR_NOW


class Unreachable(Exception):
    """No conversation could be started. `for_good`: trying again will not help."""

    def __init__(self, words: str, *, for_good: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good


class Lost(Exception):
    """The conversation broke off."""


BeforeBody = Callable[[Letter], bool]
OnAnswer = Callable[[Letter, Answer], None]


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
        self._waiting = b""
        self._offers: dict[str, str] = {}
        self.is_secure = False
        self.must_reset = False  # a refused letter left its envelope open
        try:
            self._socket = socket.create_connection((host, port), connect_timeout)
            self._socket.settimeout(timeout)
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
    def takes_8bit(self) -> bool:
        return self.offers("8BITMIME")

    @property
    def size_limit(self) -> int:
        """The largest message it takes, in bytes; 0: it does not say."""
        limit = self._offers.get("SIZE", "")
        return int(limit) if limit.isdigit() else 0

    def hand_over(
        self, letters: Iterable[Letter], *, before_body: BeforeBody, on_answer: OnAnswer
    ) -> None:
        """Send each letter; call `on_answer` exactly once for each, whatever happens.

        `before_body` is called when the server is ready for a body, before its first byte leaves:
        if it returns False the conversation ends there, and nothing more is begun.
        """
        exchange = _Exchange(self, before_body, on_answer)
        for letter in letters:
            exchange.offer(letter)
        exchange.finish()

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
        first, is_last = self._hear_line()
        if is_last and first.code != 421:
            return first
        lines = [first] if is_last else self._hear_lines(first)
        reply = Reply(lines[-1].code, " ".join(line.words for line in lines if line.words))
        if reply.code == 421:
            self.close()
        return reply

    def _line(self) -> bytes:
        while (end := self._waiting.find(b"\n")) < 0:
            if len(self._waiting) > LONGEST_REPLY:
                self.close()
                raise Lost("the server's answer never ends")
            self._waiting += self._receive()
        line, self._waiting = self._waiting[:end], self._waiting[end + 1 :]
        return line.rstrip(b"\r")

    def _receive(self) -> bytes:
        try:
            heard = self._socket.recv(65536)
        except TimeoutError as error:
            self.close()
            raise Lost("no answer in time") from error
        except OSError as error:
            self.close()
            raise Lost(str(error) or "connection lost") from error
        if not heard:
            self.close()
            raise Lost("the server hung up")
        return heard

    def _greet(self, name: str) -> None:
        greeting = self.hear()
        if greeting.code != 220:
            raise Unreachable(_words(greeting), for_good=greeting.code >= 500)
        self._say_hello(name)

    def _say_hello(self, name: str) -> None:
        self.say(b"EHLO " + name.encode("ascii") + b"\r\n")
        lines = self._hear_lines()
        if lines[0].code in (500, 501, 502, 504):
            self.say(b"HELO " + name.encode("ascii") + b"\r\n")
            lines = self._hear_lines()[:1]
        if not lines[0].is_good:
            raise Unreachable(_words(lines[0]), for_good=lines[0].code >= 500)
        offers = (line.words.split(None, 1) for line in lines[1:] if line.words)
        self._offers = {o[0].upper(): o[1] if len(o) > 1 else "" for o in offers}

    def _hear_lines(self, *heard: Reply) -> list[Reply]:
        replies = [*heard]
        while len(replies) < MOST_LINES:
            reply, is_last = self._hear_line()
            replies.append(reply)
            if is_last:
                return replies
        self.close()
        raise Lost("the server's answer never ends")

    def _hear_line(self) -> tuple[Reply, bool]:
        try:
            return _reply(self._line())
        except ValueError:
            self.close()
            raise Lost("the server does not speak SMTP") from None

    def _secure(self, tls: ssl.SSLContext, host: str, name: str) -> None:
        self.say(b"STARTTLS\r\n")
        reply = self.hear()
        if reply.code != 220:
            raise Unreachable(_words(reply))
        # Whatever came before the handshake was not said under it (CVE-2011-0411).
        self._waiting = b""
        try:
            self._socket = tls.wrap_socket(self._socket, server_hostname=host)
        except OSError as error:
            raise Unreachable(f"No safe connection to {host}: {error}") from error
        self.is_secure = True
        self._say_hello(name)


class _Exchange:
    """One run of letters over a connection: whose body is out, and who has been answered."""

    def __init__(self, line: Connection, before_body: BeforeBody, on_answer: OnAnswer) -> None:
        self._line = line
        self._before_body = before_body
        self._on_answer = on_answer
        self._begun: Letter | None = None  # its body goes out with the next words
        self._body = b""
        self._pipelines = line.offers("PIPELINING")

    def offer(self, letter: Letter) -> None:
        if problem := self._problem(letter):
            self._on_answer(letter, Answer(End.REFUSED, problem))
            return
        if not self._line.is_open:
            self._on_answer(letter, Answer(End.NOT_BEGUN, "connection closed"))
            return
        try:
            refusal = self._open_envelope(letter)
        except Lost as lost:
            self._give_up(lost)
            self._on_answer(letter, Answer(End.NOT_BEGUN, str(lost)))
            return
        if refusal:
            self._on_answer(letter, Answer(refusal.end, _words(refusal)))
        elif not self._line.is_open:
            self._on_answer(letter, Answer(End.NOT_BEGUN, "connection closed"))
        else:
            self._begin(letter)

    def finish(self) -> None:
        """Send the last body and hear its answer."""
        if self._begun is None:
            return
        try:
            self._line.say(self._body)
            self._hear_answer()
        except Lost as lost:
            self._give_up(lost)

    def _problem(self, letter: Letter) -> str:
        if not PLAIN_ADDRESS.match(letter.recipient) or not PLAIN_ADDRESS.match(letter.sender):
            return "The mail server cannot take an address like this."
        limit = self._line.size_limit
        if limit and len(letter.body) > limit:
            return f"Larger than the mail server takes ({limit} bytes)."
        if not letter.body.isascii() and not self._line.takes_8bit:
            return "The mail server takes only 7-bit mail."
        if not letter.is_whole and has_bare_end(letter.body):
            return "The message has a line that does not end as mail must."
        return ""

    def _open_envelope(self, letter: Letter) -> Reply | None:
        """Ask for the go-ahead. Returns the refusal, or nothing when the body may follow."""
        mail, rcpt, data = self._commands(letter)
        if not self._pipelines:
            return self._one_by_one(mail, rcpt, data)
        reset = b"RSET\r\n" if self._line.must_reset else b""
        self._line.say(self._body + reset + mail + rcpt + data)
        if self._begun is not None:
            self._hear_answer()
        if reset:
            self._line.hear()
        return self._weigh(self._line.hear(), self._line.hear(), self._line.hear())

    def _commands(self, letter: Letter) -> tuple[bytes, bytes, bytes]:
        extras = b""
        if self._line.offers("SIZE"):
            extras += b" SIZE=%d" % len(letter.body)
        if not letter.body.isascii():
            extras += b" BODY=8BITMIME"
        mail = b"MAIL FROM:<" + letter.sender + b">" + extras + b"\r\n"
        return mail, b"RCPT TO:<" + letter.recipient + b">\r\n", b"DATA\r\n"

    def _weigh(self, mail: Reply, rcpt: Reply, data: Reply) -> Reply | None:
        refusal = next((r for r in (mail, rcpt) if not r.is_good), None)
        if data.code == 354 and refusal:
            self._leave_empty_handed(mail, rcpt)
        elif data.code != 354:
            refusal = refusal or data
        self._line.must_reset = refusal is not None
        return refusal

    def _leave_empty_handed(self, mail: Reply, rcpt: Reply) -> None:
        """It opened the door though nobody may come in (RFC 2920 3.1): send nothing at all.

        Where it took the recipient, even nothing would be delivered as an empty message: hang up.
        """
        if mail.is_good and not rcpt.is_good:
            self._line.say(b".\r\n")
            self._line.hear()
        else:
            self._line.close()

    def _one_by_one(self, mail: bytes, rcpt: bytes, data: bytes) -> Reply | None:
        if self._begun is not None:
            self._line.say(self._body)
            self._hear_answer()
        commands = [b"RSET\r\n"] * self._line.must_reset + [mail, rcpt, data]
        self._line.must_reset = False
        for command in commands:
            self._line.say(command)
            reply = self._line.hear()
            if not reply.is_good or (command is data and reply.code != 354):
                self._line.must_reset = True
                return reply
        return None

    def _begin(self, letter: Letter) -> None:
        if not self._before_body(letter):
            # The only way back from 354 is to hang up: an unfinished body counts for nothing.
            self._line.close()
            self._on_answer(letter, Answer(End.NOT_BEGUN, "stopped"))
            return
        self._begun = letter
        body = letter.body
        if b"\n." in body:
            body = body.replace(b"\n.", b"\n..")
        if body.startswith(b"."):
            body = b"." + body
        self._body = body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")

    def _hear_answer(self) -> None:
        reply = self._line.hear()
        letter, self._begun, self._body = self._begun, None, b""
        assert letter is not None
        end = End.ACCEPTED if reply.is_good else reply.end
        self._on_answer(letter, Answer(end, _words(reply)))

    def _give_up(self, lost: Lost) -> None:
        letter, self._begun, self._body = self._begun, None, b""
        if letter is not None:
            self._on_answer(letter, Answer(End.UNANSWERED, str(lost)))


def has_bare_end(body: bytes) -> bool:
    """A CR or LF alone is where one server sees a message end and another does not."""
    ends = body.count(b"\r\n")
    return body.count(b"\n") != ends or body.count(b"\r") != ends


def _words(reply: Reply) -> str:
    return f"{reply.code} {reply.words}".strip()[:200]


@lru_cache(maxsize=256)
def _reply(line: bytes) -> tuple[Reply, bool]:
    """One line of a reply, and whether it is the last. A server says the same few over and over.

    Raises `ValueError` for what is no reply.
    """
    matched = REPLY.match(line)
    if not matched:
        raise ValueError(line)
    reply = Reply(int(matched[1]), matched[3].decode("utf-8", "replace").strip())
    return reply, matched[2] != b"-"

"""One run of letters over a connection: whose body is out, and who has been answered."""

import re

from muster.lib.smtp.answers import (
    OUT_OF_STEP,
    Answer,
    BeforeBody,
    End,
    Letter,
    Lost,
    OnAnswer,
    Reply,
    Silent,
)
from muster.lib.smtp.connection import Connection

PLAIN_ADDRESS = re.compile(rb"[!-;=?-~]+\Z")  # printable ASCII but for space, < and >


class Exchange:
    """One run of letters over a connection: whose body is out, and who has been answered."""

    def __init__(self, line: Connection, before_body: BeforeBody, on_answer: OnAnswer) -> None:
        self._line = line
        self._before_body = before_body
        self._on_answer = on_answer
        self._begun: Letter | None = None  # its body goes out with the next words
        self._body: tuple[bytes, ...] = ()
        self._sender = b""
        self._says_size = line.offers("SIZE")
        self._pipelines = line.pipelines

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
            self._on_answer(letter, refused(refusal))
        elif not self._line.is_open:
            self._on_answer(letter, Answer(End.NOT_BEGUN, "connection closed"))
        else:
            self._begin(letter)

    def finish(self) -> None:
        """Send the last body and hear its answer."""
        if self._begun is None:
            return
        try:
            self._line.say(b"".join(self._body))
            self._hear_answer()
        except Lost as lost:
            self._give_up(lost)

    def _problem(self, letter: Letter) -> str:
        if not PLAIN_ADDRESS.match(letter.recipient) or not self._is_plain_sender(letter.sender):
            return "The mail server cannot take an address like this."
        limit = self._line.size_limit
        if limit and len(letter.body) > limit:
            return f"Larger than the mail server takes ({limit} bytes)."
        if not self._line.takes_8bit and not letter.body.isascii():
            return "The mail server takes only 7-bit mail."
        if not letter.is_plain and has_bare_end(letter.body):
            return "The message has a line that does not end as mail must."
        return ""

    def _is_plain_sender(self, sender: bytes) -> bool:
        """One run's letters are mostly from one sender, looked at once."""
        if sender != self._sender:
            if not PLAIN_ADDRESS.match(sender):
                return False
            self._sender = sender
        return True

    def _open_envelope(self, letter: Letter) -> Reply | None:
        """Ask for the go-ahead. Returns the refusal, or nothing when the body may follow."""
        mail, rcpt, data = self._commands(letter)
        if not self._pipelines:
            return self._one_by_one(mail, rcpt, data)
        reset = b"RSET\r\n" if self._line.must_reset else b""
        self._line.say(b"".join((*self._body, reset, mail, rcpt, data)))
        if self._begun is not None:
            self._hear_answer()
        try:
            refusal = self._hear_envelope(is_reset=bool(reset))
        except Silent:
            self._line.distrust()
            raise
        if refusal and is_out_of_step(refusal):
            self._line.distrust()
            self._line.close()
        return refusal

    def _hear_envelope(self, *, is_reset: bool) -> Reply | None:
        hear = self._line.hear
        if is_reset:
            hear()
        return self._weigh(hear(), hear(), hear())

    def _commands(self, letter: Letter) -> tuple[bytes, bytes, bytes]:
        size = b" SIZE=%d" % len(letter.body) if self._says_size else b""
        bits = b"" if letter.body.isascii() else b" BODY=8BITMIME"
        mail = b"MAIL FROM:<%b>%b%b\r\n" % (letter.sender, size, bits)
        return mail, b"RCPT TO:<%b>\r\n" % letter.recipient, b"DATA\r\n"

    def _weigh(self, mail: Reply, rcpt: Reply, data: Reply) -> Reply | None:
        refusal = None if mail.is_good and rcpt.is_good else rcpt if mail.is_good else mail
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
            self._line.say(b"".join(self._body))
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
        body = letter.body if letter.is_plain else stuffed(letter.body)
        self._body = (body, b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")

    def _hear_answer(self) -> None:
        reply = self._line.hear()
        letter, self._begun, self._body = self._begun, None, ()
        assert letter is not None
        self._on_answer(letter, reply.answer)

    def _give_up(self, lost: Lost) -> None:
        letter, self._begun, self._body = self._begun, None, ()
        if letter is not None:
            self._on_answer(letter, Answer(End.UNANSWERED, str(lost)))


def refused(reply: Reply) -> Answer:
    """What a word out of place means, a friendly one too: nothing was taken."""
    return reply.answer if not reply.is_good else Answer(End.REFUSED_FOR_NOW, reply.answer.words)


def is_out_of_step(refusal: Reply) -> bool:
    """Was it the order of the commands, not the letter?"""
    return refusal.code == 503 or OUT_OF_STEP.search(refusal.words) is not None


def stuffed(body: bytes) -> bytes:
    """Every line that begins with a dot begins with two (RFC 5321 4.5.2)."""
    body = body.replace(b"\n.", b"\n..")
    return b"." + body if body.startswith(b".") else body


def has_bare_end(body: bytes) -> bool:
    """A CR or LF alone is where one server sees a message end and another does not."""
    ends = body.count(b"\r\n")
    return body.count(b"\n") != ends or body.count(b"\r") != ends

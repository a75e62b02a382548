"""What is handed over, what is said about it, and how a server's replies read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

# How servers complain of commands that came before their turn, whatever number they give it.
OUT_OF_STEP = re.compile(r"pipelin|synchroni[sz]ation", re.IGNORECASE)
REPLY = re.compile(rb"([2-5][0-9][0-9])([ -]?)(.*)\Z", re.DOTALL)


class End(Enum):
    """How one letter ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused for good"
    REFUSED_FOR_NOW = "refused for now"
    UNANSWERED = "begun and unanswered"
    NOT_BEGUN = "not begun"


class Letter(NamedTuple):
    """One message to one address. `body` has CRLF line ends and is not dot-stuffed.

    `is_plain`: whoever made the body vouches that its lines end so and that none begins with a
    dot; neither is looked for again.
    """

    code: str
    sender: bytes
    recipient: bytes
    body: bytes
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An end and the server's own words; `wait_s`: seconds it asks us to wait, if it does."""

    end: End
    words: str
    wait_s: float | None = None


class Reply(NamedTuple):
    """What a server said. `answer`: what it means for the letter it was said of."""

    code: int
    words: str
    is_good: bool
    answer: Answer


def reply_of(code: int, words: str) -> Reply:
    is_good = 200 <= code < 400
    # 503 is about the order of commands, ours to mend, and says nothing of the recipient.
    is_final = code >= 500 and code != 503 and not OUT_OF_STEP.search(words)
    refusal = End.REFUSED if is_final else End.REFUSED_FOR_NOW
    said = f"{code} {words}".strip()[:200]
    return Reply(code, words, is_good, Answer(End.ACCEPTED if is_good else refusal, said))


class Unreachable(Exception):
    """No conversation could be started. `for_good`: trying again will not help."""

    def __init__(self, words: str, *, for_good: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good


class Lost(Exception):
    """The conversation broke off."""


class Silent(Lost):
    """Nothing more was said, though the connection stands."""


BeforeBody = Callable[[Letter], bool]
OnAnswer = Callable[[Letter, Answer], None]


@lru_cache(maxsize=256)
def read_reply(line: bytes) -> tuple[Reply, bool]:
    """One line of a reply, and whether it is the last. A server says the same few over and over.

    Raises `ValueError` for what is no reply.
    """
    matched = REPLY.match(line.rstrip(b"\r"))
    if not matched:
        raise ValueError(line)
    reply = reply_of(int(matched[1]), matched[3].decode("utf-8", "replace").strip())
    return reply, matched[2] != b"-"

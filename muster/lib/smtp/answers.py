"""What is handed over, what is said about it, and how a server's replies read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

REPLY = re.compile(rb"([2-5][0-9][0-9])([ -]?)(.*)\Z", re.DOTALL)


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


def words_of(reply: Reply) -> str:
    return f"{reply.code} {reply.words}".strip()[:200]


@lru_cache(maxsize=256)
def read_reply(line: bytes) -> tuple[Reply, bool]:
    """One line of a reply, and whether it is the last. A server says the same few over and over.

    Raises `ValueError` for what is no reply.
    """
    matched = REPLY.match(line)
    if not matched:
        raise ValueError(line)
    reply = Reply(int(matched[1]), matched[3].decode("utf-8", "replace").strip())
    return reply, matched[2] != b"-"

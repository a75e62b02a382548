"""What a returned message tells."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """From the mildest failure to the hardest, then what is no failure."""

    DELIVERED = "delivered"  # it arrived, or was passed on
    DELAYED = "delayed"  # the other side still tries
    UNKNOWN = "unknown"  # it failed, and nobody says why
    SOFT = "soft"  # it failed for a reason that passes
    BLOCKED = "blocked"  # the sender, the server or the words were refused, not the person
    FULL = "full"  # the mailbox is full
    HARD = "hard"  # there is nobody at this address
    COMPLAINT = "complaint"  # a person pressed “this is spam”
    AUTO_REPLY = "auto_reply"  # a machine answered: away, a receipt, a ticket
    REPLY = "reply"  # a person answered

    @property
    def is_failure(self) -> bool:
        return self in MILDEST_FIRST[2:]


MILDEST_FIRST = tuple(Kind)[:7]


@dataclass(frozen=True, slots=True)
class Failure:
    """What is said of one recipient. `words` may name them: mask before showing or keeping.

    `address` is "" where none is named; `status` is like "5.1.1" (RFC 3463), "" where none is.
    """

    kind: Kind
    address: str = ""
    status: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """A message that came back. `kind` is the mildest of its failures: when some of those whom a
    forward reached got it, nobody is to be stopped.

    `traces` are words that may be the code of the delivery it is about, likeliest first.
    """

    kind: Kind
    failures: tuple[Failure, ...] = ()
    addresses: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()

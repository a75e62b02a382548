"""From a status and words to a verdict, always the milder where two are possible."""

import re

from muster.lib.bounces import wording
from muster.lib.bounces.told import Kind

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
REPLY = re.compile(r"(?:^|[\s:;'\"(<>-])([45])\d\d[\s:;,#-]")  # an SMTP answer's own number
LONGEST = 1000  # letters of a diagnostic that are read and kept

NOBODY_THERE = frozenset({"1.1", "1.3", "1.6", "1.10"})
SENDERS_FAULT = frozenset({"1.7", "1.8"})
NO_REASON = frozenset(
    {"0.0", "1.0", "1.4", "1.5", "2.0", "2.1", "2.4", "3.0", "4.0", "5.0", "6.0", "7.13"}
)


def one_line(words: str) -> str:
    return " ".join(words[: 4 * LONGEST].split())[:LONGEST]


def status_in(*said: str) -> str:
    """The first status that says something; else any; else an empty string."""
    found = [f"{a}.{int(b)}.{int(c)}" for words in said for a, b, c in STATUS.findall(words)]
    telling = [status for status in found if not status.endswith(".0.0")]
    return next(iter(telling or found), "")


def judge(words: str, status: str = "") -> Kind:
    """Why a delivery failed for good, as far as anybody says."""
    low = " ".join(words.lower().replace("’", "'").split())
    by_status = _by_status(status)
    if by_status is Kind.FULL or wording.FULL.search(low):
        return Kind.FULL
    if by_status is Kind.BLOCKED or wording.BLOCKED.search(low):
        return Kind.BLOCKED
    if by_status is Kind.SOFT or _may_pass(low, status) or wording.SOFT.search(low):
        return Kind.SOFT
    if by_status is Kind.HARD or wording.HARD.search(low):
        return Kind.HARD
    return Kind.UNKNOWN


def _by_status(status: str) -> Kind | None:
    """RFC 3463, where it is plain; None where the words must tell."""
    kind, _, reason = status.partition(".")
    if reason == "2.2":
        return Kind.FULL
    if kind == "4":
        return Kind.SOFT
    if not reason or reason in NO_REASON:
        return None
    if reason in NOBODY_THERE:
        return Kind.HARD
    if reason in SENDERS_FAULT or reason.startswith("7."):
        return Kind.BLOCKED
    return Kind.SOFT  # the mail system, the network, the protocol or the message


def _may_pass(low: str, status: str) -> bool:
    """Is there a number anywhere that says so? One that says the contrary besides is no help."""
    classes = {found[0] for found in STATUS.findall(low)} | set(REPLY.findall(low))
    return "4" in classes

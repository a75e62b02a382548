"""Who refuses an account, and what an organiser can do about it: on plain values."""

import re
from dataclasses import dataclass
from datetime import datetime

from muster.messaging.bounce_rules import is_blocked

NAMES = {
    "Gmail": ("gmail.com", "googlemail.com"),
    "Microsoft": (
        "hotmail.com",
        "hotmail.co.uk",
        "outlook.com",
        "live.com",
        "live.co.uk",
        "msn.com",
    ),
    "Yahoo": ("yahoo.com", "yahoo.co.uk", "ymail.com", "aol.com", "rocketmail.com"),
    "Apple": ("icloud.com", "me.com", "mac.com"),
    "BT": ("btinternet.com", "btopenworld.com"),
}
CALLED = {domain: name for name, domains in NAMES.items() for domain in domains}
AT_THEIRS = {
    "Gmail": "Look at Google Postmaster Tools for what it holds against your domain.",
    "Microsoft": "Ask Microsoft's sender support to let your server's address in.",
    "Yahoo": "Ask at Yahoo's Sender Hub what it holds against your domain.",
}
LISTED = re.compile(r"spamhaus|barracuda|spamcop|block ?list|black ?list|\brbl\b|dnsbl", re.I)
UNPROVED = re.compile(r"\b5\.7\.(?:20|21|22|23|24|25|26|27)\b|dmarc|dkim|\bspf\b|authenticat", re.I)
OF_A_LIST = (
    "Their words name a list of senders of spam: look your server's address up there and have it"
    " taken off."
)
OF_PROOF = "Their words ask for proof of who sends: look at the domain's SPF, DKIM and DMARC."
MEANWHILE = (
    "Until then send through another account, slower, and first to those who answered lately."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One receiving side that refuses an account: `people` of about `handed_over` lately."""

    whom: str
    people: int
    handed_over: int
    words: str
    last_at: datetime

    @property
    def advice(self) -> str:
        return what_to_do(self.whom, self.words)


def called(domain: str) -> str:
    """
    >>> called("googlemail.com"), called("council.example.org"), called("")
    ('Gmail', 'council.example.org', 'Some mail server')
    """
    return CALLED.get(domain, domain) or "Some mail server"


def what_to_do(whom: str, words: str) -> str:
    """
    >>> what_to_do("Gmail", "550-5.7.26 This mail is unauthenticated").split(":")[0]
    'Their words ask for proof of who sends'
    >>> what_to_do("council.example.org", "554 5.7.1 listed at Spamhaus").split(":")[0]
    'Their words name a list of senders of spam'
    """
    found = [OF_PROOF] if UNPROVED.search(words) else []
    found += [OF_A_LIST] if LISTED.search(words) else []
    found = found or [AT_THEIRS.get(whom, "Ask its keepers what they hold against your server.")]
    return " ".join([*found, MEANWHILE])


def those_who_block(refusals: list[Refusal]) -> list[Refusal]:
    """Those that refuse so many of what they are handed that somebody must see to it."""
    found = [one for one in refusals if is_blocked(one.people, one.handed_over)]
    return sorted(found, key=lambda one: (-one.people, one.whom))

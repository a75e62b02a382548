"""DNS, asked with dnspython of the machine's own name servers."""

import time
from collections.abc import Iterable
from typing import Any

import dns.exception
import dns.resolver

from muster.channels.names import NoAnswer

PATIENCE = 3.0  # seconds for one question, over all name servers
LONGEST = 20.0  # seconds for all questions about one domain: a record may lead to dozens


class Names:
    """See `channels/names.py`. Made anew for each domain, as all its questions share one clock."""

    def __init__(self) -> None:
        try:
            self._resolver = dns.resolver.Resolver()
        except dns.exception.DNSException as problem:
            raise NoAnswer("This machine knows no name server.") from problem
        self._until = time.monotonic() + LONGEST

    def texts(self, name: str) -> list[str]:
        found = self._ask(name, "TXT")
        return [b"".join(row.strings).decode("utf-8", "replace") for row in found]

    def addresses(self, name: str) -> list[str]:
        found = [*self._ask(name, "A"), *self._ask(name, "AAAA")]
        return [str(row.address) for row in found]

    def exchangers(self, name: str) -> list[str]:
        return [str(row.exchange).rstrip(".") for row in self._ask(name, "MX")]

    def _ask(self, name: str, kind: str) -> Iterable[Any]:
        left = self._until - time.monotonic()
        if left <= 0:
            raise NoAnswer("The name servers answer too slowly.")
        try:
            found = self._resolver.resolve(name, kind, search=False, lifetime=min(PATIENCE, left))
            return list(found)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as problem:
            raise NoAnswer(f"The name servers did not answer for {name}.") from problem
        except (ValueError, UnicodeError):
            return []

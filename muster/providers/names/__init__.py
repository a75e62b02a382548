"""DNS, asked with dnspython of the machine's own name servers."""

from collections.abc import Iterable
from typing import Any

import dns.exception
import dns.resolver

from muster.channels.names import NoAnswer

PATIENCE = 3.0  # seconds for one question, over all name servers


class Names:
    """See `channels/names.py`. Each question has its own time; nothing is kept between them."""

    def __init__(self) -> None:
        try:
            self._resolver = dns.resolver.Resolver()
        except dns.exception.DNSException as problem:
            raise NoAnswer("This machine knows no name server.") from problem
        self._resolver.lifetime = PATIENCE

    def texts(self, name: str) -> list[str]:
        found = self._ask(name, "TXT")
        return [b"".join(row.strings).decode("utf-8", "replace") for row in found]

    def addresses(self, name: str) -> list[str]:
        found = [*self._ask(name, "A"), *self._ask(name, "AAAA")]
        return [str(row.address) for row in found]

    def exchangers(self, name: str) -> list[str]:
        return [str(row.exchange).rstrip(".") for row in self._ask(name, "MX")]

    def _ask(self, name: str, kind: str) -> Iterable[Any]:
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as problem:
            raise NoAnswer(f"The name servers did not answer for {name}.") from problem
        except (ValueError, UnicodeError):
            return []

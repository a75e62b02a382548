"""How many sign-ups one network and one e-mail address may send: buckets in this process's memory.

Memory, not the database: no address of a visitor is ever written down, and a flood costs nothing
but this. Each process counts for itself, so the true limit is that many times the processes.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from starlette.requests import Request

MOST_KEPT = 50_000


@dataclass
class Limit:
    """`burst` at once, then one every `seconds`. The least lately seen are forgotten first."""

    burst: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, key: str) -> int:
        """Take one. Seconds to wait, if there is none left; 0: go on."""
        now = self.clock()
        left, seen = self._kept.get(key, (float(self.burst), now))
        left = min(float(self.burst), left + (now - seen) / self.seconds)
        allowed = left >= 1
        self._kept[key] = (left - 1 if allowed else left, now)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return 0 if allowed else max(1, round((1 - left) * self.seconds))


def network_of(request: Request) -> str:
    """Who asks: an IPv4 address or an IPv6 /64, behind our own proxies.

    X-Forwarded-For is believed only from `MUSTER_TRUSTED_PROXIES`, and only its last stranger:
    what stands before that anybody could have written.
    """
    peer = request.client.host if request.client else ""
    if peer not in settings.TRUSTED_PROXIES:
        return _network(peer)
    chain = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",")]
    strangers = [hop for hop in chain if hop and hop not in settings.TRUSTED_PROXIES]
    return _network(strangers[-1] if strangers else peer)


def _network(address: str) -> str:
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))

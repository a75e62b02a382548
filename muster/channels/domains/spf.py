"""SPF (RFC 7208): who may hand over a domain's mail. Read far enough to tell an organiser.

A relay's way out is not known here, only where mail is given to it: so that no record names that
place is worth a look, and no more. What every receiver would refuse is told as such.
"""

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from muster.channels.names import Names

MOST_LOOKUPS = 10
PASSES, DOES_NOT, UNKNOWN = "passes", "does not", "unknown"


class Broken(Exception):
    """Receivers treat such a record as an error; the words say why."""


@dataclass
class _Walk:
    names: Names
    addresses: Collection[ipaddress.IPv4Address | ipaddress.IPv6Address]
    host: str
    lookups: int = 0
    seen: set[str] = field(default_factory=set)

    def look(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise Broken(
                f"It needs more than {MOST_LOOKUPS} look-ups, and receivers stop there:"
                " take out includes you no longer use."
            )


def record_of(texts: Iterable[str]) -> str:
    """The SPF record among a domain's TXT records; empty: none. Raises `Broken` for two.

    >>> record_of(["hello", "v=spf1 -all"])
    'v=spf1 -all'
    """
    found = [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]
    if len(found) > 1:
        raise Broken(
            f"There are {len(found)} SPF records, and receivers use none of them: keep one."
        )
    return found[0] if found else ""


def names_relay(record: str, domain: str, host: str, names: Names) -> str:
    """Does the record let this server's addresses send? Raises `Broken` and `NoAnswer`.

    With no host it is read to its end, for what is broken in it.
    """
    found = names.addresses(host) if host else []
    walk = _Walk(names, [ipaddress.ip_address(a) for a in found], host.lower())
    return _walked(record, domain, walk)


def _walked(record: str, domain: str, walk: _Walk) -> str:
    redirect, answer = "", DOES_NOT
    for term in record.split()[1:]:
        low = term.lower()
        if low.startswith("redirect="):
            redirect = low.removeprefix("redirect=")
            continue
        found = _term(low, domain, walk)
        if found == PASSES:
            return PASSES
        if found == UNKNOWN:
            answer = UNKNOWN
        if low.lstrip("+-~?") == "all":
            return answer
    return _followed(redirect, walk, answer) if redirect else answer


def _term(term: str, domain: str, walk: _Walk) -> str:
    is_pass = term[0] not in "-~?"
    what = term.lstrip("+-~?")
    kind, _, rest = what.partition(":")
    if "%" in rest:
        walk.look()
        return UNKNOWN
    if kind in ("ip4", "ip6"):
        found = PASSES if _is_in(rest, walk) else DOES_NOT
    elif kind == "include":
        found = _followed(rest, walk, DOES_NOT)
    elif kind.partition("/")[0] in ("a", "mx"):
        found = _of_servers(kind, rest, domain, walk)
    elif kind in ("exists", "ptr"):
        walk.look()
        return UNKNOWN
    else:
        return PASSES if what == "all" and term in ("all", "+all") else DOES_NOT
    return found if is_pass else DOES_NOT


def _followed(domain: str, walk: _Walk, answer: str) -> str:
    walk.look()
    if domain in walk.seen:
        return answer
    walk.seen.add(domain)
    record = record_of(walk.names.texts(domain))
    if not record:
        raise Broken(
            f"It leads to {domain}, which has no SPF record: receivers take that for an error."
        )
    if _family(domain) == _family(walk.host):
        return PASSES
    found = _walked(record, domain, walk)
    return answer if found == DOES_NOT else found


def _of_servers(kind: str, rest: str, domain: str, walk: _Walk) -> str:
    kind, _, width = kind.partition("/")
    name, _, wide = rest.partition("/")
    walk.look()
    hosts = [name or domain]
    if kind == "mx":
        hosts = walk.names.exchangers(hosts[0])[:MOST_LOOKUPS]
    cidr = (wide or width).partition("/")[0]
    return PASSES if any(_is_near(host, cidr, walk) for host in hosts) else DOES_NOT


def _is_near(host: str, cidr: str, walk: _Walk) -> bool:
    found = walk.names.addresses(host)
    return any(_is_in(f"{a}/{cidr}" if cidr and ":" not in a else a, walk) for a in found)


def _is_in(network: str, walk: _Walk) -> bool:
    try:
        wide = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
    return any(address in wide for address in walk.addresses)


def _family(name: str) -> str:
    """The house a name belongs to: an `include` of the relay's own house names the relay.

    >>> _family("smtp.eu.mailer.example"), _family("smtp.post.co.uk")
    ('mailer.example', 'post.co.uk')
    """
    labels = name.lower().rstrip(".").split(".")
    is_national = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if is_national else -2 :])

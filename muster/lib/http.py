"""A small HTTP client that says what is certain: whether a request can have been carried out.

No redirects, no proxies, no retries of its own; answers of bounded size within a bounded time. Told
`only_loopback`, it connects to this machine or not at all; told `only_public`, to the open internet
or not at all. Either way the address is looked up, checked, and that very address connected to: a
name cannot change in between. One client may be used by many threads.
"""

import ipaddress
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
)

MOST_BYTES = 4 * 1024 * 1024
CONNECT_TIMEOUT = 3.0  # seconds
AT_ONCE = 96  # connections kept


class NotSent(Exception):
    """The request never left: certainly not carried out."""


class Unanswered(Exception):
    """The request left, or may have, and no whole answer came: nobody knows."""


class NotHere(Exception):
    """The address is not this machine, or no address at all; asking again will not help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. Header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises `ValueError`."""
        return json.loads(self.body)

    @property
    def wait_s(self) -> float | None:
        """Seconds the server asks us to wait (Retry-After; a date counts as not told)."""
        told = self.headers.get("retry-after", "")
        return min(float(told), 3600.0) if told.isdigit() else None


class Client:
    """Asks one server. `timeout`: seconds an answer may take once connected, read to its end;
    `longest`: with the connecting."""

    def __init__(
        self, base: str, *, only_loopback: bool, only_public: bool = False, timeout: float = 10.0
    ) -> None:
        self.timeout = timeout
        self.longest = timeout + min(CONNECT_TIMEOUT, timeout)
        parts = _parts(base)
        self._path = parts.path.rstrip("/")
        host, is_tls = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_tls else 80)
        address = host
        if only_loopback:
            address = _loopback(host, port)
        elif only_public:
            address = _public(host, port)
        if not is_tls and not only_loopback and not _is_loopback(host):
            raise NotHere(f"{host} is asked over https only: what we send would be readable.")
        self._headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "Muster"}
        if is_tls:
            self._pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                address,
                port,
                maxsize=AT_ONCE,
                retries=False,
                server_hostname=host,
                assert_hostname=host,
            )
        else:
            self._pool = urllib3.HTTPConnectionPool(address, port, maxsize=AT_ONCE, retries=False)

    def ask(
        self,
        method: str,
        path: str,
        *,
        said: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; `said` travels as JSON. Raises `NotSent` or `Unanswered`."""
        sent = self._headers | dict(headers or {})
        if said is not None:
            body = json.dumps(said).encode()
            sent["Content-Type"] = "application/json"
        until = time.monotonic() + self.longest
        try:
            answer: urllib3.HTTPResponse = self._pool.urlopen(  # type: ignore[assignment]
                method,
                self._path + path,
                body=body,
                headers=sent,
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=self.longest - self.timeout, read=self.timeout),
            )
        except (NewConnectionError, ConnectTimeoutError, LocationParseError) as error:
            raise NotSent(_words(error)) from error
        except (HTTPError, OSError) as error:
            raise Unanswered(_words(error)) from error
        return _read(answer, until)

    def close(self) -> None:
        self._pool.close()


def _read(answer: urllib3.HTTPResponse, until: float) -> Answer:
    """The whole answer, or none at all: half of one says nothing certain."""
    parts, size = [], 0
    try:
        # As it comes: a server that lets an answer drip must not hold us.
        while part := answer.read1(64 * 1024, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES or time.monotonic() > until:
                answer.close()
                raise Unanswered("The answer was too long, or too long in coming.")
    except (HTTPError, OSError) as error:
        answer.close()
        raise Unanswered(_words(error)) from error
    answer.release_conn()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, headers, b"".join(parts))


def _parts(base: str) -> Any:
    try:
        parts = urlsplit(base)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise NotHere(f"{base or 'Nothing'} is no address of a web service.")
    return parts


def _loopback(host: str, port: int) -> str:
    """The host's address, if it is this machine's own."""
    address = _addresses(host, port)[0]
    if not ipaddress.ip_address(address).is_loopback:
        raise NotHere(f"{host} is not this machine.")
    return address


def _public(host: str, port: int) -> str:
    """The host's address, if every one of its addresses is on the open internet."""
    found = _addresses(host, port)
    if not all(is_public(address) for address in found):
        raise NotHere(f"{host} is no address on the open internet.")
    return found[0]


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotHere(f"No machine is called {host}.") from error
    return [str(address[4][0]) for address in found]


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Is this an address on the open internet, whatever it is wrapped in?

    >>> is_public("198.41.0.4"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    >>> is_public("169.254.169.254"), is_public("64:ff9b::a00:1"), is_public("224.0.0.1")
    (False, False, False)
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_unspecified


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _words(error: Exception) -> str:
    """What went wrong, short, without addresses of objects."""
    name = type(error).__name__.removesuffix("Error")
    return {
        "ReadTimeout": "no answer in time",
        "ConnectTimeout": "no connection in time",
        "NewConnection": "it takes no connections",
        "NameResolution": "no machine of that name",
        "Protocol": "the connection was cut",
    }.get(name, name)

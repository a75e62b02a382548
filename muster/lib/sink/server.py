"""The sink's side of SMTP, on aiosmtpd: PIPELINING and 8BITMIME, and refusals on request."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from muster.lib.sink.store import Store

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NotLoopback(ValueError):
    """The sink would take anybody's mail: it listens on this machine only."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Answer recipients like `pattern` with `reply`; with `once`, only the first time (greylist).

    `pattern` is as in file names: `*@full.example.org`.
    """

    pattern: str
    reply: str
    once: bool = False


class Sink:
    """What is done with each message. One for a server."""

    def __init__(self, store: Store, rules: Iterable[Rule] = ()) -> None:
        self.store = store
        self.rules = list(rules)
        self._refused_before: set[str] = set()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, replies: list[str]
    ) -> list[str]:
        """Offer PIPELINING: commands are read one by one from a buffer, so many may come."""
        session.host_name = name
        return [*replies[:-1], "250-PIPELINING", replies[-1]]

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        for rule in self.rules:
            if fnmatch(address.lower(), rule.pattern):
                if rule.once and address in self._refused_before:
                    continue
                self._refused_before.add(address)
                return rule.reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            kept = self.store.add(_raw(envelope), ", ".join(envelope.rcpt_tos))
        except OSError as error:
            return f"452 4.3.1 Not kept: {error.strerror}"
        return f"250 2.0.0 Kept as {kept.number}"


async def serve(sink: Sink, *, host: str = "127.0.0.1", port: int = 8425) -> None:
    """Take mail until cancelled. Raises `NotLoopback`."""
    if host not in LOOPBACK:
        raise NotLoopback(f"The sink listens on this machine only, not on {host}.")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    loop = asyncio.get_running_loop()

    def converse() -> Any:
        return SMTP(sink, hostname="sink.localhost", ident="Muster sink", loop=loop)

    server = await loop.create_server(converse, host, port, family=_family(host))
    async with server:
        with contextlib.suppress(asyncio.CancelledError):
            await server.serve_forever()


def _family(host: str) -> int:
    return socket.AF_INET6 if host == "::1" else socket.AF_INET


def _raw(envelope: Envelope) -> bytes:
    content = envelope.content or b""
    return content.encode() if isinstance(content, str) else content

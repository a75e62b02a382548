"""A line to an IMAP server that may be slow, broken or hostile: it ends in time, and holds only so
much of what is said to it.

Python's own waits anew for each piece of an answer, and makes room for as much as it is told will
come: one letter at a time would keep a worker for ever, one large number would fill its memory.
"""

import imaplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

PATIENCE = 20.0  # seconds for one word
LONGEST = 120.0  # seconds for the whole conversation
MOST = 12_000_000  # bytes in answer to one command


class Line(BaseMailBox):
    """imap-tools' mailbox over such a line; encrypted where `tls` is given."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self._where, self._tls = (host, port), tls
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        if self._tls is None:
            return _Bounded(*self._where, timeout=PATIENCE)
        return _Encrypted(*self._where, ssl_context=self._tls, timeout=PATIENCE)


@contextmanager
def signed_in(
    host: str, port: int, tls: ssl.SSLContext | None, *, name: str, password: str, folder: str
) -> Iterator[Line]:
    """A line to one folder. What went wrong before is never hidden by how it ends."""
    line = Line(host, port, tls)
    try:
        line.login(name, password, initial_folder=folder)
        yield line
        with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
            line.logout()
    finally:
        with suppress(OSError):
            line.client.shutdown()


class _Bounded(imaplib.IMAP4):
    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        self._room = MOST
        super().open(host, port, timeout)
        self._clock = threading.Timer(LONGEST, self._cut_off)
        self._clock.daemon = True
        self._clock.start()

    def send(self, data: Any) -> None:
        self._room = MOST
        super().send(data)

    def read(self, size: int) -> bytes:
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._take(len(line))
        return line

    def shutdown(self) -> None:
        self._clock.cancel()
        super().shutdown()

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise self.abort("the mail server says more than any should")

    def _cut_off(self) -> None:
        """Whoever waits for a word hears the end of the line."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _Encrypted(_Bounded, imaplib.IMAP4_SSL):  # type: ignore[misc]  # its `port` is another
    """The same, encrypted from the first word on."""

"""Mailboxes as places to find messages in: a maildir of this machine, or one reached by IMAP.

Everything that lies there waits; what was taken in is moved away, so that a person may look into
the mailbox without hiding a message from us.
"""

import imaplib
import os
import ssl
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from muster.channels.letters import HERE
from muster.lib.sealing import CannotUnseal, seal, unseal
from muster.messaging.returns.imap import signed_in
from muster.messaging.returns.mailbox_models import Mailbox

LARGEST = 10_000_000  # bytes of a message that is read
PURPOSE = "passwords of mailboxes"
TAKEN, ASIDE = "Muster read", "Muster aside"  # folders by IMAP; in a maildir: cur, and .Aside


class CannotRead(Exception):
    """Why a mailbox cannot be read, in words for whoever keeps it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One message that waits: `name` is the mailbox's own."""

    name: str
    size: int


class Box(Protocol):
    def waiting(self, most: int) -> Iterator[Found]: ...

    def raw(self, found: Found) -> bytes: ...

    def put_away(self, found: Found, *, aside: bool = False) -> None: ...


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Box]:
    """A mailbox to read from. Raises `CannotRead`, also while it is read."""
    try:
        if mailbox.kind == Mailbox.Kind.MAILDIR:
            yield Maildir(folder_of(mailbox))
            return
        with _imap(mailbox) as line:
            yield Imap(line)
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as trouble:
        raise CannotRead(_in_words(mailbox, trouble)) from trouble


def folder_of(mailbox: Mailbox) -> Path:
    """Where a maildir lies: among those of its organisation, which no name leads out of."""
    name = mailbox.folder
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise CannotRead("Choose one of the folders there are.")
    return folders_of(mailbox.organisation.slug) / name


def folders_of(slug: str) -> Path:
    """Whoever runs the machine has mail delivered into folders here, one place for each
    organisation."""
    return Path(settings.MAILDIRS) / slug


def folders(slug: str) -> list[str]:
    """The maildirs an organisation has on this machine."""
    try:
        return sorted(p.name for p in folders_of(slug).iterdir() if (p / "new").is_dir())
    except OSError:
        return []


def sealed(password: str) -> str:
    return seal(password, secret=settings.SECRET_KEY, purpose=PURPOSE)


class Maildir:
    """https://cr.yp.to/proto/maildir.html: what came lies in `new`, what was seen in `cur`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not (path / "new").is_dir():
            raise CannotRead("There is no such folder on this machine, or no “new” in it.")

    def waiting(self, most: int) -> Iterator[Found]:
        with os.scandir(self._path / "new") as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        files = ((name, os.lstat(self._path / "new" / name)) for name in names)
        plain = (Found(name, told.st_size) for name, told in files if stat.S_ISREG(told.st_mode))
        yield from islice(plain, most)

    def raw(self, found: Found) -> bytes:
        path = self._path / "new" / found.name
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            return file.read(LARGEST + 1)

    def put_away(self, found: Found, *, aside: bool = False) -> None:
        home = self._path / ".Aside" if aside else self._path
        for part in ("cur", "new", "tmp"):
            (home / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        name = found.name.partition(":")[0]
        (self._path / "new" / found.name).rename(home / "cur" / f"{name}:2,S")


class Imap:
    """A mailbox by IMAP4 (RFC 3501); imap-tools speaks it."""

    def __init__(self, line: BaseMailBox) -> None:
        self._line = line
        self._homes: set[str] = set()

    def waiting(self, most: int) -> Iterator[Found]:
        told = [uid for uid in self._line.uids("ALL") if uid.isascii() and uid.isdigit()]
        for uid in sorted(told, key=lambda uid: (len(uid), uid))[:most]:
            yield Found(uid, self._size(uid))

    def raw(self, found: Found) -> bytes:
        # Peeking marks nothing; never more than we would read, whatever size was told.
        told = self._fetch(found.name, f"(BODY.PEEK[]<0.{LARGEST + 1}>)")
        parts = [part[1] for part in told if isinstance(part, tuple)]
        if not parts:
            raise CannotRead("The mail server named a message and did not give it.")
        return bytes(parts[0])

    def put_away(self, found: Found, *, aside: bool = False) -> None:
        home = ASIDE if aside else TAKEN
        if home not in self._homes:
            if not self._line.folder.exists(home):
                self._line.folder.create(home)
            self._homes.add(home)
        self._line.move([found.name], home)

    def _size(self, uid: str) -> int:
        told = b" ".join(
            part[0] if isinstance(part, tuple) else part
            for part in self._fetch(uid, "(RFC822.SIZE)")
            if part
        )
        digits = told.partition(b"RFC822.SIZE ")[2].split(b")")[0].split(b" ")[0]
        return int(digits[:18]) if digits.isdigit() else 0

    def _fetch(self, uid: str, what: str) -> list[Any]:
        kind, told = self._line.client.uid("FETCH", uid, what)
        if kind != "OK":
            raise CannotRead("The mail server did not give a message.")
        return list(told)


def _imap(mailbox: Mailbox) -> AbstractContextManager[BaseMailBox]:
    is_here = mailbox.host in HERE
    if mailbox.organisation.is_demonstration and not is_here:
        raise CannotRead("A demonstration reads mail on this machine only.")
    try:
        password = unseal(mailbox.sealed, secret=settings.SECRET_KEY, purpose=PURPOSE)
    except CannotUnseal:
        raise CannotRead(
            "Its password was kept under another MUSTER_SECRET and cannot be read. Type it anew."
        ) from None
    tls = None if mailbox.organisation.is_demonstration else ssl.create_default_context()
    return signed_in(
        *(mailbox.host, mailbox.port, tls),
        name=mailbox.username,
        password=password,
        folder=mailbox.folder,
    )


def _in_words(mailbox: Mailbox, trouble: BaseException) -> str:
    told = " ".join(str(trouble).split())[:160]
    where = mailbox.host if mailbox.kind == Mailbox.Kind.IMAP else "the folder"
    if isinstance(trouble, ssl.SSLError):
        return f"The connection to {where} is not safe, so no password was sent: {told}"
    return f"{where[0].upper()}{where[1:]} could not be read: {told}"

"""Why a server would not start: what happened, what is safe, what to do."""

import re
from pathlib import Path


class CannotStart(Exception):
    """The database cannot be started; its text is for the person at the terminal."""


class AlreadyRunning(CannotStart):
    """Another supervisor keeps this folder: the process `pid`."""

    def __init__(self, words: str, pid: int) -> None:
        super().__init__(words)
        self.pid = pid


class PortTaken(CannotStart):
    """Another program listens on the port."""


class StillLeaving(CannotStart):
    """Processes of a server that was killed are still letting go of its memory."""


_KNOWN: list[tuple[str, type[CannotStart], str]] = [
    (
        r"No space left on device|could not extend file|Disk quota exceeded",
        CannotStart,
        "The disk that holds {data} is full. Everything already saved is safe:"
        " free some space and start again.",
    ),
    (
        r"could not bind .*Address already in use|could not create any TCP/IP sockets",
        PortTaken,
        "Another program listens on the database's port. Stop it and start again.",
    ),
    (
        r"pre-existing shared memory block",
        StillLeaving,
        "Parts of a database server that was killed are still running on {data}."
        " Wait a minute and start again; nothing is lost.",
    ),
    (
        r"could not (map anonymous|create) shared memory|Cannot allocate memory",
        CannotStart,
        "There is not enough memory for the database (it wants about 300 MB)."
        " Close something, or give the machine more, and start again; nothing is lost.",
    ),
    (
        r'lock file "postmaster.pid" already exists',
        CannotStart,
        "Another database server uses {data}. Stop that one first; it was left alone.",
    ),
    (
        r"database files are incompatible|was initialized by PostgreSQL version",
        CannotStart,
        "{data} was made by another version of PostgreSQL. It was left alone: name that version's"
        " programs in PG_BIN, or move the folder away to begin afresh.",
    ),
    (
        r"has (wrong ownership|invalid permissions)|Permission denied",
        CannotStart,
        "The database's files in {data} belong to another user or are closed to this one."
        " Start Muster as the user who made them.",
    ),
    (
        r"Read-only file system",
        CannotStart,
        "The disk that holds {data} can only be read. Make it writable and start again.",
    ),
    (
        r"invalid (primary )?checkpoint record|could not locate a valid checkpoint",
        CannotStart,
        "The database in {data} is damaged: a part of it is missing. Nothing was changed."
        " Bring the folder back from a backup.",
    ),
]


def explain(log: str, *, data: Path, kept: Path) -> CannotStart:
    """Turn the server's last words into ours; `kept` is the file that has them in full."""
    for pattern, kind, sentence in _KNOWN:
        if re.search(pattern, log):
            return kind(sentence.format(data=data) + f" (The server's own words: {kept})")
    grave = [line for line in log.splitlines() if re.search("FATAL|PANIC|error|ERROR", line)]
    words = grave[-1].strip() if grave else "it said nothing"
    return CannotStart(f"The database did not start: {words}. The server's own words: {kept}")

"""What the made-up network keeps: posts, ads, pictures, and a log of all that became public.

SQLite, one connection, on the event loop's thread. Whoever changed something waits for the next
commit, a few milliseconds away, before answering: what was answered survives kill -9.
"""

import asyncio
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

COMMIT_AFTER = 0.004  # seconds
SCHEMA = """
CREATE TABLE IF NOT EXISTS post (
    id INTEGER PRIMARY KEY, account TEXT, reference TEXT, said TEXT, at REAL, deleted_at REAL);
CREATE INDEX IF NOT EXISTS post_reference ON post (account, reference);
CREATE TABLE IF NOT EXISTS ad (
    id INTEGER PRIMARY KEY, account TEXT, reference TEXT, said TEXT, at REAL,
    state TEXT DEFAULT 'paused', submitted_at REAL, submissions INTEGER DEFAULT 0, refused TEXT);
CREATE INDEX IF NOT EXISTS ad_reference ON ad (account, reference);
CREATE TABLE IF NOT EXISTS media (account TEXT, sha TEXT, alt TEXT, PRIMARY KEY (account, sha));
CREATE TABLE IF NOT EXISTS log (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, account TEXT, what TEXT, reference TEXT,
    id INTEGER, link TEXT);
CREATE INDEX IF NOT EXISTS log_id ON log (what, id);
CREATE TABLE IF NOT EXISTS manners (told TEXT);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY, place TEXT, what TEXT, remaining INTEGER, share REAL, seconds REAL);
"""

Row = dict[str, Any]


class Store:
    """One made-up network's memory. For one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pictures = folder / "pictures"
        self.pictures.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._db = sqlite3.connect(folder / "network.sqlite", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        # Enough against kill -9; only a machine that loses power may lose what was answered.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
        self._db.executescript(SCHEMA)
        self._commit: asyncio.Future[None] | None = None

    def ask(self, statement: str, *values: object) -> list[Row]:
        """Read, or change within the transaction that the next commit ends."""
        is_change = not statement.lstrip().upper().startswith("SELECT")
        if is_change and not self._db.in_transaction:
            self._db.execute("BEGIN")
        return [dict(row) for row in self._db.execute(statement, values).fetchall()]

    def add(self, table: str, **values: object) -> int:
        """A new row. Returns its number."""
        marks = ", ".join("?" for _ in values)
        found = self.ask(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) RETURNING rowid AS id",
            *values.values(),
        )
        return int(found[0]["id"])

    async def committed(self) -> None:
        """Wait until what was changed so far is kept for good."""
        if not self._db.in_transaction:
            return
        if self._commit is None:
            loop = asyncio.get_running_loop()
            self._commit = loop.create_future()
            loop.call_later(COMMIT_AFTER, self.commit)
        await asyncio.shield(self._commit)

    def commit(self) -> None:
        waiting, self._commit = self._commit, None
        try:
            if self._db.in_transaction:
                self._db.execute("COMMIT")
        except sqlite3.Error as trouble:
            if waiting and not waiting.done():
                waiting.set_exception(trouble)
            return
        if waiting and not waiting.done():
            waiting.set_result(None)

    def tell(self, what: str, account: str, row: Row) -> None:
        """Write in the log what became public, or ceased to be."""
        self.add(
            "log",
            at=now(),
            account=account,
            what=what,
            reference=row["reference"],
            id=row["id"],
            link=json.loads(row["said"]).get("link", ""),
        )

    def keep_picture(self, picture: bytes, *, is_shown: bool) -> str:
        """Keep a picture under the hash of its bytes; of a rehearsal the hash alone."""
        sha = hashlib.sha256(picture).hexdigest()
        path = self.pictures / f"{sha}.jpg"
        if is_shown and not path.exists():
            half = path.with_suffix(f".{os.getpid()}")
            half.write_bytes(picture)
            half.rename(path)
        return sha

    def log(self, after: int, *, is_all: bool = False) -> list[Row]:
        """What became public after a number of the log; all: what ceased to be, too."""
        which = "" if is_all else "AND what IN ('post', 'ad')"
        rows = self.ask(f"SELECT * FROM log WHERE number > ? {which} ORDER BY number", after)
        return [row | {"at": datetime.fromtimestamp(row["at"], UTC).isoformat()} for row in rows]

    def remember(self, told: Row) -> None:
        """Keep how to behave."""
        self.ask("DELETE FROM manners")
        self.add("manners", told=json.dumps(told))

    def remembered(self) -> Row:
        rows = self.ask("SELECT told FROM manners")
        told: Row = json.loads(rows[0]["told"]) if rows else {}
        return told

    def close(self) -> None:
        self.commit()
        self._db.close()


def now() -> float:
    return datetime.now(UTC).timestamp()


def marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)

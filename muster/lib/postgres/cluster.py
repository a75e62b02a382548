"""One PostgreSQL server in one folder, kept by one supervisor at a time."""

import json
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg.conninfo import conninfo_to_dict

from muster.lib import ports, processes
from muster.lib.locks import Alone, Taken
from muster.lib.postgres import leftovers
from muster.lib.postgres.home import ENVIRONMENT, Home, settle
from muster.lib.postgres.settings import arguments, initdb_arguments
from muster.lib.postgres.troubles import (
    AlreadyRunning,
    CannotStart,
    PortTaken,
    StillLeaving,
    explain,
)

Say = Callable[[str], None]
USER = "muster"


class Cluster:
    """A PostgreSQL server whose files live in `folder` (mind: as root, see `home`).

    `folder` keeps `muster.json` (where the data are, and the DSN with its password, for the
    owner's eyes), the supervisor's lock and the server's log. A remembered port that someone else
    took meanwhile is exchanged for another, unless `port` was asked for. `options` are settings
    of postgresql.conf. Everything that keeps it from starting is a `CannotStart`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        options: Mapping[str, str] | None = None,
        say: Say = print,
    ) -> None:
        self.folder = folder.absolute()
        self.options = dict(options or {})
        self.say = say
        self.asked_port = port
        self.log = self.folder / "server.log"
        self.kept = self.folder / "muster.json"
        self.lock = Alone(self.folder / "supervisor.lock")
        self.home: Home | None = None
        self.server: subprocess.Popen[bytes] | None = None
        self.dsn = ""

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Bring the server up, making it first where there is none; return when it answers."""
        self._take_the_folder()
        try:
            self.home = self._settle()
            leftovers.clear(self.home.data, self.say)
            if not (self.home.data / "PG_VERSION").exists():
                self._make()
            self._run()
        except OSError as trouble:
            self.stop()
            raise explain(str(trouble), data=self.folder, kept=self.log) from trouble
        except BaseException:
            self.stop()
            raise

    def start_again(self) -> None:
        """After the server died under us: recover, on the same folder and lock."""
        assert self.home
        leftovers.clear(self.home.data, self.say)
        self._run()

    def is_running(self) -> bool:
        return self.server is not None and self.server.poll() is None

    def stop(self) -> None:
        """End the server in good order (connections are cut, nothing is lost), then let go."""
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait()
        self.server = None
        self.lock.let_go()

    def remembered(self) -> dict[str, str]:
        """What `muster.json` says: `dsn` and `data`; empty before the first start."""
        try:
            return dict(json.loads(self.kept.read_text()))
        except FileNotFoundError:
            return {}

    def _take_the_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.lock.take()
        except Taken as taken:
            raise AlreadyRunning(
                f"Muster is already running here (process {taken.pid}). Use that one, or stop it"
                f" first: kill {taken.pid}",
                taken.pid,
            ) from taken
        except PermissionError as refused:
            raise CannotStart(
                f"{refused.filename} belongs to another user. Start Muster as the user who first"
                " started it here."
            ) from refused
        except OSError as trouble:
            raise CannotStart(f"{self.folder} cannot be used: {trouble.strerror}.") from trouble

    def _settle(self) -> Home:
        remembered = self.remembered()
        data = Path(remembered["data"]) if "data" in remembered else None
        home = settle(self.folder, data)
        if home.remark:
            self.say(home.remark)
        if data is None and home.data.exists() and any(home.data.iterdir()):
            raise CannotStart(
                f"{home.data} already holds files that are not Muster's. They were left alone:"
                " move them away, or choose another folder with MUSTER_VAR."
            )
        return home

    def _make(self) -> None:
        """Make an empty server beside its place, then move it in: a kill leaves no half of one."""
        assert self.home
        self.say("Making the database…")
        home, password = self.home, secrets.token_urlsafe(24)
        begun = home.data.with_name("making")
        try:
            home.data.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir(mode=0o700)
            home.give(begun)
            secret = begun / "password"
            secret.touch(mode=0o600)
            secret.write_text(password)
            home.give(secret)
            inside = replace(home, data=begun / "data")
            inside.run("initdb", *initdb_arguments(inside, USER, secret))
            port = self.asked_port or ports.any_free()
            self._remember(port, password)
            (begun / "data").rename(home.data)
            shutil.rmtree(begun)
        except CannotStart as refused:
            raise explain(str(refused), data=home.data, kept=self.log) from refused

    def _remember(self, port: int, password: str) -> None:
        assert self.home
        self.dsn = f"postgresql://{USER}:{password}@{ports.LOOPBACK}:{port}/muster"
        told = {"dsn": self.dsn, "data": str(self.home.data)}
        if told == self.remembered():
            return
        fresh = self.kept.with_suffix(".fresh")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(told))
        fresh.replace(self.kept)

    def _run(self) -> None:
        """Start the server and wait until it answers; try other ports and let the dead leave."""
        remembered = conninfo_to_dict(self.remembered()["dsn"])
        port, password = int(str(remembered["port"])), str(remembered["password"])
        waited = 0
        while True:
            if not self.asked_port and not ports.is_free(port):
                port = ports.any_free()
            self._remember(self.asked_port or port, password)
            try:
                self._start_once(self.asked_port or port)
                break
            except PortTaken:
                if self.asked_port:
                    raise
            except StillLeaving:
                if waited > 30:
                    raise
                waited += 1
                time.sleep(1)
        self._make_database()

    def _start_once(self, port: int) -> None:
        assert self.home
        home = self.home
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.rename(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            begun_at = log.tell()
            self.server = processes.start(
                [home.binaries / "postgres", *arguments(home.data, port, self.options)],
                environment=ENVIRONMENT,
                account=home.account,
                last_word=signal.SIGINT,
                output=log,
                folder=home.data,
            )
        self._wait(begun_at)

    def _wait(self, begun_at: int) -> None:
        """Wait as long as it takes: recovery has no limit, only a line now and then."""
        assert self.server
        assert self.home
        began = told = time.monotonic()
        while leftovers.status(self.home.data, self.server.pid) != "ready":
            if self.server.poll() is not None:
                words = self.log.read_bytes()[begun_at:].decode(errors="replace")
                raise explain(words, data=self.home.data, kept=self.log)
            if time.monotonic() - told > 5:
                told = time.monotonic()
                waited = round(told - began)
                self.say(f"The database is recovering what it had not finished… {waited} s")
            time.sleep(0.02)

    def _make_database(self) -> None:
        fields = conninfo_to_dict(self.dsn, dbname="postgres")
        with psycopg.connect(**fields, autocommit=True) as server:  # type: ignore[arg-type]
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = 'muster'").fetchone()
            if not found:
                server.execute("CREATE DATABASE muster TEMPLATE template0")

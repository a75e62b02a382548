"""`muster doctor`: what is missing here, and what that costs."""

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass

import psutil
import typer

from muster.cli import house
from muster.lib.postgres import CannotStart
from muster.lib.postgres.home import binaries

FINE, LESS, WRONG = "fine", "less", "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `how` is fine, less (something will be missing) or wrong (won't run)."""

    what: str
    how: str
    words: str


def doctor() -> None:
    """Say what is missing on this machine, and what that costs."""
    findings = examine()
    for finding in findings:
        mark = {FINE: "ok     ", LESS: "missing", WRONG: "WRONG  "}[finding.how]
        print(f"{mark}  {finding.what:<12} {finding.words}")
    if any(finding.how == WRONG for finding in findings):
        raise typer.Exit(1)


def examine() -> list[Finding]:
    return [
        python(sys.version_info[:2]),
        database(),
        *row_security(),
        disk(shutil.disk_usage(_nearest_folder()).free),
        memory(psutil.virtual_memory().available),
        *[program(*wanted) for wanted in PROGRAMS],
        *[library(*wanted) for wanted in LIBRARIES],
    ]


PROGRAMS = [
    (("chromium", "chromium-browser", "google-chrome"), "browser tests and pictures are skipped"),
    (("opendkim",), "one of the proofs of our DKIM signatures is skipped (Debian: opendkim)"),
    (("smtp-sink",), "the e-mail benchmark and its tests are skipped (Debian: postfix)"),
    (("smtp-source",), "the e-mail benchmark has no limit to compare with (Debian: postfix)"),
    (("pgbench",), "benchmarks against the database's own pace are skipped (postgresql-contrib)"),
]
LIBRARIES = [
    ("pytest", "needed only for `make test`, which installs it: `make env-test`"),
    ("mypy", "needed only for `make check`, which installs it: `make env-check`"),
    ("boto3", "mail accounts with Amazon SES cannot be used: `pip install boto3`"),
]


def python(version: tuple[int, ...]) -> Finding:
    words = ".".join(map(str, version))
    if version < (3, 11):
        return Finding("Python", WRONG, f"{words}: Muster needs 3.11 or later")
    return Finding("Python", FINE, words)


def database() -> Finding:
    if given := os.environ.get("DATABASE_URL"):
        return _answering(given)
    try:
        return Finding("PostgreSQL", FINE, f"embedded, in {binaries()}")
    except CannotStart as trouble:
        return Finding("PostgreSQL", WRONG, str(trouble))


STANDING = """
SELECT rolsuper OR rolcreaterole, rolbypassrls,
       (SELECT count(*) FROM pg_roles theirs
         WHERE theirs.rolname IN ('muster_app', 'muster_worker')
           AND pg_has_role(theirs.oid, 'MEMBER')) = 2
  FROM pg_roles WHERE rolname = current_user
"""


TURNED_OFF = (
    "turned off (MUSTER_ROW_SECURITY): only the programs keep organisations and seats apart"
)


def row_security() -> list[Finding]:
    """Does the database keep organisations and seats apart? Of one's own server, or turned off."""
    import psycopg

    if os.environ.get("MUSTER_ROW_SECURITY") == "off":
        return [Finding("Row security", LESS, TURNED_OFF)]
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
            found = connection.execute(STANDING).fetchone()
    except (KeyError, psycopg.OperationalError):
        return []  # the embedded server does; one that is away is told of already
    return [judged(*found)] if found else []


def judged(makes_roles: bool, is_above_rules: bool, has_roles: bool) -> Finding:
    """What the login's standing means: may it make roles, do rules bind it, are the roles there?"""
    if makes_roles or has_roles:
        return Finding("Row security", FINE, "on, for roles of their own that own no tables")
    if is_above_rules:
        words = "cannot bind this login, which has BYPASSRLS: ALTER ROLE … NOBYPASSRLS"
        return Finding("Row security", LESS, words)
    words = "on; apps and workers own the tables, though (docs/how-to/run.md)"
    return Finding("Row security", FINE, words)


def disk(free: int) -> Finding:
    words = f"{free / 1e9:.1f} GB free for {house.var()}"
    if free < 2_000_000_000:
        return Finding("Disk", LESS, f"{words}: a demonstration wants 2 GB, a million people 5 GB")
    return Finding("Disk", FINE, words)


def memory(available: int) -> Finding:
    words = f"{available / 1e9:.1f} GB available"
    if available < 1_500_000_000:
        return Finding("Memory", LESS, f"{words}: everything together wants 1.5 GB, or it is slow")
    return Finding("Memory", FINE, words)


def program(names: tuple[str, ...], cost: str) -> Finding:
    for name in names:
        if found := shutil.which(name, path=_search_path()):
            return Finding(names[0], FINE, found)
    return Finding(names[0], LESS, cost)


def library(name: str, cost: str) -> Finding:
    if importlib.util.find_spec(name):
        return Finding(name, FINE, "installed")
    return Finding(name, LESS, cost)


def _answering(dsn: str) -> Finding:
    import psycopg

    try:
        with psycopg.connect(dsn, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError as trouble:
        return Finding("PostgreSQL", WRONG, f"DATABASE_URL does not answer: {trouble}".strip())
    if version < 15:
        return Finding("PostgreSQL", WRONG, f"version {version}: Muster needs 15 or later")
    return Finding("PostgreSQL", FINE, f"version {version}, in DATABASE_URL")


def _nearest_folder() -> str:
    folder = house.var()
    while not folder.exists():
        folder = folder.parent
    return str(folder)


def _search_path() -> str:
    """Debian keeps servers where ordinary users do not look."""
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/lib/postgresql/15/bin"

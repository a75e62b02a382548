"""How our own server is set up: safe first, then quick on a small machine."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from muster.lib import ports
from muster.lib.postgres.home import Home

SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    # Short queries that planning must not outweigh.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}


def arguments(data: Path, port: int, options: Mapping[str, str]) -> list[str]:
    """The server's command line, after its name."""
    chosen = SETTINGS | {"port": str(port), "cluster_name": mark_of(data)}
    if _shared_memory() < 256_000_000:
        # A container's /dev/shm is often 64 MB: too little for queries on several cores.
        chosen["dynamic_shared_memory_type"] = "mmap"
    chosen |= options
    return ["-D", str(data), *(f"--{name}={value}" for name, value in chosen.items())]


def initdb_arguments(home: Home, user: str, password: Path) -> list[str]:
    """Passwords even on loopback; names sort by code point everywhere (we fold them ourselves)."""
    version = re.search(r"\d+", home.run("postgres", "--version"))
    locale = ["--locale=C.UTF-8"]
    if version and int(version.group()) >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return [
        f"--pgdata={home.data}",
        f"--username={user}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        *locale,
        "--no-instructions",
    ]


def mark_of(data: Path) -> str:
    """The name by which a running server is known as ours."""
    return "muster-" + hashlib.sha256(str(data).encode()).hexdigest()[:8]


def _shared_memory() -> int:
    try:
        return shutil.disk_usage("/dev/shm").total  # noqa: S108
    except OSError:
        return 0

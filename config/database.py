"""Where the database is: `DATABASE_URL`, or the embedded server that our supervisor keeps."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def settings(var: Path) -> dict[str, Any]:
    """Django's description of the database: one pool a process, health checked."""
    found = urlsplit(dsn(var))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.path.lstrip("/"),
        "USER": unquote(found.username or ""),
        "PASSWORD": unquote(found.password or ""),
        "HOST": found.hostname or "",
        "PORT": found.port or "",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


def dsn(var: Path) -> str:
    """`postgresql://user:password@host:port/name`; before the first start, one that refuses."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    kept = var / "postgres" / "muster.json"
    if kept.exists():
        return str(json.loads(kept.read_text())["dsn"])
    return "postgresql://muster@127.0.0.1:1/muster"

"""Where the database is: `DATABASE_URL`, or the embedded server that our supervisor keeps."""

import json
import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict


def settings(var: Path) -> dict[str, Any]:
    """Django's description of the database. All that stands in the DSN counts, `?sslmode=…` too."""
    found = conninfo_to_dict(dsn(var))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.pop("dbname", ""),
        "USER": found.pop("user", ""),
        "PASSWORD": found.pop("password", ""),
        "HOST": found.pop("host", ""),
        "PORT": str(found.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5} | found,
    }


def dsn(var: Path) -> str:
    """`postgresql://user:password@host:port/name`; before the first start, one that refuses."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    kept = var / "postgres" / "muster.json"
    if kept.exists():
        return str(json.loads(kept.read_text())["dsn"])
    return "postgresql://muster@127.0.0.1:1/muster"

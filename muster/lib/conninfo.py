"""Reaching Django's database by a connection of one's own."""

from collections.abc import Mapping
from typing import Any

from psycopg.conninfo import make_conninfo

# Of Django's OPTIONS these are for Django or psycopg, not for the server's address.
NOT_FOR_LIBPQ = {"pool", "server_side_binding", "isolation_level", "assume_role", "cursor_factory"}


def conninfo_of(database: Mapping[str, Any], *, options: str = "", **more: Any) -> str:
    """The same place as one of Django's DATABASES, in libpq's words, encryption and all.

    `more` overrules; `options` are command-line options of the session, added to those asked for.
    """
    kept = {k: v for k, v in database.get("OPTIONS", {}).items() if k not in NOT_FOR_LIBPQ}
    parts = kept | {
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
    }
    if both := f"{parts.get('options', '')} {options}".strip():
        parts["options"] = both
    return make_conninfo("", **{k: v for k, v in (parts | more).items() if v})

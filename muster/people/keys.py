"""Whether this machine has the key that the database's suppressions were hashed under.

With another key nobody who objected is recognised, and nothing would notice. So the database keeps
a fingerprint of the key, as a comment on the table itself: it travels with every dump.
"""

import hmac
import re

from django.conf import settings
from django.db import connection

from muster.people.models import Suppression

TABLE = Suppression._meta.db_table
WORDS = "Addresses are hashed under the key with the fingerprint {}."


class WrongKey(Exception):
    """This machine's suppression key is not the one the database knows."""


def agree() -> None:
    """Check the key; write its fingerprint down where there is none. Raises `WrongKey`.

    One that is written is never overwritten, though nothing be hashed under it yet: its machine may
    be running, and the links in its mail hang on it.
    """
    if not _known():
        with connection.cursor() as cursor:
            # COMMENT takes no parameters; the fingerprint is 16 hex digits of our own making.
            cursor.execute(f"COMMENT ON TABLE {TABLE} IS '{WORDS.format(fingerprint())}'")
    check()


def check() -> None:
    """Raise `WrongKey` when the database knows another key than ours."""
    known = _known()
    if known and known != fingerprint():
        raise WrongKey(
            "The suppression list in this database was made under another key: with ours, nobody"
            " who asked not to be contacted would be recognised. Set MUSTER_SUPPRESSION_SECRET to"
            " that of the machine that made it (var/secrets/suppression there)."
        )


def fingerprint() -> str:
    """16 hex digits that tell keys apart and give nothing of them away."""
    key = settings.SUPPRESSION_KEY.encode()
    return hmac.digest(key, b"muster: which key", "sha256")[:8].hex()


def _known() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [TABLE])
        row = cursor.fetchone()
    found = re.search(r"[0-9a-f]{16}", row[0] or "") if row else None
    return found.group() if found else ""

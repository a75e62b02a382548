"""Everything in DATABASE_URL counts, however one reaches the database."""

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from config import database
from muster.lib.conninfo import conninfo_of

DSN = (
    "postgresql://mus%40ter:p%2Fw@db.example.org:6543/camp?sslmode=verify-full&sslrootcert=/ca.pem"
)


def test_encryption_asked_for_in_the_dsn_is_handed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", DSN)

    django = database.settings(tmp_path)
    own = conninfo_to_dict(conninfo_of(django, options="-c jit=off"))

    assert (django["USER"], django["PASSWORD"], django["NAME"]) == ("mus@ter", "p/w", "camp")
    assert django["OPTIONS"]["sslmode"] == "verify-full"
    assert own["sslmode"] == "verify-full"
    assert own["sslrootcert"] == "/ca.pem"
    assert own["options"] == "-c jit=off"
    assert (own["host"], str(own["port"])) == ("db.example.org", "6543")


def test_what_is_not_for_the_server_stays_behind() -> None:
    django = {"NAME": "m", "USER": "", "PASSWORD": "", "HOST": "h", "PORT": ""}

    own = conninfo_to_dict(conninfo_of(django | {"OPTIONS": {"pool": True}}, connect_timeout=3))

    assert own == {"dbname": "m", "host": "h", "connect_timeout": "3"}


def test_before_the_first_start_there_is_an_address_that_refuses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL")

    assert database.settings(tmp_path)["PORT"] == "1"

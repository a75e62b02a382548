"""One runner an account: nobody else works at it while this one lives, frozen or not."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from muster.lib.locks import Alone, Taken

LOCK_CLASS = 20_511  # the advisory locks of runners: (this, account id)


@contextmanager
def alone(account_id: int) -> Iterator[bool]:
    """Hold this account, or get False.

    A lock of this machine, which a frozen process keeps even when its database went away; and one
    of the database for other machines, on the connection that claims: lost with it. What another
    machine's frozen runner held is taken back only when its leases have lapsed.
    """
    folder = settings.VAR / "publishing"
    folder.mkdir(parents=True, exist_ok=True)
    here = Alone(folder / f"account-{account_id}")
    try:
        here.take()
    except Taken:
        yield False
        return
    try:
        with _everywhere(account_id) as is_ours:
            yield is_ours
    finally:
        here.let_go()


@contextmanager
def _everywhere(account_id: int) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, account_id])
        is_ours = cursor.fetchone() == (True,)
    try:
        yield is_ours
    finally:
        if is_ours:
            _let_go(account_id)


def _let_go(account_id: int) -> None:
    if not connection.is_usable():
        return  # the server let go when the connection went
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, account_id])

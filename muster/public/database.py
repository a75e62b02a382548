"""The public app's way to the database: a small pool of its own, and threads for the rooms."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from muster.lib.conninfo import conninfo_of
from muster.organisations import roles, scoping

P = ParamSpec("P")
T = TypeVar("T")
Row = tuple[Any, ...]

AWAY = (psycopg.OperationalError, PoolTimeout, OperationalError, InterfaceError)
"""What is raised while the database is not there. Any of it may be tried again."""

_threads = ThreadPoolExecutor(max_workers=3, thread_name_prefix="rooms")


class Connection(psycopg.AsyncConnection[Row]):
    """It knows whose rows it was last told to see: it need not be told for every statement."""

    organisation: int | None = None


def made_pool() -> AsyncConnectionPool[Connection]:
    """A closed pool. Its connections keep one plan per statement: planning costs more than running.

    Autocommit: each statement is one transaction.
    """
    conninfo = conninfo_of(
        settings.DATABASES["default"],
        connect_timeout=3,
        application_name="muster public",
        options="-c plan_cache_mode=force_generic_plan -c jit=off -c statement_timeout=10s",
    )
    return AsyncConnectionPool(
        conninfo,
        min_size=2,
        max_size=settings.PUBLIC_CONNECTIONS,
        timeout=4,
        max_waiting=2000,
        reconnect_timeout=1,
        open=False,
        kwargs={"autocommit": True, "prepare_threshold": 0},
        connection_class=Connection,
        configure=_take_on,
    )


async def _take_on(connection: Connection) -> None:
    for statement, values in roles.of_this_program():
        await connection.execute(statement, values)


class Database:
    """One pool; asks again once when a connection turns out to have died in its sleep."""

    def __init__(self) -> None:
        self.pool = made_pool()

    async def ask(
        self, sql: str, values: Mapping[str, Any] | None = None, *, organisation: int | None = None
    ) -> list[Row]:
        """All rows. Only for statements that may run twice. Raises one of `AWAY`.

        Of what is kept about people, only this organisation's is seen; with None, nobody's.
        """
        try:
            return await self._ask(sql, values, organisation)
        except psycopg.OperationalError as problem:
            if isinstance(problem, PoolTimeout):
                raise
            return await self._ask(sql, values, organisation)

    async def _ask(
        self, sql: str, values: Mapping[str, Any] | None, organisation: int | None
    ) -> list[Row]:
        async with self.pool.connection() as connection:
            if connection.organisation != organisation:
                connection.organisation = -1  # whatever happens in between, it is told again
                await connection.execute(scoping.SET, scoping.Scope(organisation, None).settings())
                connection.organisation = organisation
            cursor = await connection.execute(sql, values)
            return await cursor.fetchall()


async def in_room(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a room's own, waiting function without holding up everybody else."""

    def call() -> T:
        close_old_connections()
        try:
            return act(*args, **kwargs)
        except DatabaseError:
            close_old_connections()
            raise

    return await asyncio.get_running_loop().run_in_executor(_threads, call)

"""`muster sink`: a mail server that delivers nothing and shows what it took."""

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli import house

if TYPE_CHECKING:
    from muster.lib.sink import Rule, Store

PORT, WEB = 8425, 8426


def sink(
    port: Annotated[int, typer.Option(help="Where it takes mail (SMTP).")] = PORT,
    web: Annotated[int, typer.Option(help="Where its mail can be looked at; 0: nowhere.")] = WEB,
    folder: Annotated[Path | None, typer.Option(help="Where it keeps log and mail.")] = None,
    refuse: Annotated[
        list[str] | None,
        typer.Option(help='Refuse some addresses: "*@full.example.org=452 4.2.2 Mailbox full".'),
    ] = None,
    greylist: Annotated[
        list[str] | None, typer.Option(help='Refuse the first time only: "*@slow.example.org".')
    ] = None,
) -> None:
    """Take mail on this machine, deliver none of it, and show it in the browser."""
    from muster.lib.sink import Rule

    rules = [Rule(*_split(words)) for words in refuse or []]
    rules += [Rule(p, "451 4.7.1 Come back in a moment", once=True) for p in greylist or []]
    where = folder or house.var() / "sink"
    print(f"Mail on 127.0.0.1:{port}, kept in {where}.")
    if web:
        print(f"Look at it on http://localhost:{web}")
    try:
        asyncio.run(_run(port, web, where, rules))
    except KeyboardInterrupt:
        return
    except OSError as trouble:
        raise house.refuse(f"The sink cannot start: {trouble.strerror or trouble}.") from trouble


def _split(words: str) -> tuple[str, str]:
    pattern, _, reply = words.partition("=")
    if not reply[:3].isdigit():
        raise house.refuse(f"Write --refuse as PATTERN=CODE WORDS, not {words}.")
    return pattern, reply


async def _run(port: int, web: int, folder: Path, rules: "list[Rule]") -> None:
    from muster.lib.sink import Sink, Store, serve

    store = Store(folder)
    mail = asyncio.create_task(serve(Sink(store, rules), port=port))
    pages = asyncio.create_task(_show(store, web)) if web else None
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, mail.cancel)
    try:
        await mail
    finally:
        if pages:
            pages.cancel()
        store.close()


async def _show(store: "Store", web: int) -> None:
    """Serve the pages from the same process: they read what it just wrote."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from muster.lib.sink.pages import application

    server = Server(
        application(store),
        address="127.0.0.1",
        port=web,
        interface=Interfaces.ASGI,
        log_enabled=False,
    )
    await server.serve()

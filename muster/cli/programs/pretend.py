"""The made-up network's program: posts, ads and their reviews, on this machine only."""

import asyncio
import os
import signal
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from muster.lib import ports
from muster.lib.pretend.app import application
from muster.lib.pretend.store import Store

PORT = 8427
CONNECTIONS = 1024
BASE = Path(__file__).parents[3]


async def serve(folder: Path, port: int) -> None:
    """Answer until told to stop."""
    store = Store(folder)
    server = Server(
        application(store),
        address=ports.LOOPBACK,
        port=port,
        interface=Interfaces.ASGI,
        # Every caller keeps its connections: with fewer, the next ones would wait unheard.
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, server.stop)
    try:
        await serving
    finally:
        store.close()


if __name__ == "__main__":
    var = Path(os.environ.get("MUSTER_VAR", BASE / "var"))
    port = int(os.environ.get("MUSTER_PRETEND_PORT", PORT))
    asyncio.run(serve(var / "pretend", port))

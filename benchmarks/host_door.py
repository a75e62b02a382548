"""The way from a benchmark's host (a network namespace) to the machine's own network: listens on
the host's loopback, and connects on the machine's. `python -m benchmarks.host_door PID PORT…`, run
inside the namespace; PID is a process outside it."""

import asyncio
import ctypes
import os
import socket
import sys

NETWORK = 0x40000000  # CLONE_NEWNET


def main(pid: str, ports: list[int]) -> None:
    listening = [socket.create_server(("127.0.0.1", port), backlog=256) for port in ports]
    outside = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    # Sockets stay in the network they were made in; whatever is made from here on is outside.
    if ctypes.CDLL(None, use_errno=True).setns(outside, NETWORK):
        sys.exit(f"cannot leave the namespace: {os.strerror(ctypes.get_errno())}")
    asyncio.run(_serve(listening))


async def _serve(listening: list[socket.socket]) -> None:
    for one in listening:
        port = one.getsockname()[1]
        await asyncio.start_server(lambda r, w, port=port: _join(r, w, port), sock=one)
    print("open", flush=True)
    await asyncio.Event().wait()


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    there, back = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(_carry(reader, back), _carry(there, writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


if __name__ == "__main__":
    main(sys.argv[1], [int(port) for port in sys.argv[2:]])

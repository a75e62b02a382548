"""A mail relay that takes 200 ms over each message, on as many connections as it is given: run as
`python -m benchmarks.slow_relay PORT`. It keeps nothing."""

import asyncio
import sys

SECONDS = 0.2


async def serve(port: int) -> None:
    server = await asyncio.start_server(_converse, "127.0.0.1", port, limit=1 << 20)
    async with server:
        await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 relay.example.org ESMTP\r\n")
    try:
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                writer.write(b"250-relay.example.org\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
            elif word == b"DATA":
                writer.write(b"354 Go ahead\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                await asyncio.sleep(SECONDS)
                writer.write(b"250 2.0.0 Taken\r\n")
            elif word == b"QUIT":
                writer.write(b"221 Bye\r\n")
                break
            else:
                writer.write(b"250 Ok\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))

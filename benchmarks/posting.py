"""A light client that posts what it is given at a steady pace, in a process of its own.

`python -m benchmarks.posting PORT FILE PER_SECOND`, where 0 means as fast as it is answered. The
file holds whole HTTP requests, each after its length. It prints one line of JSON: how many were
answered with 200, by what else, in what time, and how long the answers took.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path

CONNECTIONS = 64
EVERY = 0.01  # seconds between looks at the clock
LENGTH = 4


def write(path: Path, posts: Iterable[bytes]) -> None:
    """Keep requests where the client reads them."""
    with path.open("wb") as out:
        for post in posts:
            out.write(len(post).to_bytes(LENGTH, "big") + post)


def _read(path: Path) -> Iterator[bytes]:
    whole = memoryview(path.read_bytes())
    at = 0
    while at < len(whole):
        length = int.from_bytes(whole[at : at + LENGTH], "big")
        yield bytes(whole[at + LENGTH : at + LENGTH + length])
        at += LENGTH + length


class Client:
    """So many connections; each waits for its answer before it asks again."""

    def __init__(self, port: int) -> None:
        self.selector = selectors.DefaultSelector()
        self.idle: deque[socket.socket] = deque()
        self.asked_at: dict[socket.socket, float] = {}
        self.took: list[float] = []
        self.answers: Counter[str] = Counter()
        for _ in range(CONNECTIONS):
            line = socket.create_connection(("127.0.0.1", port))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(line, selectors.EVENT_READ)
            self.idle.append(line)

    def post_all(self, posts: list[bytes], per_second: float) -> float:
        """Seconds until the last was answered. What finds no idle connection waits for one."""
        began, sent = time.perf_counter(), 0
        while sent < len(posts) or self.asked_at:
            due = len(posts)
            if per_second:
                due = min(due, int((time.perf_counter() - began) * per_second) + 1)
            while sent < due and self.idle:
                line = self.idle.popleft()
                self.asked_at[line] = time.perf_counter()
                line.sendall(posts[sent])
                sent += 1
            self._hear(EVERY if sent < len(posts) and self.idle else 1.0)
            if per_second and sent < len(posts) and self.idle:
                time.sleep(EVERY)
        return time.perf_counter() - began

    def _hear(self, wait: float) -> None:
        if not self.asked_at:
            return
        for key, _ in self.selector.select(wait):
            line = key.fileobj
            assert isinstance(line, socket.socket)
            answer = line.recv(65536)
            if not answer:
                raise SystemExit("It hung up.")
            self.answers[answer[9:12].decode()] += 1
            self.took.append(time.perf_counter() - self.asked_at.pop(line))
            self.idle.append(line)


def main() -> None:
    port, path, per_second = int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    client = Client(port)
    seconds = client.post_all(list(_read(path)), per_second)
    took = sorted(client.took)
    said = {
        "taken": client.answers.pop("200", 0),
        "else": dict(client.answers),
        "seconds": seconds,
        "median_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[int(len(took) * 0.99)],
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()

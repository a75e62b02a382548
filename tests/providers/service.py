"""A stand-in for a hosted e-mail service: it answers as that service's pages say it does."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Heard(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Service:
    """Says `says` to whatever it is asked: (status, body, headers), or seconds to hang first."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.says: tuple[int, Any, dict[str, str]] = (200, {}, {})
        self.hangs = 0.0
        self.url = ""


@contextmanager
def serving() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.heard.append(Heard(self.path, dict(self.headers), body))
            time.sleep(service.hangs)
            status, said, headers = service.says
            whole = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            self.wfile.write(whole)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield service
    server.shutdown()
    server.server_close()

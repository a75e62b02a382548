"""The HTTP client says what is certain, and reaches nobody it was not to reach."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from muster.lib import ports
from muster.lib.http import Client, NotHere, NotSent, Unanswered

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Answers every request with the same bytes; None: hangs up; a float: waits so long first."""

    def __init__(self, *answers: bytes | float | None) -> None:
        self.answers = answers
        self.heard: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            with line:
                self.heard.append(line.recv(65536))
                for answer in self.answers:
                    if isinstance(answer, float):
                        time.sleep(answer)
                    elif answer is not None:
                        try:
                            line.sendall(answer)
                        except OSError:
                            break


@pytest.fixture
def serving() -> Iterator[Callable[..., Server]]:
    running: list[Server] = []

    def serve(*answers: bytes | float | None) -> Server:
        running.append(Server(*answers))
        return running[-1]

    yield serve
    for server in running:
        server.close()


def client(server: Server, timeout: float = 1) -> Client:
    return Client(f"http://127.0.0.1:{server.port}", only_loopback=True, timeout=timeout)


def test_an_answer_is_read_whole(serving: Callable[..., Server]) -> None:
    server = serving(b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}")

    answer = client(server).ask("POST", "/posts?x=1", said={"words": "ŵ"})

    assert (answer.status, answer.json(), answer.wait_s) == (429, {}, 7.0)
    assert server.heard[0].startswith(b"POST /posts?x=1 HTTP/1.1\r\n")


def test_nobody_listening_it_was_certainly_not_sent() -> None:
    nobody = Client(f"http://127.0.0.1:{ports.any_free()}", only_loopback=True, timeout=1)

    with pytest.raises(NotSent):
        nobody.ask("POST", "/")


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([None], id="cut before any answer"),
        pytest.param([3.0], id="too late"),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}"], id="half an answer"),
        pytest.param([b"SMTP 220 hello\r\n"], id="another protocol"),
        pytest.param([b"HTTP/1.1 200 OK\r\n\r\n", *[0.2, b"x"] * 15], id="a drop at a time"),
    ],
)
def test_without_a_whole_answer_in_time_nobody_knows(
    serving: Callable[..., Server], answers: list[bytes | float | None]
) -> None:
    server = serving(*answers)
    began = time.monotonic()

    with pytest.raises(Unanswered):
        client(server).ask("POST", "/")

    assert time.monotonic() - began < 2.8


def test_an_answer_without_end_is_not_kept(serving: Callable[..., Server]) -> None:
    server = serving(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 1_000_000] * 8)

    with pytest.raises(Unanswered, match="too long"):
        client(server, timeout=5).ask("GET", "/")


def test_it_follows_nobody_elsewhere(serving: Callable[..., Server]) -> None:
    elsewhere = serving(OK)
    away = f"HTTP/1.1 307 Away\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\n"
    server = serving(f"{away}Content-Length: 0\r\n\r\n".encode())

    assert client(server).ask("POST", "/", said={}).status == 307
    assert elsewhere.heard == []


def test_no_proxy_of_the_environment_is_used(
    serving: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serving(OK), serving(OK)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")

    client(server).ask("GET", "/")

    assert proxy.heard == []


@pytest.mark.parametrize(
    "address",
    [
        "http://192.0.2.1",
        "http://198.51.100.7:8427",
        "http://0.0.0.0:8427",
        "http://[2001:db8::1]",
        "https://192.0.2.1",
        "http://nobody.invalid",
        "http://127.0.0.1@192.0.2.1/",
    ],
)
def test_told_to_stay_here_it_reaches_no_other_machine(address: str) -> None:
    with pytest.raises(NotHere):
        Client(address, only_loopback=True)


@pytest.mark.parametrize(
    "address", ["", "ftp://127.0.0.1", "http://", "localhost:8427", "http://x:0"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(NotHere):
        Client(address, only_loopback=True)


def test_elsewhere_it_speaks_only_where_nobody_listens_in() -> None:
    with pytest.raises(NotHere, match="https only"):
        Client("http://192.0.2.1", only_loopback=False)

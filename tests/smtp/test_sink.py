import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.lib.sink import Store, read_log
from muster.lib.sink.pages import application

RAW = (
    b"From: us@example.org\r\nTo: ann@example.org\r\nSubject: =?utf-8?b?Wm/Dqw==?=\r\n"
    b"X-Muster-Delivery: abc\r\nX-Muster-Seat: E14001530\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: text/html; charset="utf-8"\r\n\r\n<p>Hello <script>alert(1)</script></p>\r\n'
)


@dataclass
class Page:
    status_code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""


class Browser:
    """Asks the pages as a server would, without one."""

    def __init__(self, store: Store) -> None:
        self.app = application(store)

    def get(self, address: str, host: str = "localhost") -> Page:
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"host", host.encode())],
        }
        page = Page()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        async def send(said: Any) -> None:
            if said["type"] == "http.response.start":
                page.status_code = said["status"]
                page.headers = {k.decode(): v.decode() for k, v in said["headers"]}
            else:
                page.text += said.get("body", b"").decode()

        # In a thread of its own: a browser of another test may keep a loop running in this one.
        with ThreadPoolExecutor(1) as aside:
            aside.submit(lambda: asyncio.run(self.app(scope, receive, send))).result(60)
        return page


def test_what_is_kept_is_in_the_log_and_can_be_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path)

    kept = store.add(RAW, "ann@example.org")

    assert [k.code for k in read_log(tmp_path / "log.jsonl")] == ["abc"]
    assert (kept.seat, kept.subject, kept.size) == ("E14001530", "Zoë", len(RAW))
    assert store.raw(kept) == RAW


def test_a_sink_started_again_goes_on_where_it_was(tmp_path: Path) -> None:
    Store(tmp_path).add(RAW, "ann@example.org")
    with (tmp_path / "log.jsonl").open("ab") as log:
        log.write(b'{"number": 2, "at"')

    again = Store(tmp_path)
    again.add(RAW, "bob@example.org")

    assert [k.to for k in read_log(tmp_path / "log.jsonl")] == [
        "ann@example.org",
        "bob@example.org",
    ]
    assert again.total == 2


def test_mail_is_found_by_seat_code_address_and_subject(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(RAW, "ann@example.org")

    assert [len(store.find(text)) for text in ("e14001530", "abc", "ANN@", "zoë", "none")] == [
        *(1, 1, 1, 1),
        0,
    ]


def test_of_a_rehearsal_only_code_and_seat_are_kept(tmp_path: Path) -> None:
    rehearsed = RAW.replace(b"MIME-Version", b"X-Muster-Rehearsal: yes\r\nMIME-Version")
    store = Store(tmp_path)

    kept = store.add(rehearsed, "ann@example.org")
    store.add(RAW, "bob@example.org")

    lines = list(read_log(tmp_path / "log.jsonl"))
    assert [(k.code, k.seat, k.rehearsal) for k in lines] == [
        ("abc", "E14001530", True),
        ("abc", "E14001530", False),
    ]
    assert (kept.to, kept.subject) == ("", "")
    assert store.raw(kept) is None
    assert "1 message came in" in Browser(Store(tmp_path)).get("/").text
    assert "1 more came from rehearsals" in Browser(Store(tmp_path)).get("/").text


def test_a_line_of_an_older_muster_is_read(tmp_path: Path) -> None:
    Store(tmp_path).add(RAW, "ann@example.org")
    log = tmp_path / "log.jsonl"
    log.write_text(log.read_text().replace(', "rehearsal": false', ""))

    assert [(k.code, k.rehearsal) for k in read_log(log)] == [("abc", False)]


def test_the_pages_list_show_and_sandbox(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(RAW, "ann@example.org")
    browser = Browser(store)

    assert "1 message came in" in browser.get("/").text
    assert "No message has" in browser.get("/?q=nothing").text
    shown = browser.get("/mail/1")
    assert "Zoë" in shown.text
    assert "sandbox=" in shown.text
    designed = browser.get("/mail/1/html")
    assert designed.headers["content-security-policy"].startswith("sandbox")
    assert "X-Muster-Seat" in browser.get("/mail/1/source").text
    assert browser.get("/mail/9").status_code == 404


def test_a_page_of_another_site_cannot_read_the_mail(tmp_path: Path) -> None:
    browser = Browser(Store(tmp_path))

    assert browser.get("/", host="elsewhere.example.org").status_code == 400


def test_the_message_list_is_harmless_whatever_a_subject_says(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(b"Subject: <b>x</b>\r\n\r\nhello", "ann@example.org")

    assert "&lt;b&gt;x" in Browser(store).get("/").text

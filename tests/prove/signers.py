"""People who volunteer on the public pages, and press again when nobody answered."""

import http.client
import random
import re
import threading
import time
from urllib.parse import urlencode

from tests.prove.house import House

PAGE = "/fair-future/volunteer/stroud"
QUICKEST = 2.1  # the page does not believe whoever fills it in faster


class Signers:
    """Threads of people, each one signing up once and pressing until they are thanked."""

    def __init__(self, house: House, threads: int = 4) -> None:
        self.house = house
        self.thanked: list[str] = []
        self.presses = 0
        self.failed_presses = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._sign, args=[n]) for n in range(threads)]

    def __enter__(self) -> "Signers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _sign(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            # Several forms lie open at once: waiting to be believed takes most of the time.
            people = [f"signer-{number}-{count + n}@example.org" for n in range(10)]
            count += 10
            forms = [(email, self._open()) for email in people]
            time.sleep(QUICKEST)
            for email, fields in forms:
                if fields is not None and self._press_until_thanked(email, fields):
                    self.thanked.append(email)

    def _open(self) -> dict[str, str] | None:
        while not self._stop.is_set():
            status, text = self._ask("GET", PAGE)
            if status == 200:
                found = re.search(r'name="stamp" value="([^"]*)"', text)
                return {"stamp": found.group(1)} if found else None
            time.sleep(0.3)
        return None

    def _press_until_thanked(self, email: str, fields: dict[str, str]) -> bool:
        given = {"given": "Sam", "family": "Signer", "email": email, "seat": "Stroud"}
        body = urlencode(fields | given | {"can": "doors", "old_enough": "1"})
        for _ in range(400):
            self.presses += 1
            status, _ = self._ask("POST", PAGE, body)
            if status == 303:
                return True
            self.failed_presses += 1
            time.sleep(0.3)
        return False

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        """Status and text; 0 when there was no answer."""
        try:
            port = self.house.addresses()["public"]
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
            headers = {"x-forwarded-for": f"10.{random.randrange(256)}.{random.randrange(256)}.1"}
            if body:
                headers["content-type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, ValueError, http.client.HTTPException):
            return 0, ""

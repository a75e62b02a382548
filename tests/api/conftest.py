"""Keys to the API, and somebody who asks it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from muster.lib.times import now
from muster.organisations import api_keys
from muster.organisations.api_keys import KeyAsked
from muster.organisations.models import Member, Unit
from muster.organisations.rules import KEY_SCOPES

Made = Callable[..., "Asker"]


class Asker:
    """Somebody with a key: `ask("GET", "/people")` answers the status and what was said."""

    def __init__(self, said: str = "", header: str = "Authorization") -> None:
        scheme = "Bearer " if header == "Authorization" else ""
        self.headers = {header: f"{scheme}{said}"} if said else {}
        self.client = Client(raise_request_exception=False)

    def send(self, method: str, path: str, said: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            f"/api/v1{path}",
            data=b"" if said is None else _json(said),
            content_type="application/json",
            headers=self.headers | {k.replace("_", "-"): v for k, v in headers.items()},
        )

    def ask(self, method: str, path: str, said: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.send(method, path, said, **headers)
        return answer.status_code, (answer.json() if answer.content else None)

    def get(self, path: str) -> Any:
        status, said = self.ask("GET", path)
        assert status == 200, said
        return said


def _json(said: Any) -> bytes:
    import json

    return said if isinstance(said, bytes) else json.dumps(said).encode()


def key_for(member: Member, *scopes: str, unit: Unit | None = None, days: int = 30) -> Any:
    """A key of theirs (all scopes if none are named) and what it says."""
    made_at = now() - timedelta(days=1)
    asked = KeyAsked(
        "A program", frozenset(scopes or KEY_SCOPES), unit, made_at + timedelta(days=days + 1)
    )
    return api_keys.make(member.organisation, asked, by=member, at=made_at)


@pytest.fixture
def adas(ada: Member) -> Asker:
    """A key to everything a key may do, everywhere."""
    return Asker(key_for(ada)[1])


@pytest.fixture
def bens(ben: Member) -> Asker:
    """A key that reads and changes people in Stroud."""
    return Asker(key_for(ben, "see people", "change people", "see seats")[1])

"""What goes wrong, told as RFC 9457 has it: a title, a detail in plain words, what to do."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

PROBLEM_JSON = "application/problem+json"
TITLES = {
    400: "This cannot be read",
    401: "No key, or none that opens anything",
    403: "The key may not do this",
    404: "Nothing here by that name",
    405: "Not asked this way",
    409: "Something stands in the way",
    413: "Too much at once",
    422: "Something in it is wrong",
    429: "Too many requests",
    500: "It broke here",
}


class Problem(Exception):
    """A refusal: its status, what happened and what to do. `more` goes beside it."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


def answer(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """A problem as an answer."""
    said = {
        "type": f"/api/docs#problem-{status}",
        "title": TITLES.get(status, "It cannot be done"),
        "status": status,
        "detail": detail,
        **more,
    }
    body = json.dumps(said, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=PROBLEM_JSON, headers=dict(headers or {}))


def plainly(errors: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Where each mistake is and what it is, in words."""
    return [{"where": _where(e["loc"]), "what": _what(e)} for e in errors]


def _where(loc: tuple[Any, ...]) -> str:
    """`body → given_name`, without the names ninja gives to a body of its own."""
    steps = [str(step) for step in loc if step not in ("payload", "asked")]
    return " → ".join(steps)


def _what(error: dict[str, Any]) -> str:
    if most := error.get("ctx", {}).get("max_length"):
        return f"It may have {most:,} at most."
    words = str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return {
        "missing": "It is missing.",
        "extra_forbidden": "Nothing is known by that name.",
    }.get(error["type"], f"{words[:1].upper()}{words[1:].rstrip('.')}.")

"""The pages a journey walks: every GET route that the wrong-people list declares."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from tests.wrong_people import declared
from tests.wrong_people.world import World

SIGN_IN = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/signup/",
    "/enter/spent",
]
OWN = ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"]


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Name and path of each address Ada may open; `is_page` tells pages from files and pieces."""
    for route in declared().values():
        gets_in = not route.status or min(route.status) < 400
        if "GET" in route.methods and gets_in:
            yield route.name, reverse(route.name, kwargs=route.args(world)) + route.query
    yield from (("own sign-in", path) for path in OWN)


def is_page(page: Any, path: str) -> bool:
    """Is a whole page there, and no file nor a piece of a page?"""
    answer = page.request.get(path, max_redirects=0)
    is_html = "text/html" in answer.headers.get("content-type", "")
    return is_html and answer.text().lstrip().startswith("<!doctype")

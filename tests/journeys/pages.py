"""The pages a journey walks: every GET route that the wrong-people list declares."""

from collections.abc import Iterator

from django.urls import reverse

from tests.wrong_people import declared
from tests.wrong_people.world import World

# Answers that are no pages: files, and pieces that a page asks for.
NO_PAGES = ("ticket", "_piece", "download", "csv", "template", "refusals", ":row", "estimate")
SIGN_IN = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/signup/",
    "/enter/spent",
]
OWN = ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"]


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Name and path of each page Ada may open."""
    for route in declared().values():
        if "GET" in route.methods and not any(part in route.name for part in NO_PAGES):
            yield route.name, reverse(route.name, kwargs=route.args(world)) + route.query
    yield from (("own sign-in", path) for path in OWN)

"""Each route of the staff app says here who must be kept out, and how one can tell.

One module for each area of the house, with a list `ROUTES`. A house test tries every route with
every wrong person and every method, and fails for a route that no module declares.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests.wrong_people.world import World

Made = Callable[[World], Any]


def nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """One address, an object of Fair Future's in Stroud to ask it for, and what must not leak.

    `args`: the address's arguments, for an object of the party's that stands in Stroud.
    `methods`: those it answers; each is tried with the right person (Ada), who must get in.
    `post`: the form a POST carries. `status`: what Ada gets (any below 400 if empty).
    `hides`: words that must not appear to a rival's administrator, nor to another seat's
    organiser, where the page itself is open to them (a list, a search).
    `rival`, `other_seat`: "refused" (403 or 404), "kept" (they get in and see none of `hides`),
    or "open" (nothing in it is anyone's own, which `why` explains).
    """

    name: str
    args: Made = nothing
    query: str = ""
    methods: tuple[str, ...] = ("GET",)
    post: Made = nothing
    hides: Made = lambda world: []
    rival: str = "refused"
    other_seat: str = "refused"
    no_role: str = "refused"
    status: tuple[int, ...] = ()
    why: str = ""


def declared() -> dict[str, Route]:
    """Every declared route, by its name."""
    found: dict[str, Route] = {}
    for module in iter_modules(__path__):
        routes = getattr(import_module(f"{__name__}.{module.name}"), "ROUTES", [])
        for route in routes:
            assert route.name not in found, f"{route.name} is declared twice"
            found[route.name] = route
    return found

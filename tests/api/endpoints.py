"""What each endpoint is asked for, where it needs more than its address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place


@dataclass(frozen=True)
class World:
    """Cleo lives in Stroud, on the party's list."""

    party: Organisation
    rivals: Organisation
    ada: Member
    cleo: Person
    stroud: Place


@dataclass(frozen=True)
class Case:
    """`args` fill the address, `body` is sent. `of_one`: it names something of the party's in
    Stroud, which nobody else finds. `shows_what_was_sent`: an answer may repeat the request."""

    args: Callable[[World], dict[str, Any]] = lambda world: {}
    body: Callable[[World], Any] = lambda world: None
    query: str = ""
    of_one: bool = False
    shows_what_was_sent: bool = False


def of_cleo(world: World) -> dict[str, Any]:
    return {"code": world.cleo.code}


NEEDED: dict[str, Case] = {
    "native_people_one": Case(args=of_cleo, of_one=True),
}

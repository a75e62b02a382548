"""Who sees what, in words: one member's sight, and everyone's on one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from muster.organisations.models import Member, Role
from muster.places.models import Place
from muster.places.scope import Reach, reach_by, seats_beneath
from muster.web.people_list import Asked, count

ACTS = {
    "change people": "change people",
    "import people": "bring in files",
    "export people": "take lists out",
    "see register": "look into the register",
    "write content": "write",
    "approve content": "approve",
    "send messages": "send",
    "run journeys": "run journeys",
    "prepare launches": "prepare launches",
    "arm launches": "arm launches",
    "hold launches": "hold launches",
    "change leads": "ring volunteers",
    "authorise spending": "let money be spent",
    "change settings": "give access",
}
ASKABLE = {"see people": "see people", **ACTS, "see leads": "see volunteers who wait"}


@dataclass(frozen=True)
class Sight:
    """What one member sees: seats, people (None: nobody's details), acts, and until when."""

    seats: int
    people: int | None
    may: list[str]
    until: datetime | None


def of_member(member: Member, roles: Iterable[Role]) -> Sight:
    """What these roles of a member, in force, come to."""
    standing = list(roles)
    reach = reach_by(standing, seats_beneath)
    ends = [role.expires_at for role in standing]
    last = None if None in ends else max((end for end in ends if end), default=None)
    return Sight(
        seats=Place.objects.seats().filter(reach.within("see seats", "id")).count(),
        people=_people(member, reach),
        may=[words for permission, words in ACTS.items() if reach.may(permission)],
        until=last,
    )


def _people(member: Member, reach: Reach) -> int | None:
    if not reach.may("see people"):
        return None
    return count(member.organisation, reach, Asked())["people"]

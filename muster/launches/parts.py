"""What an item is made of: the cuts of one seat, from one master or from two."""

from dataclasses import dataclass

from muster.content.models import Master
from muster.launches.models import Launch

SQUARE, STORY = "square", "story"
CARDS = frozenset({SQUARE, STORY})
Key = tuple[int, int, str]
"""A cut: its master's id, its place's, its format."""


@dataclass(frozen=True)
class Part:
    """One cut of each seat: whose, and in which format."""

    master: Master
    format: str


def parts_of(launch: Launch) -> dict[str, tuple[Part, ...]]:
    """The parts of each kind the launch has. The card travels in the post and the ad."""
    square = (Part(launch.card, SQUARE),) if launch.card else ()
    both = (*square, Part(launch.card, STORY)) if launch.card else ()
    parts: dict[str, tuple[Part, ...]] = {"email": (Part(launch.message.master, "email"),)}
    if launch.post:
        parts["post"] = (Part(launch.post, "post"), *square)
    if launch.ad:
        parts["ad"] = (Part(launch.ad, "ad"), *both)
    if launch.words:
        parts["page"] = (Part(launch.words, "page"),)
    return parts


def masters_of(launch: Launch) -> list[Master]:
    """Every master it carries, the e-mail's first."""
    found = [launch.message.master, launch.post, launch.card, launch.ad, launch.words]
    return [master for master in found if master is not None]

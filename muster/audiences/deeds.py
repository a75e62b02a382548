"""Kinds of facts audiences may ask about, in words. Each room registers its own.

deeds.register(Deed("volunteered", "volunteered", "volunteer"))
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from muster.organisations.models import Organisation

About = tuple[str, int, str]
"""What a fact may be about: its kind, its id, its name."""


def _nothing(organisation: Organisation) -> Iterable[About]:
    return ()


@dataclass(frozen=True)
class Deed:
    """`did` follows “who”, `do` follows “who did not”. `is_theirs`: they did it themselves."""

    kind: str
    did: str
    do: str
    is_theirs: bool = True
    abouts: Callable[[Organisation], Iterable[About]] = _nothing

    @property
    def name(self) -> str:
        return self.did[:1].upper() + self.did[1:]


_known: dict[str, Deed] = {}


def register(*deeds: Deed) -> None:
    for deed in deeds:
        _known[deed.kind] = deed


def known() -> dict[str, Deed]:
    return dict(_known)


def theirs() -> list[str]:
    """The kinds that are people's own doing: none of these for a year is silence."""
    return sorted(kind for kind, deed in _known.items() if deed.is_theirs)

"""Cards being drawn: how far it is, at what rate, and stopping it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from muster.content.models import Cut, Master
from muster.lib.times import now
from muster.lib.words import how_long
from muster.web.content_reach import cuts_for
from muster.web.content_standing import Numbers
from muster.web.members import MemberRequest

LATELY = timedelta(seconds=10)
"""The rate is that of the last ten seconds."""


@dataclass(frozen=True)
class Drawing:
    """How far the cards of a master are."""

    done: int
    total: int
    per_second: float
    is_stopped: bool

    @property
    def share(self) -> float:
        return 100 * self.done / self.total if self.total else 100.0

    @property
    def is_over(self) -> bool:
        return self.done >= self.total

    @property
    def left(self) -> str:
        """The time left in words; empty while no rate is known."""
        if not self.per_second or self.is_over:
            return ""
        return how_long(timedelta(seconds=(self.total - self.done) / self.per_second)) or (
            "under a minute"
        )


def how_far(request: MemberRequest, master: Master, numbers: Numbers) -> Drawing | None:
    """None where nothing is drawn: only cards are."""
    if master.kind != Master.Kind.CARD:
        return None
    lately = cuts_for(request, [master]).filter(drawn_at__gt=now() - LATELY).exclude(image="")
    rate = lately.count() / LATELY.total_seconds()
    return Drawing(numbers.drawn, numbers.pictures, rate, bool(master.draw_stopped_at))


def queue(master: Master) -> None:
    """Have drawn what is not drawn yet."""


def drawn_now(cuts: Sequence[Cut]) -> tuple[dict[str, str], list[str]]:
    """Cards that are not kept, drawn for the eye alone: data addresses by format, and problems."""
    return {}, []

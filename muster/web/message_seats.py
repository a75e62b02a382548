"""The seats of a message as its page shows them: state, words, numbers, hexes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from muster.content import checking
from muster.content.models import Cut
from muster.lib.hexmap import Cell
from muster.messaging import report
from muster.messaging.models import Message
from muster.messaging.report import SeatNumbers
from muster.web.country_cells import Drawn, cells_of

WORDS = {
    "ready": "Ready",
    "waiting": "Waits",
    "none": "Not begun",
    "live": "Going out",
    "stopped": "Stopped",
    "done": "Done",
    "failed": "Failed",
}


@dataclass(frozen=True)
class Seat:
    """One seat of a message. `state` is one of the hex map's."""

    code: str
    name: str
    state: str
    candidate: str = ""
    problems: Sequence[str] = ()
    numbers: SeatNumbers | None = None

    @property
    def state_words(self) -> str:
        return WORDS[self.state]

    @property
    def badge(self) -> str:
        """The badge's class: done is as good as ready."""
        return {"done": "ready", "none": "", "stopped": "waiting"}.get(self.state, self.state)


@dataclass(frozen=True)
class Seats:
    """The seats a member sees of a message, in the order of its list."""

    all: list[Seat]
    problems: list[str] = field(default_factory=list)

    def in_state(self, *states: str) -> list[Seat]:
        return [seat for seat in self.all if seat.state in states]

    @property
    def ready(self) -> int:
        return len(self.in_state("ready"))

    @property
    def first_problems(self) -> str:
        """The two widest problems, to stand within a sentence."""
        return "; ".join(words[:1].lower() + words[1:] for words in self.problems[:2])

    @property
    def waiting(self) -> int:
        return len(self.in_state("waiting"))


def before_the_press(cuts: Iterable[Cut]) -> Seats:
    """Each seat ready, or waiting with its problems."""
    seen = list(cuts)
    found = []
    for cut in seen:
        assert cut.place is not None
        problems = checking.problems_of(cut)
        state = "waiting" if problems else "ready"
        found.append(Seat(cut.place.code, cut.place.name, state, _who(cut), problems))
    return Seats(found, checking.grouped(seen))


def after_the_press(
    cuts: Iterable[Cut], numbers: Iterable[SeatNumbers], *, is_over: bool, is_stopped: bool
) -> Seats:
    """Each seat by how far its messages have come; afterwards what it brought comes first."""
    known = {seat.code: seat for seat in numbers}
    found = []
    for cut in cuts:
        assert cut.place is not None
        seat = known.get(cut.place.code) or report.nobody_in(cut.place)
        state = state_of(seat, is_over=is_over)
        if is_stopped and state in ("none", "live"):
            state = "stopped"
        found.append(Seat(cut.place.code, cut.place.name, state, _who(cut), (), seat))
    if is_over:
        found.sort(key=lambda seat: -seat.numbers.sign_ups if seat.numbers else 0)
    return Seats(found)


def state_of(numbers: SeatNumbers, *, is_over: bool) -> str:
    """Not begun, going out, or done: nobody in the seat still waits."""
    if not numbers.audience:
        return "done" if is_over else "none"
    if not numbers.waiting:
        return "failed" if numbers.failed == numbers.audience else "done"
    return "live" if numbers.waiting < numbers.audience else "none"


def _who(cut: Cut) -> str:
    return cut.campaigner.name if cut.campaigner else ""


def cells(message: Message, seats: Seats) -> list[Cell]:
    """Every seat of the country; those of the message in their state, the rest faint."""
    page = reverse("messages:show", args=[message.pk])
    drawn = {
        seat.code: Drawn(
            f"{page}?seat={seat.code}#seat",
            seat.state,
            "; ".join(seat.problems) or seat.state_words.lower(),
        )
        for seat in seats.all
    }
    return cells_of(message.target_list.party if message.target_list else None, drawn)

"""How a master stands, in one sentence, and what it waits for."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from muster.content import approving
from muster.content.models import Approval, Cut, Master
from muster.lib.words import counted
from muster.lib.words import when as when_in_words
from muster.organisations.models import Member

DRAWN_FORMATS = (Cut.Format.SQUARE, Cut.Format.STORY)


@dataclass(frozen=True)
class Standing:
    """`state` is a badge's; `waits`: what the next act is, empty when none."""

    state: str
    word: str
    sentence: str
    waits: str = ""


@dataclass(frozen=True)
class Numbers:
    """Seats a member sees of a master, those with a problem, and cards drawn of all."""

    seats: int
    wrong: int
    pictures: int
    drawn: int


def numbers_of(cuts: QuerySet[Cut]) -> dict[int, Numbers]:
    """The numbers of each master by its id, in one query."""
    pictured = Q(format__in=DRAWN_FORMATS)
    unreadable = pictured & Q(drawn_at__isnull=False, image="")
    rows = (
        cuts.order_by()
        .values("master_id")
        .annotate(
            seats=Count("place_id", distinct=True),
            wrong=Count("place_id", distinct=True, filter=~Q(problems=[]) | unreadable),
            pictures=Count("id", filter=pictured),
            drawn=Count("id", filter=pictured & Q(drawn_at__isnull=False)),
        )
    )
    return {
        row["master_id"]: Numbers(row["seats"], row["wrong"], row["pictures"], row["drawn"])
        for row in rows
    }


NONE = Numbers(0, 0, 0, 0)


def standing_of(
    master: Master, numbers: Numbers, *, at: datetime, approval: Approval | None = None
) -> Standing:
    """How it stands now. `approval` may be handed in where it is known already."""
    if master.sealed_at:
        return _gone(master, master.sealed_at, at)
    if not numbers.seats:
        words = "It has no seats yet: save its words once more."
        return Standing("waiting", "No seats", words, "seats")
    if numbers.wrong:
        ready = f"{numbers.seats - numbers.wrong:,} of {counted(numbers.seats, 'seat', 'seats')}"
        verb = "is" if numbers.seats == 1 else "are"
        have = "has" if numbers.wrong == 1 else "have"
        words = f"{ready} {verb} ready; {numbers.wrong:,} {have} something to put right."
        return Standing("waiting", "Problems", words, "problems")
    if numbers.drawn < numbers.pictures:
        return _undrawn(master, numbers)
    approval = approval or approving.approval_in_force(master, at)
    if approval is not None:
        until = _when(master, approval.until, at)
        return Standing("ready", "Approved", f"{approval.by.name} approved it until {until}.")
    return Standing("waiting", "Waits for approval", _unapproved(master, numbers, at), "approval")


def _unapproved(master: Master, numbers: Numbers, at: datetime) -> str:
    """An approval lapses only for the cuts that changed since: the rest stay approved."""
    kept = len({place_id for place_id, _ in approving.approved_cuts(master, at)})
    if 0 < kept < numbers.seats:
        left = counted(numbers.seats - kept, "seat waits", "seats wait")
        return f"{kept:,} of {numbers.seats:,} seats are approved; {left} for approval."
    return f"{ready_in_words(numbers.seats)}. Someone other than {master.author.name} approves it."


def _gone(master: Master, sealed_at: datetime, at: datetime) -> Standing:
    """It went out; a held seat's cut made anew since, for another candidate, waits for approval."""
    went = f"It went out {_when(master, sealed_at, at)}"
    again = master.cuts.filter(cut_at__gt=sealed_at).values_list("place_id", "format")
    left = {place_id for place_id, _ in set(again) - approving.approved_cuts(master, at)}
    if not left:
        return Standing("ready", "Went out", f"{went}; its words stay as they were.")
    made = counted(len(left), "seat made anew since waits", "seats made anew since wait")
    return Standing("waiting", "Waits for approval", f"{went}; {made} for approval.", "approval")


def _undrawn(master: Master, numbers: Numbers) -> Standing:
    done = f"{numbers.drawn:,} of {numbers.pictures:,} pictures are drawn"
    if master.draw_stopped_at:
        return Standing("waiting", "Stopped", f"{done}; drawing was stopped.", "drawing")
    return Standing("live", "Being drawn", f"{done}.", "drawing")


def ready_in_words(seats: int) -> str:
    """A whole sentence's beginning.

    >>> ready_in_words(1), ready_in_words(200)
    ('Its one seat is ready', 'All 200 seats are ready')
    """
    return "Its one seat is ready" if seats == 1 else f"All {seats:,} seats are ready"


def why_not_approve(master: Master, standing: Standing, member: Member, may: bool) -> str:
    """Why this member cannot approve it as it stands; empty: they can."""
    if not may:
        return "Someone who may approve for the whole organisation does this."
    if member.pk == master.author_id:
        return "You wrote these words: ask someone else to approve them."
    return {
        "seats": "It can be approved once it has seats.",
        "problems": "It can be approved once every seat is ready.",
        "drawing": "It can be approved once every card is drawn.",
    }.get(standing.waits, "")


def _when(master: Master, instant: datetime, at: datetime) -> str:
    from zoneinfo import ZoneInfo

    return when_in_words(instant, at, ZoneInfo(master.organisation.time_zone))

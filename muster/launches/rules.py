"""What keeps an item from going out, and how a launch stands: decided on plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

PROOF_LASTS = timedelta(minutes=5)
ARMING_WAITS = timedelta(hours=24)  # for the second member
GROWTH, ROOM = 1.25, 25  # an armed audience may grow by a quarter and a few
KIND_WORDS = {"email": "e-mail", "post": "post", "ad": "ad", "page": "page"}

WAITS = "Waits for approval."
LAPSED = "Its approval ran out, or was taken back."
NOT_DRAWN = "The card is not drawn yet."
BROKEN_PICTURE = "The card's picture is not the one that was approved: draw it again."
NO_CUT = "Nothing is written for this seat yet."
OUT_OF_STEP = "Candidate, results or imprint changed since it was written: make it again."
NOT_STAGED = "Not uploaded yet: stage it."
UPLOADING = "Being uploaded."
STAGE_AGAIN = "Changed since it was uploaded: stage it again."
UNDER_REVIEW = "The ad platform is still reviewing it."
ANOTHER_CANDIDATE = "The candidate is another than when it was armed."
OTHER_FACTS = "Candidate's details, imprint or results changed since it was armed."
SEAL_BROKEN = "Changed since it was armed: the seal is broken."
NOT_SEALED = "It was not ready when the launch was armed."


@dataclass(frozen=True, slots=True)
class PartBrief:
    """One cut of an item as it stands. `candidate_changed` is about today's right campaigner."""

    is_there: bool = True
    problems: tuple[str, ...] = ()
    legal: str = ""
    is_approved: bool = True
    is_drawn: bool = True
    is_picture_whole: bool = True
    is_in_step: bool = True
    candidate_changed: bool = False


@dataclass(frozen=True, slots=True)
class UploadBrief:
    """A post or ad on its way to the platform."""

    is_staged: bool = False
    is_on_its_way: bool = False
    is_same: bool = True
    is_under_review: bool = False
    failure: str = ""


@dataclass(frozen=True, slots=True)
class ItemBrief:
    """All that is asked of one item. `upload` is None for kinds that need none.

    `sealed`: None before arming; then whether what was sealed still is what would go out, to the
    byte; an empty seal is False with `was_sealed` False.
    """

    parts: tuple[PartBrief, ...]
    upload: UploadBrief | None = None
    sealed: bool | None = None
    was_sealed: bool = True
    people: int = 0
    ceiling: int | None = None


def problems_of_content(item: ItemBrief) -> list[str]:
    """Every reason in its words, pictures, approvals and the law; not in its uploading."""
    found = [words for part in item.parts for words in _of_part(part, item.sealed is not None)]
    return list(dict.fromkeys(found))


def problems_of(item: ItemBrief) -> list[str]:
    """Every reason this item may not go out, in the organiser's words."""
    found = problems_of_content(item)
    if not found and item.sealed is False:
        found.append(SEAL_BROKEN if item.was_sealed else NOT_SEALED)
    if item.upload is not None:
        found += _of_upload(item.upload)
    if item.ceiling is not None and item.people > item.ceiling:
        found.append(
            f"{item.people:,} people now, more than the {item.ceiling:,} agreed when it was armed."
        )
    return found


def _of_part(part: PartBrief, is_armed: bool) -> Iterable[str]:
    if not part.is_there:
        yield NO_CUT
        return
    yield from (words if words.endswith(".") else f"{words}." for words in part.problems)
    if part.legal and not part.problems:
        yield part.legal
    if not part.is_drawn:
        yield NOT_DRAWN
    elif not part.is_picture_whole:
        yield BROKEN_PICTURE
    if not part.is_in_step:
        yield _out_of_step(part, is_armed)
    if not part.is_approved:
        yield LAPSED if is_armed else WAITS


def _out_of_step(part: PartBrief, is_armed: bool) -> str:
    if not is_armed:
        return OUT_OF_STEP
    return ANOTHER_CANDIDATE if part.candidate_changed else OTHER_FACTS


def _of_upload(upload: UploadBrief) -> Iterable[str]:
    if upload.failure:
        yield upload.failure
    elif upload.is_on_its_way:
        yield UPLOADING
    elif not upload.is_staged:
        yield NOT_STAGED
    elif not upload.is_same:
        yield STAGE_AGAIN
    elif upload.is_under_review:
        yield UNDER_REVIEW


def ceiling_for(people: int) -> int:
    """How far a seat's audience may grow between arming and Go.

    >>> ceiling_for(200), ceiling_for(0)
    (275, 25)
    """
    return int(people * GROWTH) + ROOM


@dataclass(frozen=True, slots=True)
class ArmingBrief:
    """Who wants to arm, who has already, and what it spends."""

    may_arm: str
    proved_at: datetime | None
    needs_proof: bool
    has_armed_already: bool
    is_second: bool
    has_budget: bool
    one_may_spend: bool
    is_rehearsed: bool
    problems: Sequence[str] = ()


def problems_before_arming(brief: ArmingBrief, at: datetime) -> list[str]:
    """Every reason this member may not arm it now."""
    found = [brief.may_arm] if brief.may_arm else []
    if brief.has_armed_already:
        found.append("You have armed it: someone else must arm it too.")
    if brief.needs_proof and not is_fresh(brief.proved_at, at):
        found.append("Give your second factor again: it is more than five minutes old.")
    if brief.is_second and brief.has_budget and not brief.one_may_spend:
        found.append(
            "It spends money on ads: one of the two must be the treasurer or agent (SP-1)."
        )
    if not brief.is_rehearsed:
        found.append("Rehearse it as it stands now.")
    return found + list(brief.problems)


def is_fresh(proved_at: datetime | None, at: datetime) -> bool:
    return proved_at is not None and timedelta(0) <= at - proved_at <= PROOF_LASTS


def problem_of_age(name: str, armed_at: datetime, at: datetime) -> str:
    """Why the first member's arming no longer waits for the second's; empty: it does."""
    if at - armed_at <= ARMING_WAITS:
        return ""
    return f"{name} armed it more than a day ago: both arm within a day of each other."


@dataclass(frozen=True)
class Clocks:
    """Seconds from Go to a seat being live: the first, the middle and the last so far."""

    first_s: float | None = None
    median_s: float | None = None
    last_s: float | None = None


def clocks(seconds: Iterable[float]) -> Clocks:
    """Reckon over the seats that are live.

    >>> clocks([3.0, 1.0, 2.0])
    Clocks(first_s=1.0, median_s=2.0, last_s=3.0)
    """
    known = sorted(seconds)
    return Clocks(known[0], median(known), known[-1]) if known else Clocks()


WORST_FIRST = (
    "failed",
    "held",
    "stopped",
    "waiting",
    "going",
    "ready",
    "staged",
    "live",
    "nobody",
    "withdrawn",
)


def seat_state(items: Mapping[str, str], *, is_stopped: bool) -> str:
    """A seat's state from its items': what needs someone comes first.

    >>> seat_state({"email": "live", "post": "going"}, is_stopped=False)
    'going'
    >>> seat_state({"email": "nobody", "post": "live"}, is_stopped=True)
    'live'
    """
    states = {"stopped" if is_stopped and s in ("going", "waiting") else s for s in items.values()}
    return next((state for state in WORST_FIRST if state in states), "waiting")

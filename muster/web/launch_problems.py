"""What stands in a launch's way, as its page tells it: narrowed to the member's seats."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from muster.launches import rules
from muster.launches.readiness import Readiness
from muster.web.launch_seats import KINDS

NAMED = 3
STEPS = {rules.NOT_STAGED, rules.UPLOADING}


@dataclass(frozen=True)
class Problem:
    """One problem of one kind, in how many seats, the first of them by name."""

    words: str
    kind: str
    codes: Sequence[str]
    names: Sequence[str]

    @property
    def seats(self) -> int:
        return len(self.codes)

    @property
    def kind_words(self) -> str:
        return KINDS.get(self.kind, "")

    @property
    def first_names(self) -> str:
        """ "Stroud, Neath and 7 more"."""
        first, rest = self.names[:NAMED], len(self.names) - NAMED
        return f"{', '.join(first)} and {rest:,} more" if rest > 0 else ", ".join(first)


@dataclass(frozen=True)
class Problems:
    """All that is wrong. `to_stage` items only wait to be handed to their networks; `uploading`
    ones are on their way there."""

    overall: Sequence[str] = ()
    by_seat: Mapping[int, Mapping[str, list[str]]] = field(default_factory=dict)
    grouped: Sequence[Problem] = ()
    waits_for: Sequence[tuple[str, int]] = ()
    waiting_for_approval: int = 0
    to_stage: int = 0
    uploading: int = 0
    nobody: int = 0

    @property
    def is_ready(self) -> bool:
        return not self.overall and not self.by_seat

    @property
    def waits_in_words(self) -> str:
        """ "9 written by Ada, 7 by Ben": whose words wait; they cannot approve them themselves."""
        words = ", ".join(f"{seats:,} by {who}" for who, seats in self.waits_for)
        return words.replace(" by ", " written by ", 1)

    @property
    def others(self) -> list[tuple[str, int]]:
        """The widest that approval does not settle, for a sentence: words, in how many seats."""
        seats: dict[str, set[str]] = {}
        for one in self.grouped:
            if one.words != rules.WAITS:
                seats.setdefault(one.words, set()).update(one.codes)
        widest = sorted(seats.items(), key=lambda found: -len(found[1]))
        return [(words[:1].lower() + words[1:], len(codes)) for words, codes in widest[:2]]


def problems_of(
    readiness: Readiness, names: Mapping[int, tuple[str, str]], within: frozenset[int] | None
) -> Problems:
    """The member's part of a readiness. `names`: place id → code and name.

    That something is not uploaded yet is a step to take or under way, no problem.
    """
    by_seat, steps = _without_staging(readiness, within)
    waiting = [kinds for kinds in by_seat.values() if any(map(_waits, kinds.values()))]
    return Problems(
        overall=readiness.overall if within is None else (),
        by_seat=by_seat,
        grouped=_grouped(readiness, names, within),
        waits_for=readiness.waits_for if within is None else (),
        waiting_for_approval=len(waiting),
        to_stage=steps[rules.NOT_STAGED],
        uploading=steps[rules.UPLOADING],
        nobody=sum(1 for place_id in readiness.nobody if within is None or place_id in within),
    )


def _waits(reasons: list[str]) -> bool:
    return rules.WAITS in reasons


def _without_staging(
    readiness: Readiness, within: frozenset[int] | None
) -> tuple[dict[int, dict[str, list[str]]], Counter[str]]:
    found: dict[int, dict[str, list[str]]] = {}
    steps: Counter[str] = Counter()
    for place_id, kinds in readiness.seats.items():
        if within is not None and place_id not in within:
            continue
        for kind, reasons in kinds.items():
            steps.update(words for words in reasons if words in STEPS)
            if rest := [words for words in reasons if words not in STEPS]:
                found.setdefault(place_id, {})[kind] = rest
    return found, steps


def _grouped(
    readiness: Readiness, names: Mapping[int, tuple[str, str]], within: frozenset[int] | None
) -> list[Problem]:
    found = []
    for group in readiness.grouped:
        mine = [id for id in group.place_ids if id in names and (within is None or id in within)]
        if mine and group.words not in STEPS:
            codes, shown = zip(*(names[id] for id in mine), strict=True)
            found.append(Problem(group.words, group.kind, codes, shown))
    return sorted(found, key=lambda one: -one.seats)

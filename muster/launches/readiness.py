"""All that is wrong with a launch: overall, and of every kind in every seat, at once."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from muster.content.models import Master
from muster.launches import overall, rules, sealing
from muster.launches.looking import Look, look
from muster.launches.models import Launch
from muster.launches.parts import masters_of

LATELY = 5.0  # seconds a page may go on showing what was found


@dataclass(frozen=True)
class Group:
    """One problem, and where it stands."""

    words: str
    kind: str
    place_ids: tuple[int, ...]


@dataclass(frozen=True)
class Ending:
    """When the approval of one master runs out, if nobody gives another; and who gave it."""

    master: Master
    by: str
    until: datetime


@dataclass(frozen=True)
class Readiness:
    """What stands in a launch's way. Items that are held or withdrawn stand in nobody's.

    `seats`: place id → kind → reasons; once it is armed, what would be held at Go, and why.
    `waits_for`: whose words wait for somebody's approval, in how many seats. `nobody`: seats where
    there is nobody to write to; that stops nothing. `endings`: the approvals in force, the first
    to run out first.
    """

    overall: list[str]
    seats: dict[int, dict[str, list[str]]]
    grouped: list[Group]
    waits_for: list[tuple[str, int]]
    seats_asked: int
    nobody: tuple[int, ...] = ()
    endings: tuple[Ending, ...] = ()
    at: datetime | None = field(default=None, compare=False)

    @property
    def is_ready(self) -> bool:
        return not self.overall and not self.seats

    @property
    def seats_ready(self) -> int:
        return self.seats_asked - len(self.seats)

    @property
    def waiting_for_approval(self) -> int:
        """How many seats have something that waits for approval."""
        return sum(
            any(rules.WAITS in reasons for reasons in kinds.values())
            for kinds in self.seats.values()
        )

    def in_words(self) -> list[str]:
        """Everything as sentences: what is wrong overall, then each problem with its seats."""
        return self.overall + [_sentence(group, self.seats_asked) for group in self.grouped]


def problems(launch: Launch, at: datetime) -> Readiness:
    """List all that is wrong, in the organiser's words. Changes nothing."""
    return of_look(look(launch, at))


def of_look(seen: Look) -> Readiness:
    """The same of a look already taken."""
    seals = sealing.seals_of(seen) if seen.launch.sealed_at else {}
    seats: dict[int, dict[str, list[str]]] = {}
    for key, item in seen.items.items():
        if item.held_at or item.withdrawn_at:
            continue
        is_whole = seals[key] == item.sealed if seals else None
        if reasons := rules.problems_of(seen.brief(*key, sealed=is_whole)):
            seats.setdefault(key[0], {})[key[1]] = reasons
    return Readiness(
        overall=overall.problems(seen.launch, seen.places, seen.at),
        seats=seats,
        grouped=_grouped(seats),
        waits_for=_waits_for(seen, seats),
        seats_asked=len(seen.places),
        nobody=tuple(place.pk for place in seen.places if not seen.people.get(place.pk)),
        endings=_endings(seen),
        at=seen.at,
    )


def _endings(seen: Look) -> tuple[Ending, ...]:
    found = []
    for master in masters_of(seen.launch):
        given = master.approvals.filter(withdrawn_at=None, at__lte=seen.at, until__gt=seen.at)
        last = given.select_related("by").order_by("until").last()
        if last is not None:
            found.append(Ending(master, last.by.name, last.until))
    return tuple(sorted(found, key=lambda ending: ending.until))


def _grouped(seats: dict[int, dict[str, list[str]]]) -> list[Group]:
    """Each problem of each kind once, the widest first."""
    found: dict[tuple[str, str], list[int]] = {}
    for place_id, kinds in seats.items():
        for kind, reasons in kinds.items():
            for words in reasons:
                found.setdefault((words, kind), []).append(place_id)
    groups = [Group(words, kind, tuple(places)) for (words, kind), places in found.items()]
    return sorted(groups, key=lambda group: (-len(group.place_ids), group.kind, group.words))


def _waits_for(seen: Look, seats: dict[int, dict[str, list[str]]]) -> list[tuple[str, int]]:
    """Whose words wait: (author, in how many seats), the most first."""
    by_author: Counter[str] = Counter()
    for place_id, kinds in seats.items():
        waiting = [kind for kind, reasons in kinds.items() if rules.WAITS in reasons]
        by_author.update(_authors(seen, place_id, waiting))
    return sorted(by_author.items(), key=lambda one: (-one[1], one[0]))


def _authors(seen: Look, place_id: int, kinds: Iterable[str]) -> set[str]:
    parts = [part for kind in kinds for part in seen.parts[kind]]
    return {
        part.master.author.name
        for part in parts
        if (part.master.pk, place_id, part.format) not in seen.approved
    }


def _sentence(group: Group, of: int) -> str:
    kind = rules.KIND_WORDS[group.kind].capitalize()
    where = _where(group.place_ids, of)
    return f"{kind} {where}: {group.words}"


def _where(place_ids: Sequence[int], of: int) -> str:
    if len(place_ids) == of and of > 1:
        return f"in all {of:,} seats"
    return "in 1 seat" if len(place_ids) == 1 else f"in {len(place_ids):,} seats"


_kept: dict[int, tuple[float, Readiness]] = {}
_guards: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)


def lately(launch: Launch, at: datetime) -> Readiness:
    """As `problems`, at most five seconds old: for pages that ask again and again."""
    with _guards[launch.pk]:
        kept = _kept.get(launch.pk)
        if kept is not None and time.monotonic() - kept[0] < LATELY:
            return kept[1]
        found = problems(launch, at)
        _kept[launch.pk] = (time.monotonic(), found)
        return found


def forget(launch: Launch) -> None:
    """Something was done to it: the next look is a fresh one (in this process)."""
    _kept.pop(launch.pk, None)

"""Data breaches: written down whatever comes of them, with the Commissioner's clock (DP-33)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from muster.organisations import auditing
from muster.organisations.models import Member, Organisation
from muster.privacy import breach_rules as rules
from muster.privacy.models import Breach, BreachStep

OPENED, STEPPED = "breach written down", "breach taken on"


class CannotKeep(Exception):
    """Every reason the breach, or what was done about it, cannot be written down."""


@dataclass(frozen=True)
class Happened:
    """What Article 33 wants written down. `people`: about how many; None: not known yet."""

    found_at: datetime
    what: str
    affected: str
    people: int | None
    consequences: str
    measures: str


def write_down(
    organisation: Organisation, happened: Happened, *, by: Member, at: datetime
) -> Breach:
    """Start its clock. Raises `CannotKeep`."""
    problems = []
    if not happened.what.strip():
        problems.append("Write what happened.")
    if happened.found_at > at:
        problems.append("The moment you knew of it cannot be still to come.")
    if problems:
        raise CannotKeep(*problems)
    with transaction.atomic():
        breach = Breach.objects.create(
            organisation=organisation,
            found_at=happened.found_at,
            what=happened.what.strip(),
            affected=happened.affected.strip(),
            people=happened.people,
            consequences=happened.consequences.strip(),
            measures=happened.measures.strip(),
            by=by,
            at=at,
        )
        _note(OPENED, breach, by, at)
    return breach


def step(breach: Breach, what: str, *, words: str, by: Member, at: datetime) -> BreachStep:
    """Write down what was decided or done. Raises `CannotKeep`."""
    words = words.strip()
    with transaction.atomic():
        breach = Breach.objects.select_for_update().get(pk=breach.pk)
        if problem := rules.problem(what, words, standing_of(breach, at)):
            raise CannotKeep(problem)
        added = BreachStep.objects.create(
            organisation_id=breach.organisation_id,
            breach=breach,
            what=what,
            words=words,
            by=by,
            at=at,
        )
        _note(STEPPED, breach, by, at, what=what)
    return added


def standing_of(breach: Breach, at: datetime) -> rules.Standing:
    steps = sorted(breach.steps.all(), key=lambda step: step.pk)
    return rules.standing(breach.found_at, [(s.what, s.at) for s in steps], at)


def all_of(organisation: Organisation) -> QuerySet[Breach]:
    """Every one, the newest first: the Commissioner may ask to see them all."""
    found = Breach.objects.filter(organisation=organisation).select_related("organisation", "by")
    return found.prefetch_related("steps__by").order_by("-found_at")


def undecided(organisation: Organisation, at: datetime) -> list[rules.Standing]:
    """Those of which nobody decided yet whether the Commissioner is told."""
    found = [standing_of(breach, at) for breach in all_of(organisation)]
    return [each for each in found if not each.commissioner and not each.is_closed]


def report(breach: Breach, at: datetime) -> str:
    """A draft for the Commissioner, under the headings of Article 33(3); gaps say that they are."""
    now = standing_of(breach, at)
    gap = "(not known yet: we write again when it is)"
    about = f"about {breach.people:,}" if breach.people is not None else gap
    parts = [
        ("Who reports", f"{breach.organisation.name}; ask for {breach.by.name}"),
        ("When we became aware", _clock(breach, breach.found_at)),
        ("What happened", breach.what),
        ("Whose data, and which", breach.affected or gap),
        ("How many people", about),
        ("Likely consequences", breach.consequences or gap),
        ("What we did and shall do", breach.measures or gap),
        *((f"{_clock(breach, s.at)}: {s.what}", s.words) for s in breach.steps.all()),
    ]
    if now.left.total_seconds() < 0:
        parts.append(("Why this comes after 72 hours", "(write why: Article 33(1) wants it)"))
    return "\n\n".join(f"{heading}\n{words}" for heading, words in parts) + "\n"


def _clock(breach: Breach, at: datetime) -> str:
    there = at.astimezone(ZoneInfo(breach.organisation.time_zone))
    return f"{there.day} {there:%B %Y, %H:%M %Z}"


def _note(kind: str, breach: Breach, by: Member, at: datetime, **codes: str) -> None:
    about = ("breach", breach.pk)
    auditing.note(kind, breach.organisation, by=by, at=at, about=about, **codes)

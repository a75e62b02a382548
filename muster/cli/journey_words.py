"""What `muster journey` needs of the rooms, once Django is loaded: which, who, and in words."""

from collections.abc import Callable

from muster.lib.times import now
from muster.lib.words import counted
from muster.messaging.journeys import reading, rules, starting
from muster.messaging.journeys.models import Journey
from muster.messaging.journeys.trees import tree_of
from muster.organisations.models import Member
from muster.organisations.scoping import acting_for
from muster.places.scope import reach_of


class CannotDo(Exception):
    """Why nothing was done."""


REFUSALS = (CannotDo, starting.CannotStart)
ACTS: dict[str, Callable[..., Journey]] = {
    "start": starting.start,
    "pause": starting.pause,
    "go-on": starting.go_on,
    "end": starting.end,
}


def every_journey(slug: str) -> list[str]:
    """One line for each; of one organisation, if its slug is given."""
    found = Journey.objects.select_related("organisation").order_by("organisation", "pk")
    lines = []
    for journey in found.filter(organisation__slug=slug) if slug else found:
        with acting_for(journey.organisation_id):
            there, entered, goal = reading.counts_of([journey]).get(journey.pk, (0, 0, 0))
        lines.append(
            f"{journey.organisation}  {journey.name}: {journey.state}, {there:,} on it of"
            f" {entered:,} who entered, {goal:,} did what it is for"
        )
    return lines or ["There is no journey yet."]


def do(act: str, name: str, slug: str, email: str) -> list[str]:
    """Show it or act on it. Raises `CannotDo`, `CannotStart`."""
    journey = _called(name, slug)
    with acting_for(journey.organisation_id):
        if act == "show":
            return _shown(journey)
        by = _member(journey, email)
        ACTS[act](journey, by=by, at=now())
        return [f"{journey.name}: {journey.state}."]


def _called(name: str, slug: str) -> Journey:
    found = Journey.objects.filter(name__iexact=name).select_related("organisation", "unit")
    standing = list(found.filter(organisation__slug=slug) if slug else found)
    standing = [one for one in standing if one.ended_at is None] or standing
    if len(standing) != 1:
        wrong = "More than one journey is" if standing else "No journey is"
        raise CannotDo(f"{wrong} called {name}. `muster journey list` tells them all.")
    return standing[0]


def _member(journey: Journey, email: str) -> Member:
    members = Member.objects.filter(organisation=journey.organisation, ended_at=None)
    member = members.filter(user__email__iexact=email).first()
    if member is None:
        raise CannotDo(f"{email} is no member of {journey.organisation}.")
    if not reach_of(member, at=now()).may_everywhere("run journeys"):
        raise CannotDo(f"{member} may not run journeys for the whole organisation.")
    return member


def _shown(journey: Journey) -> list[str]:
    look = reading.look(journey)
    lines = [f"{journey.name}: {journey.state}, {look.there:,} on it of {look.entered:,}."]
    lines += [f"  {n:,}  {words}" for words, n in look.endings_in_words]
    for depth, step in tree_of(journey).listed():
        went = look.steps[step.id]
        here = f", {counted(went.waiting, 'person', 'people')} here" if went.waiting else ""
        side = f"{step.side}: " if step.side else ""
        lines.append(
            f"{'  ' * depth}- {side}{rules.KINDS[step.kind]}: {went.passed:,} passed{here}"
        )
    if journey.state != "ended":
        lines += starting.problems(journey, now())
    return lines

"""Journeys: which there are, how many people are where on one, and pausing it.

Starting one, or letting it go on, sends e-mails: people do that.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from muster.api import paging
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.api.problems import Problem
from muster.lib.times import now
from muster.messaging.journeys import reading, seeing, starting
from muster.messaging.journeys.models import Journey, Step
from muster.messaging.journeys.trees import tree_of

router = Router(tags=["Journeys"])


class JourneyOut(Schema):
    """What happens next for everyone who comes to its start. Numbers: people within reach."""

    code: UUID
    name: str = Field(examples=["Welcome"])
    unit: str | None = Field(examples=["Stroud"], description="Whose it is; none: head office's")
    state: str = Field(examples=["live"], description="draft, live, paused or ended")
    started_at: datetime | None
    there: int = Field(description="How many are on it now")
    entered: int = Field(description="How many ever entered")
    goal: int = Field(description="How many did what it is for")


class JourneysOut(Schema):
    """One page of journeys, in the order they were made."""

    journeys: list[JourneyOut]
    next: str | None


class StepOut(Schema):
    """One step, and how people went through it."""

    code: UUID
    kind: str = Field(examples=["wait"])
    depth: int = Field(description="0: the trunk; 1: on a side of a branch; and so on")
    side: str = Field(examples=["yes"], description="Of its branch; empty on the trunk")
    waiting: int = Field(description="How many stand there now")
    passed: int
    outcomes: dict[str, int] = Field(examples=[{"waited": 12}])
    letters: dict[str, int] = Field(description="E-mails by how they ended")
    acted: int = Field(description="After an ask: who acted within a week")


class LookOut(Schema):
    """A journey whole. `entered` is `there` and everyone in `endings`."""

    journey: JourneyOut
    endings: dict[str, int] = Field(examples=[{"goal": 2, "finished": 31}])
    steps: list[StepOut] = Field(description="As they are read and edited")


@router.get("/journeys", response=answers(JourneysOut), summary="List journeys")
@needs(seeing.SEES)
def journeys(request: KeyRequest, cursor: paging.Cursor = "", limit: paging.Limit = 100) -> Any:
    """The journeys the key reaches: head office's, and those of its units."""
    after = paging.read_number("journeys", cursor)
    found = seeing.visible(request.organisation, request.reach).filter(pk__gt=after)
    page = list(found.order_by("pk")[: limit + 1])
    ends = paging.written("journeys", page[limit - 1].pk) if len(page) > limit else None
    counts = reading.counts_of(page[:limit], request.reach.seats(seeing.SEES))
    told = [_journey(one, *counts.get(one.pk, (0, 0, 0))) for one in page[:limit]]
    return JourneysOut(journeys=told, next=ends)


@router.get("/journeys/{uuid:code}", response=answers(LookOut, 404), summary="Look at a journey")
@needs(seeing.SEES)
def one(request: KeyRequest, code: UUID) -> Any:
    """Its steps with how many wait at each and how it went; how people left it."""
    journey = _one(request, code)
    look = reading.look(journey, request.reach.seats(seeing.SEES))
    codes = dict(Step.objects.filter(journey=journey).values_list("pk", "code"))
    steps = [
        StepOut(
            code=codes[step.id],
            kind=step.kind,
            depth=depth,
            side=step.side,
            waiting=look.steps[step.id].waiting,
            passed=look.steps[step.id].passed,
            outcomes=look.steps[step.id].outcomes,
            letters=look.steps[step.id].letters,
            acted=look.steps[step.id].acted,
        )
        for depth, step in tree_of(journey).listed()
    ]
    told = _journey(journey, look.there, look.entered, look.goal)
    return LookOut(journey=told, endings=look.endings, steps=steps)


@router.post(
    "/journeys/{uuid:code}/pause",
    response=answers(JourneyOut, 404, 409),
    summary="Pause a journey",
)
@needs(seeing.RUN)
def pause(request: KeyRequest, code: UUID) -> Any:
    """Nobody takes another step until somebody lets it go on. Pausing twice is pausing once."""
    journey = _one(request, code, seeing.RUN)
    if not seeing.is_within(request.reach, journey.unit, seeing.RUN):
        raise Problem(403, "This journey is head office's, or another unit's.")
    paused = starting.pause(journey, by=request.member, at=now())
    if paused.state != "paused":
        raise Problem(
            409, f"Only a live journey can be paused: this one's state is {paused.state}."
        )
    counts = reading.counts_of([paused], request.reach.seats(seeing.RUN))
    return _journey(paused, *counts.get(paused.pk, (0, 0, 0)))


def _one(request: KeyRequest, code: UUID, permission: str = seeing.SEES) -> Journey:
    ours = seeing.visible(request.organisation, request.reach, permission)
    found: Journey = get_object_or_404(ours, code=code)
    return found


def _journey(journey: Journey, there: int, entered: int, goal: int) -> JourneyOut:
    return JourneyOut(
        code=journey.code,
        name=journey.name,
        unit=str(journey.unit) if journey.unit else None,
        state=journey.state,
        started_at=journey.started_at,
        there=there,
        entered=entered,
        goal=goal,
    )

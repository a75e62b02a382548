"""Merging the sure pairs, each in a transaction and asked again in its turn; undoing them all."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from muster.lib.times import now
from muster.organisations.models import Member
from muster.people.duplicates import likeness, matching, merging, unmerging
from muster.people.duplicates.knowing import known
from muster.people.duplicates.matching import ON_ITS_WAY
from muster.people.duplicates.models import MatchRun, Merge, Pair
from muster.people.duplicates.telling_runs import Stopped, Telling
from muster.people.duplicates.traits import traits_of
from muster.people.generating import Shows, quietly
from muster.people.models import Person


def merge_sure(run_id: int, *, progress: Shows = quietly) -> MatchRun:
    """Merge what is still sure. Safe to run again after a crash: pairs merged are pairs no more."""
    run = MatchRun.objects.select_related("organisation", "by").get(pk=run_id)
    if run.state not in ON_ITS_WAY:
        return run
    MatchRun.objects.filter(pk=run.pk, state__in=ON_ITS_WAY).update(
        state=MatchRun.State.RUNNING, started_at=run.started_at or now()
    )
    problem = ""
    try:
        _merge_all(run, progress)
    except Stopped:
        pass
    except merging.CannotMerge as refusal:
        problem = str(refusal)[:200]
    state = MatchRun.State.STOPPED if problem else MatchRun.State.FINISHED
    MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.RUNNING).update(
        state=state, problem=problem, finished_at=now()
    )
    run.refresh_from_db()
    return run


def sure_pairs(organisation_id: int, seats: list[int] | None) -> QuerySet[Pair]:
    """Open pairs that are sure, both of whom live in these seats (None: everywhere)."""
    pairs = Pair.objects.filter(organisation_id=organisation_id, is_sure=True, different_at=None)
    if seats is not None:
        pairs = pairs.filter(first__seat_id__in=seats, second__seat_id__in=seats)
    return pairs


def _merge_all(run: MatchRun, progress: Shows) -> None:
    pairs = sure_pairs(run.organisation_id, run.seats)
    last, total = 0, pairs.count()
    with progress("Merged", total) as shown:
        told = Telling(run, "merges", total, shown)
        while pair := pairs.filter(pk__gt=last).order_by("pk").first():
            last = pair.pk
            told.found(_merge_one(pair, run, now()), 0)
            told.add(1)
    MatchRun.objects.filter(pk=run.pk).update(left=told.done - told.new)


def _merge_one(pair: Pair, run: MatchRun, at: datetime) -> bool:
    """Asked again with what is known of both now. Raises `merging.CannotMerge`."""
    with transaction.atomic():
        both = Person.objects.select_for_update().filter(pk__in=[pair.first_id, pair.second_id])
        people = list(both.select_related("organisation").order_by("pk"))
        alike = compare_now(people)
        if alike is None or not alike.is_sure:
            Pair.objects.filter(pk=pair.pk).update(is_sure=False)
            return False
        kept, gone = merging.prefer(*people)
        merging.merge(kept, gone, by=run.by, at=at, levels=alike.levels, run_id=run.pk)
    return True


def begin_undoing(run: MatchRun, *, by: Member, at: datetime, queued: bool = True) -> MatchRun:
    """Undo every merge of one press. Pressing twice is pressing once."""
    with transaction.atomic():
        waiting = MatchRun.objects.filter(undoes=run, state__in=ON_ITS_WAY).first()
        if waiting:
            return waiting
        undoing = MatchRun.objects.create(
            organisation=run.organisation, kind=MatchRun.Kind.UNDO, undoes=run, by=by, asked_at=at
        )
        if queued:
            matching.queue(undoing)
    return undoing


def undo_merges(run_id: int, *, progress: Shows = quietly) -> MatchRun:
    """Undo them, the last first; `left` counts those that later merges stand before.

    Safe to run again after a crash.
    """
    run = MatchRun.objects.select_related("organisation", "by").get(pk=run_id)
    if run.state not in ON_ITS_WAY or run.by is None:
        return run
    MatchRun.objects.filter(pk=run.pk).update(
        state=MatchRun.State.RUNNING, started_at=run.started_at or now()
    )
    with suppress(Stopped):
        _undo_all(run, run.by, progress)
    MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.RUNNING).update(
        state=MatchRun.State.FINISHED, finished_at=now()
    )
    run.refresh_from_db()
    return run


def _undo_all(run: MatchRun, by: Member, progress: Shows) -> None:
    merges = Merge.objects.filter(run=run.undoes, undone_at=None)
    last, total = merges.order_by("-pk").values_list("pk", flat=True).first() or 0, merges.count()
    with progress("Undone", total) as shown:
        told = Telling(run, "merges", total, shown)
        while merged := merges.filter(pk__lte=last).order_by("-pk").first():
            last = merged.pk - 1
            with suppress(unmerging.CannotUndo):
                unmerging.undo(merged, by=by, at=now())
                told.found(1, 0)
            told.add(1)
    MatchRun.objects.filter(pk=run.pk).update(left=told.done - told.new)


def compare_now(people: list[Person]) -> likeness.Likeness | None:
    """How alike two people are by what is known of them at this moment."""
    if len(people) != 2:
        return None
    numbers = [person.pk for person in people]
    ready = [traits_of(k) for k in known(people[0].organisation_id, numbers)]
    return likeness.compare(*ready) if len(ready) == 2 else None

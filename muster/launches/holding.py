"""Holding one seat back, and letting it go: in force within a second, before Go and after."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from muster.actions import local_pages
from muster.launches import events, facts, local_words, overall, permitting, readiness, rechecking
from muster.launches.locking import fresh, lock_uploads, locked
from muster.launches.models import Item, Launch
from muster.launches.uploads import KINDS as UPLOADED
from muster.messaging import holding as messages
from muster.organisations.models import Member
from muster.places.models import Place
from muster.publishing import holding as publications

ARMED_ANEW = "It was armed or disarmed just now: look at it, then release it again."


class CannotHold(Exception):
    """Why it may not be held."""


class StaysHeld(Exception):
    """Why it cannot be let go; each argument is one reason."""


def hold(
    launch: Launch,
    place: Place,
    kinds: Collection[str] | None = None,
    *,
    by: Member,
    at: datetime,
    reason: str,
) -> int:
    """Let nothing more go out in this seat (of these kinds). Twice is once.

    What was handed over stays so; a live ad is paused, a live post stays, the page goes back to
    its general words. Returns how many items are held by it. Raises `CannotHold`.
    """
    launch = fresh(launch)
    if refused := permitting.problem_in(by, launch, "hold launches", place.pk, at):
        raise CannotHold(refused)
    with transaction.atomic():
        # The rooms beneath are asked first and always: they stop what a Go under way releases.
        put_back(launch, {place.pk: set(kinds or launch.kinds)}, by=by, at=at, reason=reason)
        open_ones = _items(launch, place, kinds).filter(held_at=None)
        held = list(open_ones.values_list("pk", "kind"))
        Item.objects.filter(pk__in=[pk for pk, _ in held]).update(
            held_at=at, held_by=by, held_reason=reason[:300]
        )
        told = [(place.pk, kind, reason) for _, kind in held]
        events.tell_of_items(launch, events.HELD, told, at=at, by=by, fact=facts.SEAT_HELD)
    readiness.forget(launch)
    return len(held)


def put_back(
    launch: Launch,
    kinds_of: dict[int, set[str]],
    *,
    by: Member,
    at: datetime,
    reason: str,
) -> None:
    """Have the rooms beneath hold these kinds in these places (ids)."""
    if launch.sending is not None and (mailed := _with("email", kinds_of)):
        messages.hold(launch.sending, mailed, by=by, at=at)
    for kind in UPLOADED:
        if launch.batch is not None and (places := _with(kind, kinds_of)):
            publications.hold(launch.batch, places, [kind], by=by, at=at, reason=reason)
    if launch.words is not None and (places := _with("page", kinds_of)):
        local_words.take_down(launch, places, at=at)


def let_go(
    launch: Launch,
    place: Place,
    kinds: Collection[str] | None = None,
    *,
    by: Member,
    at: datetime,
) -> int:
    """Release a hold: what was to go goes on where it was. Returns how many items. Twice is once.

    Once the launch is armed, everything is asked again as at Go. Raises `StaysHeld`.
    """
    launch = fresh(launch)
    if refused := permitting.problem_in(by, launch, "hold launches", place.pk, at):
        raise StaysHeld(refused)
    seal, failing = launch.seal, _failing(launch, place, at)
    with transaction.atomic():
        # A Go under way ends first: what it held itself is let go here, too, or refused.
        launch = locked(launch)
        if launch.seal != seal:
            raise StaysHeld(ARMED_ANEW)
        _refuse_what_fails(launch, _items(launch, place, kinds), failing)
        open_ones = _items(launch, place, kinds).exclude(kind__in=[kind for _, kind in failing])
        going = _let_go(launch, place, set(open_ones.values_list("kind", flat=True)), by, at)
        # Read only now that the rooms beneath are locked: a hold meanwhile is let go whole or not.
        held = list(_held(open_ones).filter(kind__in=going).values_list("pk", "kind"))
        ids = [pk for pk, _ in held]
        Item.objects.filter(pk__in=ids).update(held_at=None, held_by=None, held_reason="")
        told = [(place.pk, kind, "") for _, kind in held]
        events.tell_of_items(launch, events.LET_GO, told, at=at, by=by, fact=facts.SEAT_LET_GO)
    readiness.forget(launch)
    return len(held)


def _failing(launch: Launch, place: Place, at: datetime) -> rechecking.Found:
    """Whatever of the seat may not go now, held or not; before arming nothing is asked."""
    return rechecking.against(launch, at, only=[place.pk]) if launch.sealed_at else {}


def _refuse_what_fails(launch: Launch, items: QuerySet[Item], failing: rechecking.Found) -> None:
    held = set(_held(items).values_list("kind", flat=True))
    words = overall.problems_now(launch) if launch.sealed_at else []
    words += rechecking.in_words({key: why for key, why in failing.items() if key[1] in held})
    if words:
        raise StaysHeld(*words)


def _let_go(launch: Launch, place: Place, kinds: set[str], by: Member, at: datetime) -> set[str]:
    """Have the rooms beneath let these kinds go, held by us or not: no hold of theirs outlives
    ours. Each stays locked until the transaction ends. Returns which kinds that was."""
    if "email" in kinds and launch.sending is not None:
        messages.let_go(launch.sending, [place.pk], by=by, at=at)
    uploaded = kinds.intersection(UPLOADED)
    if uploaded and launch.batch is not None:
        lock_uploads(launch.batch, [place.pk], uploaded)
        publications.let_go(launch.batch, [place.pk], uploaded, by=by, at=at)
    if "page" in kinds and launch.words is not None and launch.went_at:
        page = Item.objects.filter(launch=launch, place=place, kind="page", live_at=None)
        if not page.exists():
            return kinds - {"page"}  # it is up; whoever takes it down meanwhile comes after us
        local_pages.put_live(launch.page, local_words.of(launch.words, [place.pk]), at=at)
        page.update(live_at=at)
    return kinds


def _held(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.filter(held_at__isnull=False)


def _items(launch: Launch, place: Place, kinds: Collection[str] | None) -> QuerySet[Item]:
    items = Item.objects.filter(launch=launch, place=place, withdrawn_at=None)
    return items if kinds is None else items.filter(kind__in=list(kinds))


def _with(kind: str, kinds_of: dict[int, set[str]]) -> list[int]:
    return _listed(place for place, kinds in kinds_of.items() if kind in kinds)


def _listed(places: Iterable[int]) -> list[int]:
    return sorted(places)

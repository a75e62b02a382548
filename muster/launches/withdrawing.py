"""Taking a seat out for good: what can be recalled is, and what cannot is counted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from muster.launches import events, facts, local_words, permitting, readiness
from muster.launches.locking import fresh, locked
from muster.launches.models import Item, Launch
from muster.launches.uploads import KINDS as UPLOADED
from muster.messaging import holding as messages
from muster.messaging.standing import NOBODY, seats_of
from muster.organisations.models import Member
from muster.places.models import Place
from muster.publishing import withdrawing as publications


class CannotWithdraw(Exception):
    """Why it may not be withdrawn."""


@dataclass(frozen=True)
class Withdrawn:
    """How many items were withdrawn, and how much of them cannot be recalled.

    `not_recallable` counts e-mails that were handed over or may have been, and posts and ads that
    people have seen.
    """

    items: int
    not_recallable: int


def withdraw(
    launch: Launch,
    place: Place,
    kinds: Collection[str] | None = None,
    *,
    by: Member,
    at: datetime,
    reason: str,
) -> Withdrawn:
    """Take this seat (or these kinds of it) out for good: before Go or after. Twice is once.

    Whoever still waited there is left out; a post is deleted, an ad ended, the page goes back to
    its general words. Raises `CannotWithdraw`.
    """
    launch = fresh(launch)
    if refused := permitting.problem_in(by, launch, "hold launches", place.pk, at):
        raise CannotWithdraw(refused)
    if not reason.strip():
        raise CannotWithdraw("Say why: it is for good, and the reason is kept.")
    with transaction.atomic():
        launch = locked(launch)
        items = Item.objects.filter(launch=launch, place=place, withdrawn_at=None)
        if kinds is not None:
            items = items.filter(kind__in=list(kinds))
        found = list(items.values_list("pk", "kind"))
        # The rooms beneath first, then our rows: as Go does, so that neither waits in a circle.
        gone = _beyond_recall(launch, place, [kind for _, kind in found], by, at, reason)
        Item.objects.filter(pk__in=[pk for pk, _ in found], withdrawn_at=None).update(
            withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason[:300], live_at=None
        )
        told = [(place.pk, kind, reason) for _, kind in found]
        events.tell_of_items(
            launch, events.WITHDRAWN, told, at=at, by=by, fact=facts.SEAT_WITHDRAWN
        )
    readiness.forget(launch)
    return Withdrawn(len(found), gone)


def _beyond_recall(
    launch: Launch, place: Place, kinds: list[str], by: Member, at: datetime, reason: str
) -> int:
    gone = 0
    if "email" in kinds and launch.sending is not None:
        messages.withdraw(launch.sending, [place.pk], by=by, at=at)
        seat = seats_of(launch.sending).get(place.pk, NOBODY)
        gone += seat.delivered + seat.uncertain
    uploaded = [kind for kind in kinds if kind in UPLOADED]
    if uploaded and launch.batch is not None:
        gone += publications.withdraw(
            launch.batch, [place.pk], uploaded, by=by, at=at, reason=reason
        )
    if "page" in kinds:
        local_words.take_down(launch, [place.pk], at=at)
    return gone

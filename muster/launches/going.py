"""Go: everything asked once more, what fails held seat by seat, and the rest let go at once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from muster.actions import local_pages
from muster.content import approving, masters
from muster.launches import (
    events,
    facts,
    local_words,
    overall,
    permitting,
    readiness,
    rechecking,
    rules,
)
from muster.launches.locking import fresh, locked
from muster.launches.models import Item, Launch
from muster.launches.parts import masters_of, parts_of
from muster.launches.uploads import KINDS as UPLOADED
from muster.messaging import arming as messages
from muster.messaging import holding as messages_holding
from muster.messaging.models import Sending
from muster.organisations.models import Member
from muster.publishing import holding as publications
from muster.publishing import releasing

HOLD = """
UPDATE launches_item i
   SET held_at = %(at)s, held_by_id = NULL, held_reason = found.reason
  FROM unnest(%(places)s::bigint[], %(kinds)s::text[], %(reasons)s::text[])
       AS found(place, kind, reason)
 WHERE i.launch_id = %(launch)s AND i.place_id = found.place AND i.kind = found.kind
   AND i.held_at IS NULL AND i.withdrawn_at IS NULL
"""
Reasons = Mapping[tuple[int, str], list[str]]


class CannotGo(Exception):
    """Why it may not go; each argument is one reason."""


def go(launch: Launch, *, by: Member, at: datetime) -> Launch:
    """Let everything go that may: every seat's e-mail, post, ad and page. Twice is once.

    Each item is asked again (`rechecking`); what fails is held with its reason, never the launch.
    Raises `CannotGo`.
    """
    launch = fresh(launch)
    if launch.went_at:
        return launch
    seal, found = launch.seal, rechecking.against(launch, at)
    with transaction.atomic():
        launch = locked(launch)
        if launch.went_at:
            return launch
        if reasons := _reasons_against(launch, by, seal, at):
            raise CannotGo(*reasons)
        for master in masters_of(launch):
            masters.seal(master, at=at)
        _release(launch, _with_approvals_asked_again(launch, found, at), by, at)
        launch.went_at, launch.went_by = at, by
        launch.save(update_fields=["went_at", "went_by"])
        events.tell(launch, events.WENT, at=at, by=by, fact=facts.LAUNCH_WENT)
    readiness.forget(launch)
    return launch


def _reasons_against(launch: Launch, by: Member, seal: str, at: datetime) -> list[str]:
    if not launch.sealed_at:
        return ["Two members must arm it first."]
    reasons = []
    if launch.seal != seal:
        reasons.append("It was disarmed and armed anew just now: look at it, then press again.")
    if launch.stopped_at:
        reasons.append("It was stopped: let it go on first.")
    if refused := permitting.problem(by, launch, "arm launches", at):
        reasons.append(refused)
    reasons += _armings_lost(launch, at)
    reasons += overall.problems_now(launch)
    if launch.sending is None or launch.sending.state == Sending.State.LAYING_OUT:
        reasons.append("Its messages are still being laid out: press again in a moment.")
    return reasons


def _armings_lost(launch: Launch, at: datetime) -> list[str]:
    """Those who armed it must still be those who may (SP-1)."""
    armings = permitting.armings_in_force(launch)
    lost = [
        f"{arming.by.name} armed it and may no longer: disarm it, and have another arm it."
        for arming in armings
        if permitting.problem(arming.by, launch, "arm launches", at)
    ]
    if launch.ad_budget and not permitting.may_spend([arming.by for arming in armings], at):
        lost.append("Nobody who armed it may authorise spending any more (SP-1).")
    return lost


def _with_approvals_asked_again(launch: Launch, found: Reasons, at: datetime) -> Reasons:
    """Somebody may have taken one back since. From here on they cannot: the masters are sealed."""
    approved = {
        (master.pk, place_id, made_as)
        for master in masters_of(launch)
        for place_id, made_as in approving.approved_cuts(master, at)
    }
    parts = parts_of(launch)
    again = dict(found)
    for place_id, kind in Item.objects.filter(launch=launch).values_list("place_id", "kind"):
        wanted = {(part.master.pk, place_id, part.format) for part in parts[kind]}
        if (place_id, kind) not in again and not wanted <= approved:
            again[place_id, kind] = [rules.LAPSED]
    return again


def _release(launch: Launch, found: Reasons, by: Member, at: datetime) -> None:
    """The rooms beneath first, our own rows last: in this order hold and withdraw lock, too."""
    items = Item.objects.filter(launch=launch)
    rows = list(items.values_list("place_id", "kind", "held_at", "withdrawn_at"))
    open_items = {(place, kind) for place, kind, held, gone in rows if not held and not gone}
    failing = {key: reasons for key, reasons in found.items() if key in open_items}
    going = open_items - set(failing)
    back = {(place, kind) for place, kind, *_ in rows} - going
    withdrawn = {place for place, kind, _, gone in rows if gone and kind == "email"}
    _mail(launch, _places(back, "email"), withdrawn, by, at)
    _publish(launch, back, failing, by, at)
    _open_pages(launch, _places(going, "page"), at)
    _hold(launch, failing, at)


def _hold(launch: Launch, failing: Reasons, at: datetime) -> None:
    asked = [(place, kind, " ".join(why)[:300]) for (place, kind), why in failing.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            HOLD,
            {
                "at": at,
                "launch": launch.pk,
                "places": [place for place, _, _ in asked],
                "kinds": [kind for _, kind, _ in asked],
                "reasons": [why for _, _, why in asked],
            },
        )
    events.tell_of_items(launch, events.HELD, asked, at=at, by=None, fact=facts.SEAT_HELD)


def _mail(
    launch: Launch,
    held: set[int],
    withdrawn: set[int],
    by: Member,
    at: datetime,
) -> None:
    assert launch.sending is not None
    messages.go(launch.sending, by=by, at=at, held=held)
    if withdrawn:
        messages_holding.withdraw(launch.sending, withdrawn, by=by, at=at)


def _publish(
    launch: Launch, back: set[tuple[int, str]], failing: Reasons, by: Member, at: datetime
) -> None:
    """Holds first, then all of the rest is released; letting one go suffices later."""
    if launch.batch is None:
        return
    for kind in UPLOADED:
        by_reason: dict[str, list[int]] = {}
        for place, each in back:
            if each == kind:
                why = " ".join(failing.get((place, kind), ["Held before Go."]))
                by_reason.setdefault(why, []).append(place)
        for why, places in by_reason.items():
            publications.hold(launch.batch, places, [kind], by=None, at=at, reason=why)
    releasing.release(launch.batch, by=by, at=at)


def _open_pages(launch: Launch, places: set[int], at: datetime) -> None:
    if launch.words is None or not places:
        return
    local_pages.put_live(launch.page, local_words.of(launch.words, places), at=at)
    pages = Item.objects.filter(launch=launch, kind="page", place__in=places)
    # Somebody may have held or withdrawn one while this ran: it goes down again at once.
    open_still = pages.filter(held_at=None, withdrawn_at=None).select_for_update(no_key=True)
    going = set(open_still.values_list("place_id", flat=True))
    if back := places - going:
        local_pages.take_down(launch.page, back, at=at)
    pages.filter(place__in=going).update(live_at=at)


def _places(keys: set[tuple[int, str]], kind: str) -> set[int]:
    return {place for place, each in keys if each == kind}

"""Arming: two members, each with a fresh second factor; the second one's word seals it."""

from datetime import datetime

from django.db import transaction

from muster.launches import events, facts, lawful, permitting, readiness, rules, sealing
from muster.launches.locking import fresh, locked
from muster.launches.looking import Look, look
from muster.launches.models import Arming, Item, Launch
from muster.launches.rehearsing import is_rehearsed
from muster.messaging import arming as messages
from muster.organisations.models import Member

CHANGED = "Something changed since they armed it."
MAY_NO_LONGER = "They may no longer arm it."


class CannotArm(Exception):
    """Why it cannot be armed or disarmed; each argument is one reason."""


def arm(launch: Launch, *, by: Member, at: datetime, proved_at: datetime | None) -> Launch:
    """Say that it may go as it stands. The second member to say so of the same content seals it.

    `proved_at` is when they last gave their second factor; a demonstration has none (None).
    Everything must be ready, but for what is held or withdrawn. An earlier arming of other
    content, or of more than a day ago, lapses. The messages are laid out at once, each with its
    turn.
    Raises `CannotArm` with every reason.
    """
    launch = fresh(launch)
    seen = look(launch, at, rehash=True)
    with transaction.atomic():
        launch = locked(launch)
        seals, seal = _to_be_sealed(launch, seen, at)
        if reasons := _reasons_against(launch, seen, by, at, proved_at):
            raise CannotArm(*reasons)
        Arming.objects.create(launch=launch, by=by, at=at, proved_at=proved_at or at, seal=seal)
        events.tell(launch, events.ARMED, at=at, by=by, fact=facts.LAUNCH_ARMED)
        if len(permitting.armings_in_force(launch)) == 2:
            _seal(launch, seen, seals, seal, by, at)
    readiness.forget(launch)
    return launch


def _to_be_sealed(launch: Launch, seen: Look, at: datetime) -> tuple[sealing.Seals, str]:
    """What this arming is of. Whoever is the first to arm it sets the ceilings."""
    if not launch.sealed_at:
        sealing.read_ceilings(launch, seen)  # the other may have armed it since we looked
        seal = sealing.seal_over(launch, sealing.seals_of(seen))
        _let_others_lapse(launch, seal, at)
        if not permitting.armings_in_force(launch):
            sealing.set_ceilings(launch, seen)
    seals = sealing.seals_of(seen)
    return seals, sealing.seal_over(launch, seals)


def _let_others_lapse(launch: Launch, seal: str, at: datetime) -> None:
    """Whoever armed other content, or too long ago, or may no longer arm, has not armed this."""
    for arming in permitting.armings_in_force(launch):
        if why := _why_it_lapses(arming, launch, seal, at):
            arming.withdrawn_at = at
            arming.save(update_fields=["withdrawn_at"])
            events.tell(launch, events.ARMING_LAPSED, at=at, by=arming.by, reason=why)


def _why_it_lapses(arming: Arming, launch: Launch, seal: str, at: datetime) -> str:
    if permitting.problem(arming.by, launch, "arm launches", at):
        return MAY_NO_LONGER
    if arming.seal != seal:
        return CHANGED
    return rules.problem_of_age(arming.by.name, arming.at, at)


def _reasons_against(
    launch: Launch, seen: Look, by: Member, at: datetime, proved_at: datetime | None
) -> list[str]:
    if launch.went_at or launch.sealed_at:
        return ["It went out already." if launch.went_at else "It is armed already."]
    if launch.put_away_at:
        return ["It was put away: take it out again first."]
    armed = permitting.armings_in_force(launch)
    brief = rules.ArmingBrief(
        may_arm=permitting.problem(by, launch, "arm launches", at),
        proved_at=proved_at,
        needs_proof=not launch.organisation.is_demonstration,
        has_armed_already=any(arming.by_id == by.pk for arming in armed),
        is_second=bool(armed),
        has_budget=bool(launch.ad_budget),
        one_may_spend=permitting.may_spend([by, *(arming.by for arming in armed)], at),
        is_rehearsed=is_rehearsed(launch),
        problems=readiness.of_look(seen).in_words(),
    )
    return rules.problems_before_arming(brief, at)


def _seal(
    launch: Launch, seen: Look, seals: sealing.Seals, seal: str, by: Member, at: datetime
) -> None:
    going = {
        key: seal
        for key, seal in seals.items()
        if not rules.problems_of(seen.brief(*key, sealed=None))
    }
    sealing.keep(launch, going)
    launch.sending = messages.arm(launch.message, by=by, at=at)
    launch.sealed_at, launch.seal, launch.law = at, seal, lawful.digest_on(at)
    launch.save(update_fields=["sending", "sealed_at", "seal", "law"])
    events.tell(launch, events.SEALED, at=at, by=by, reason=seal[:8])


def disarm(launch: Launch, *, by: Member, at: datetime, reason: str = "") -> Launch:
    """Take the arming back: it cannot go until two have armed it again. Twice is once.

    Raises `CannotArm` once it went.
    """
    with transaction.atomic():
        launch = locked(launch)
        if launch.went_at:
            raise CannotArm("It went out already: press Stop all to keep the rest back.")
        if refused := permitting.problem(by, launch, "arm launches", at):
            raise CannotArm(refused)
        withdrawn = launch.armings.filter(withdrawn_at=None).update(withdrawn_at=at)
        if not withdrawn and not launch.sealed_at:
            return launch
        if launch.sending is not None:
            messages.disarm(launch.sending, by=by, at=at)
        launch.sending, launch.sealed_at, launch.seal = None, None, ""
        launch.save(update_fields=["sending", "sealed_at", "seal"])
        Item.objects.filter(launch=launch).update(sealed="", ceiling=None)
        events.tell(
            launch, events.DISARMED, at=at, by=by, reason=reason, fact=facts.LAUNCH_DISARMED
        )
    readiness.forget(launch)
    return launch

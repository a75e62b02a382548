"""What comes of what came back, by the table in docs/decisions/bounces.md."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from muster.journal import journal
from muster.lib.bounces import Kind
from muster.messaging import facts
from muster.messaging.bounce_rules import EFFECT_OF, FAILED_DAYS, Effect, rests_until
from muster.messaging.models import Delivery, Sending
from muster.messaging.returns import finding
from muster.messaging.returns.models import Rest, Return
from muster.people import suppressing
from muster.people.duplicates import merging
from muster.people.models import Channel, ContactPoint, Person

COUNTED = [kind.value for kind, effect in EFFECT_OF.items() if effect is Effect.COUNT]
NO_NEWS = timedelta(days=3)  # without which a message that was handed over has arrived
COMPLAINED = "complained"
MOST_AT_ONCE = 500


def act(came_back: Return, *, at: datetime) -> None:
    """Do what it does to the address or the person, once; within a transaction."""
    if came_back.acted_at:
        return
    kind = Kind(came_back.kind)
    person = came_back.person
    if person is not None:
        if came_back.point is None:
            came_back.point = finding.point_of(person, [])
        _tell(came_back, person, facts.MESSAGE_CAME_BACK)
        EFFECTS.get(EFFECT_OF[kind], _nothing)(came_back, person, at)
    came_back.acted_at = at
    came_back.save(update_fields=["point", "acted_at"])


def act_on_waiting(organisation_id: int, at: datetime) -> bool:
    """Do what comes of what mail servers answered at the moment of sending. True: more waits."""
    waiting = Return.objects.filter(organisation=organisation_id, acted_at=None).order_by("id")
    ids = list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in ids:
        with transaction.atomic():
            whose = Return.objects.filter(pk=pk).values("person")
            points = ContactPoint.objects.filter(person__in=whose).order_by("id")
            list(points.select_for_update())
            one = Return.objects.select_for_update(of=("self",)).get(pk=pk)
            act(one, at=one.at)
    return len(ids) == MOST_AT_ONCE


def _stop(came_back: Return, person: Person, at: datetime) -> None:
    """Nobody is there: no more mail to this address, until the person gives it anew."""
    point = came_back.point
    if point is None or point.state == ContactPoint.State.DEAD:
        return
    point.state = ContactPoint.State.DEAD
    point.save(update_fields=["state"])
    _tell(came_back, person, facts.ADDRESS_STOPPED)


def _count(came_back: Return, person: Person, at: datetime) -> None:
    """Towards a rest. What is never decided here is to stop for good."""
    point = came_back.point
    if point is None or point.state == ContactPoint.State.DEAD:
        return
    if Rest.objects.filter(point=point, until__gt=at).exists():
        return
    zone = ZoneInfo(person.organisation.time_zone)
    failures = _failures(point, at)
    rested = Rest.objects.filter(point=point)
    if len({f.astimezone(zone).date() for f in failures}) < FAILED_DAYS and not rested.exists():
        return
    arrived = _last_arrived(person, failures, at)
    since = [f for f in failures if arrived is None or f > arrived]
    before = rested.filter(began_at__gt=arrived) if arrived else rested
    until = rests_until(
        {f.astimezone(zone).date() for f in since},
        last_failed_at=at.astimezone(zone),
        rests_before=before.count(),
    )
    if until is None:
        return
    Rest.objects.create(
        organisation_id=came_back.organisation_id,
        person=person,
        point=point,
        began_at=at,
        until=until,
    )
    point.state = ContactPoint.State.BOUNCING
    point.save(update_fields=["state"])
    _tell(came_back, person, facts.ADDRESS_RESTS)


def _complain(came_back: Return, person: Person, at: datetime) -> None:
    """As if they had unsubscribed, at once (DP-21)."""
    suppressing.suppress_person(
        person,
        reason=COMPLAINED,
        at=at,
        channels=(Channel.EMAIL.value,),
        source="Called a message spam",
    )
    _tell(came_back, person, facts.COMPLAINED)


def _nothing(came_back: Return, person: Person, at: datetime) -> None:
    """The sending account's trouble: it is shown with the sending, and nobody is stopped."""


EFFECTS = {Effect.STOP: _stop, Effect.COUNT: _count, Effect.SUPPRESS: _complain}


def _failures(point: ContactPoint, at: datetime) -> list[datetime]:
    """When this address failed for reasons that pass, of late, the present one among them."""
    failed = Return.objects.filter(point=point, kind__in=COUNTED, at__lte=at)
    recent = failed.filter(at__gt=at - timedelta(days=120)).order_by("-at")
    return [*recent.values_list("at", flat=True)[:1000], at]


def _last_arrived(person: Person, failures: list[datetime], at: datetime) -> datetime | None:
    """When a message last reached them: handed over, and no news of it for days."""
    sent = Sending.objects.filter(organisation_id=person.organisation_id, is_rehearsal=False)
    recent = sent.filter(month__gte=(min(failures) - timedelta(days=31)).date())
    months = dict(recent.values_list("pk", "month"))
    returned = Return.objects.filter(person=person, sending__in=list(months))
    delivered = Delivery.objects.filter(
        month__in=set(months.values()),
        sending_id__in=list(months),
        person_id__in=merging.numbers_of(person),
        state=Delivery.State.DELIVERED,
        ended_at__lt=at - NO_NEWS,
    ).exclude(sending_id__in=list(returned.values_list("sending_id", flat=True)))
    return delivered.order_by("-ended_at").values_list("ended_at", flat=True).first()


def _tell(came_back: Return, person: Person, fact: str) -> None:
    about = ("sending", came_back.sending_id) if came_back.sending_id else None
    journal.record(
        fact,
        came_back.organisation,
        at=came_back.at,
        person_id=person.pk,
        place_id=person.seat_id,
        about=about,
        channel="email",
        kind_of_return=came_back.kind,
        status=came_back.status,
    )

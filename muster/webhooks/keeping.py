"""Subscriptions: made, paused, gone on with and ended, each with who did it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from muster.channels import webhooks as port
from muster.journal import reading
from muster.organisations import auditing
from muster.organisations.models import Member, Organisation, Unit
from muster.webhooks.kinds import KINDS
from muster.webhooks.models import Subscription
from muster.webhooks.signatures import fresh_secret

OLD_SECRET_FOR = timedelta(hours=24)
MOST = 20
"""Subscriptions of one organisation that stand at a time."""


class CannotSubscribe(Exception):
    """Every reason the webhook cannot be made, in words."""


@dataclass(frozen=True)
class Asked:
    """A webhook somebody wants: see `Subscription`."""

    name: str
    url: str
    kinds: frozenset[str]
    with_people: bool = False
    unit: Unit | None = None


def subscribe(
    organisation: Organisation, asked: Asked, *, by: Member, at: datetime
) -> Subscription:
    """Tell an address of what happens from now on. Raises `CannotSubscribe`."""
    if problems := _problems(organisation, asked):
        raise CannotSubscribe(*problems)
    with transaction.atomic():
        made = Subscription.objects.create(
            organisation=organisation,
            name=asked.name.strip(),
            url=asked.url.strip(),
            kinds=sorted(asked.kinds),
            with_people=asked.with_people,
            unit=asked.unit,
            secret=fresh_secret(),
            made_by=by,
            made_at=at,
            read_xid=reading.here().xid,
        )
        _note("webhook made", made, by, at, kinds=made.kinds, with_people=made.with_people)
    return made


def pause(subscription: Subscription, *, by: Member | None, why: str, at: datetime) -> None:
    """Tell it nothing until somebody goes on; what happens meanwhile waits. Twice is once."""
    with transaction.atomic():
        if _settle(subscription, {"paused_at": None}, paused_at=at, paused_by=by, paused_why=why):
            _note("webhook paused", subscription, by, at, reason=why)


def go_on(subscription: Subscription, *, by: Member, at: datetime) -> None:
    """Tell it again, what happened meanwhile first. What was given up stays so: replay it."""
    with transaction.atomic():
        fresh = {"paused_at": None, "paused_by": None, "paused_why": "", "failing_since": None}
        if _settle(subscription, {"paused_at__isnull": False}, **fresh):
            waiting = subscription.deliveries.waiting()
            waiting.update(due_at=at, begun_at=at, tries=0)
            _note("webhook gone on with", subscription, by, at)


def end(subscription: Subscription, *, by: Member, at: datetime) -> None:
    """Tell it nothing ever again."""
    with transaction.atomic():
        if _settle(subscription, {}, ended_at=at, ended_by=by, secret=""):
            _note("webhook ended", subscription, by, at)


def another_secret(subscription: Subscription, *, by: Member, at: datetime) -> str:
    """A new secret; the old one signs beside it for a day, so that nothing is turned away."""
    secret = fresh_secret()
    with transaction.atomic():
        held = Subscription.objects.select_for_update().get(pk=subscription.pk)
        held.old_secret, held.old_until = held.secret, at + OLD_SECRET_FOR
        held.secret = secret
        held.save(update_fields=["secret", "old_secret", "old_until"])
        _note("webhook secret changed", held, by, at)
    return secret


def _settle(subscription: Subscription, only: dict[str, object], **fields: object) -> bool:
    """Change it if it stands as `only` says; one that ended stays as it is."""
    found = Subscription.objects.filter(pk=subscription.pk, ended_at=None, **only)
    is_changed = bool(found.update(**fields))
    subscription.refresh_from_db()
    return is_changed


def _note(
    kind: str,
    subscription: Subscription,
    by: Member | None,
    at: datetime,
    *,
    reason: str = "",
    **codes: object,
) -> None:
    about = ("webhook", subscription.pk)
    auditing.note(
        kind, subscription.organisation, by=by, at=at, about=about, reason=reason, **codes
    )


def _problems(organisation: Organisation, asked: Asked) -> list[str]:
    problems = []
    if not asked.name.strip():
        problems.append("Name the program that is told.")
    if not asked.kinds or not asked.kinds <= KINDS.keys():
        problems.append("Choose what it is told of.")
    if asked.unit is not None and asked.unit.organisation_id != organisation.pk:
        problems.append("Choose a unit of your own organisation.")
    try:
        port.check(asked.url.strip(), only_loopback=organisation.is_demonstration)
    except port.NotAllowed as refusal:
        problems.append(_in_words(str(refusal), organisation))
    if Subscription.objects.filter(organisation=organisation, ended_at=None).count() >= MOST:
        problems.append(f"There are {MOST} webhooks already: end one first.")
    return problems


def _in_words(refusal: str, organisation: Organisation) -> str:
    if organisation.is_demonstration:
        return f"{refusal} A demonstration tells this machine only: http://127.0.0.1:…"
    return f"{refusal} A webhook goes to https://…, on the open internet."

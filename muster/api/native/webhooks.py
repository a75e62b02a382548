"""Webhooks: how each stands, what it was told, and telling it again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from muster.api import paging
from muster.api.asking import answers, needs
from muster.api.gate import KeyRequest
from muster.api.problems import Problem
from muster.lib.times import now
from muster.webhooks import replaying, rules
from muster.webhooks.models import Attempt, Delivery, Subscription

router = Router(tags=["Webhooks"])


class WebhookOut(Schema):
    """A program that is told. Made and paused in Settings → Webhooks."""

    code: UUID
    name: str = Field(examples=["Our data warehouse"])
    url: str = Field(examples=["https://hooks.example.org/muster"])
    types: list[str] = Field(examples=[["consent_withdrawn"]])
    with_people: bool
    paused_at: datetime | None
    paused_why: str
    failing_since: datetime | None


class WebhooksOut(Schema):
    """Every webhook that stands."""

    webhooks: list[WebhookOut]


class AttemptOut(Schema):
    """One try to tell."""

    at: datetime
    status: int | None = Field(description="What was answered; none: no answer came")
    ms: int
    words: str


class DeliveryOut(Schema):
    """One fact told, or to be told."""

    code: UUID
    webhook_id: str = Field(examples=["msg_5a1c1f0e6d1e4b579d7e3f7f0c3d9a11"])
    type: str = Field(examples=["consent_withdrawn"])
    happened_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    gave_up_at: datetime | None
    attempts: list[AttemptOut]


class DeliveriesOut(Schema):
    """One page of deliveries, the newest first."""

    deliveries: list[DeliveryOut]
    next: str | None


class Span(Schema):
    """A span of time."""

    since: datetime = Field(examples=["2026-05-04T09:00:00Z"])
    until: datetime = Field(examples=["2026-05-04T12:00:00Z"])


class Replayed(Schema):
    """How many facts are told again."""

    number: int


@router.get("/webhooks", response=answers(WebhooksOut), summary="List webhooks")
@needs("keep webhooks", everywhere=True)
def webhooks(request: KeyRequest) -> Any:
    """Every webhook, with how it stands."""
    return WebhooksOut(webhooks=[_webhook(webhook) for webhook in _ours(request)])


@router.get(
    "/webhooks/{uuid:code}/deliveries",
    response=answers(DeliveriesOut, 404),
    summary="List a webhook's deliveries",
)
@needs("keep webhooks", everywhere=True)
def deliveries(
    request: KeyRequest, code: UUID, cursor: paging.Cursor = "", limit: paging.Limit = 100
) -> Any:
    """What it was told and is to be told, the newest first, with every try."""
    webhook = get_object_or_404(_ours(request), code=code)
    found = webhook.deliveries.order_by("-pk").prefetch_related(
        Prefetch("attempts", Attempt.objects.order_by("at"), to_attr="tried")
    )
    if before := paging.read_number("deliveries", cursor):
        found = found.filter(pk__lt=before)
    page = list(found[: limit + 1])
    ends = paging.written("deliveries", page[limit - 1].pk) if len(page) > limit else None
    return DeliveriesOut(deliveries=[_delivery(d) for d in page[:limit]], next=ends)


@router.post(
    "/webhooks/{uuid:code}/deliveries/{uuid:delivery}/replay",
    response=answers(Replayed, 404, 409),
    summary="Tell one thing again",
)
@needs("keep webhooks", everywhere=True)
def replay(request: KeyRequest, code: UUID, delivery: UUID) -> Any:
    """Send one delivery again within seconds. Its `webhook-id` stays the same."""
    webhook = get_object_or_404(_ours(request), code=code)
    replaying.replay(get_object_or_404(webhook.deliveries, code=delivery), at=now())
    return Replayed(number=1)


@router.post(
    "/webhooks/{uuid:code}/replay",
    response=answers(Replayed, 404, 409),
    summary="Tell a span of time again",
)
@needs("keep webhooks", everywhere=True)
def replay_span(request: KeyRequest, code: UUID, asked: Span) -> Any:
    """Tell again everything it may hear of between two instants, 50,000 facts at most."""
    webhook = get_object_or_404(_ours(request), code=code)
    since, until = paging.with_zone(asked.since), paging.with_zone(asked.until)
    try:
        number = replaying.replay_span(
            webhook, since=since, until=until, by=request.member, at=now()
        )
    except replaying.CannotReplay as refusal:
        raise Problem(422, str(refusal)) from refusal
    return Replayed(number=number)


def _ours(request: KeyRequest) -> Any:
    ours = Subscription.objects.filter(organisation=request.organisation, ended_at=None)
    return ours.select_related("organisation", "made_by", "unit").order_by("pk")


def _webhook(webhook: Subscription) -> WebhookOut:
    return WebhookOut(
        code=webhook.code,
        name=webhook.name,
        url=webhook.url,
        types=[rules.type_of(kind) for kind in webhook.kinds],
        with_people=webhook.with_people,
        paused_at=webhook.paused_at,
        paused_why=webhook.paused_why,
        failing_since=webhook.failing_since,
    )


def _delivery(delivery: Delivery) -> DeliveryOut:
    tried: list[Attempt] = delivery.tried  # type: ignore[attr-defined]
    return DeliveryOut(
        code=delivery.code,
        webhook_id=f"msg_{delivery.code.hex}",
        type=rules.type_of(delivery.kind),
        happened_at=delivery.fact_at,
        due_at=delivery.due_at,
        delivered_at=delivery.delivered_at,
        gave_up_at=delivery.gave_up_at,
        attempts=[AttemptOut(at=a.at, status=a.status, ms=a.ms, words=a.words) for a in tried],
    )

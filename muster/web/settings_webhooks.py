"""Settings: the programs elsewhere that are told what happens here."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.words import counted
from muster.web.members import MemberRequest, member_may
from muster.web.webhook_forms import SpanForm, WebhookForm
from muster.webhooks import keeping, replaying
from muster.webhooks.kinds import KINDS
from muster.webhooks.models import Attempt, Delivery, Subscription

in_charge = member_may("keep webhooks", everywhere=True)
SHOWN = 50


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    found = list(_ours(request).filter(ended_at=None).order_by("name"))
    context = {
        "webhooks": found,
        "paused": [webhook for webhook in found if webhook.paused_at],
        "here": "webhooks",
    }
    return render(request, "web/settings/webhooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def make(request: MemberRequest) -> HttpResponse:
    form = WebhookForm(request.POST or None, organisation=request.organisation)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            made = keeping.subscribe(
                request.organisation, form.asked(), by=request.member, at=timezone.now()
            )
        except keeping.CannotSubscribe as problems:
            refusal = problems
        else:
            return _show_secret(request, made, made.secret)
    context = {"form": form, "refusal": refusal, "here": "webhooks"}
    return render(request, "web/settings/webhook_make.html", context)


@require_safe
@in_charge
def show(request: MemberRequest, code: str) -> HttpResponse:
    return _page(request, _one(request, code), SpanForm())


@require_POST
@in_charge
def pause(request: MemberRequest, code: str) -> HttpResponse:
    webhook = _one(request, code)
    keeping.pause(webhook, by=request.member, why="By hand.", at=timezone.now())
    messages.success(request, f"{webhook.name} is told nothing. What happens meanwhile waits.")
    return redirect("settings:webhook", code=code)


@require_POST
@in_charge
def go_on(request: MemberRequest, code: str) -> HttpResponse:
    webhook = _one(request, code)
    keeping.go_on(webhook, by=request.member, at=timezone.now())
    messages.success(request, f"{webhook.name} is told again, what waited first.")
    return redirect("settings:webhook", code=code)


@require_POST
@in_charge
def end(request: MemberRequest, code: str) -> HttpResponse:
    webhook = _one(request, code)
    keeping.end(webhook, by=request.member, at=timezone.now())
    messages.success(request, f"{webhook.name} is told nothing any more.")
    return redirect("settings:webhooks")


@require_POST
@in_charge
def another_secret(request: MemberRequest, code: str) -> HttpResponse:
    webhook = _one(request, code)
    secret = keeping.another_secret(webhook, by=request.member, at=timezone.now())
    return _show_secret(request, webhook, secret)


@require_POST
@in_charge
def replay(request: MemberRequest, code: str, delivery: str) -> HttpResponse:
    found = get_object_or_404(_one(request, code).deliveries, code=delivery)
    replaying.replay(found, at=timezone.now())
    messages.success(request, "It is sent again within seconds.")
    return redirect("settings:webhook", code=code)


@require_POST
@in_charge
def replay_span(request: MemberRequest, code: str) -> HttpResponse:
    webhook, form = _one(request, code), SpanForm(request.POST)
    if not form.is_valid():
        return _page(request, webhook, form)
    try:
        number = replaying.replay_span(
            webhook, **form.cleaned_data, by=request.member, at=timezone.now()
        )
    except replaying.CannotReplay as refusal:
        return _page(request, webhook, form, refusal)
    messages.success(request, f"{counted(number, 'fact is', 'facts are')} told again.")
    return redirect("settings:webhook", code=code)


def _ours(request: MemberRequest) -> QuerySet[Subscription]:
    ours = Subscription.objects.filter(organisation=request.organisation)
    return ours.select_related("made_by", "unit", "paused_by")


def _one(request: MemberRequest, code: str) -> Subscription:
    return get_object_or_404(_ours(request).filter(ended_at=None), code=code)


def _show_secret(request: MemberRequest, webhook: Subscription, secret: str) -> HttpResponse:
    context = {"webhook": webhook, "secret": secret, "here": "webhooks"}
    return render(request, "web/settings/webhook_secret.html", context)


def _page(
    request: MemberRequest,
    webhook: Subscription,
    form: SpanForm,
    refusal: Exception | None = None,
) -> HttpResponse:
    now = timezone.now()
    latest = webhook.deliveries.order_by("-fact_id").prefetch_related(
        Prefetch("attempts", Attempt.objects.order_by("-at"), to_attr="tried")
    )
    day = webhook.deliveries.filter(delivered_at__gt=now - timedelta(days=1))
    context = {
        "webhook": webhook,
        "kinds": [KINDS.get(kind, kind) for kind in webhook.kinds],
        "lines": [_line(delivery) for delivery in latest[:SHOWN]],
        "delivered": day.count(),
        "waiting": webhook.deliveries.waiting().count(),
        "form": form,
        "refusal": refusal,
        "here": "webhooks",
    }
    return render(request, "web/settings/webhook.html", context)


def _line(delivery: Delivery) -> dict[str, object]:
    tried: list[Attempt] = delivery.tried  # type: ignore[attr-defined]
    if delivery.delivered_at:
        state, words = "ready", "Arrived"
    elif delivery.gave_up_at:
        state, words = "failed", "Given up"
    else:
        state, words = "waiting", "Waits"
    return {
        "delivery": delivery,
        "what": KINDS.get(delivery.kind, delivery.kind),
        "state": state,
        "words": words,
        "tried": tried,
        "last": tried[0] if tried else None,
    }


urlpatterns = [
    path("webhooks/", listing, name="webhooks"),
    path("webhooks/make", make, name="webhook_make"),
    path("webhooks/<uuid:code>", show, name="webhook"),
    path("webhooks/<uuid:code>/pause", pause, name="webhook_pause"),
    path("webhooks/<uuid:code>/go-on", go_on, name="webhook_go_on"),
    path("webhooks/<uuid:code>/end", end, name="webhook_end"),
    path("webhooks/<uuid:code>/secret", another_secret, name="webhook_secret"),
    path("webhooks/<uuid:code>/replay", replay_span, name="webhook_replay_span"),
    path("webhooks/<uuid:code>/replay/<uuid:delivery>", replay, name="webhook_replay"),
]

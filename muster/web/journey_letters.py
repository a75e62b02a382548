"""The e-mails that journeys send: written, shown, tried, approved."""

import contextlib
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages as toasts
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.channels.domains.keeping import offered
from muster.content import approving, checking, cutting, masters
from muster.lib.times import now
from muster.messaging import drafting, trying
from muster.messaging.journeys import starting
from muster.messaging.journeys.models import Step
from muster.messaging.models import Message
from muster.web import composer
from muster.web.composer_saved import pressed
from muster.web.headers import with_pictures
from muster.web.journey_reach import SEES
from muster.web.members import MemberRequest, member_may
from muster.web.message_forms import JourneyLetterForm, WordsForm
from muster.web.message_show import preview_of
from muster.web.message_words import (
    FIELDS,
    GMAIL_CLIPS,
    finished,
    typed_so_far,
    written_so_far,
)

HOLDS = {"30": "a month", "91": "three months", "365": "a year"}
OF_EVERYBODY = {"{seat}", "{date}", "{first_name|friend}", "{link}"}
"""The fields that can be filled wherever somebody lives."""


def letters_for(request: MemberRequest) -> QuerySet[Message]:
    ours = Message.objects.filter(organisation=request.organisation, goes_with_journey=True)
    return ours.select_related("master__author", "page", "account", "sender", "organisation")


@require_safe
@member_may(SEES)
def listing(request: MemberRequest) -> HttpResponse:
    """Every e-mail of journeys, whether it may go out, and which journeys send it."""
    at = now()
    steps = Step.objects.filter(
        organisation=request.organisation, kind__in=["send", "ask"], removed_at=None
    ).select_related("journey")
    senders: dict[int, list[str]] = {}
    for step in steps:
        senders.setdefault(step.definition["message"], []).append(step.journey.name)
    lines = [
        {
            "letter": letter,
            "approval": approving.approval_in_force(letter.master, at),
            "journeys": sorted(set(senders.get(letter.pk, []))),
        }
        for letter in letters_for(request).order_by("master__name")
    ]
    context = {"lines": lines, "may_write": request.reach.may_everywhere("write content")}
    return render(request, "web/journeys/letters.html", context)


@require_safe
@member_may(SEES)
def show(request: MemberRequest, id: int) -> HttpResponse:
    return _answer(request, _letter(request, id))


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("write content", everywhere=True)
def write(request: MemberRequest) -> HttpResponse:
    senders = offered(request.organisation, request.reach)
    form = JourneyLetterForm(
        request.organisation, finished(request), senders=senders, initial=typed_so_far(request)
    )
    if form.is_valid():
        words = form.words(composer.typed(request.POST))
        try:
            message = drafting.draft_for_journeys(
                request.organisation, words, by=request.member, at=now(), **form.chosen()
            )
        except masters.CannotWrite as refusal:
            return _written(request, form, refusal=refusal, status=409)
        return redirect("journeys:letter", id=message.pk)
    return _written(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("write content", everywhere=True)
def change(request: MemberRequest, id: int) -> HttpResponse:
    """Put other words in place; whoever comes to them waits until they are approved."""
    message = _letter(request, id)
    initial = WordsForm.initial_of(message.master) | typed_so_far(request)
    form = WordsForm(finished(request), initial=initial)
    if form.is_valid():
        words = form.words(composer.typed(request.POST))
        try:
            drafting.change(message, words, by=request.member, at=now())
        except masters.CannotWrite as refusal:
            return _written(request, form, message=message, refusal=refusal, status=409)
        return redirect("journeys:letter", id=id)
    return _written(request, form, message=message)


@require_POST
@member_may("write content", everywhere=True)
def preview(request: MemberRequest) -> HttpResponse:
    """Words that are not kept yet, as somebody would read them."""
    context = _previewed(request, WordsForm(request.POST), composer.typed(request.POST))
    return render(request, "web/journeys/_preview.html", context)


@require_POST
@member_may("write content", everywhere=True)
def test(request: MemberRequest, id: int) -> HttpResponse:
    """Send it to oneself, and to the seed list if asked to."""
    message = _letter(request, id)
    seeds = request.POST.get("seeds") == "on"
    try:
        trying.try_out(message, None, by=request.member, at=now(), seeds=seeds)
    except trying.CannotTry as refusal:
        return _answer(request, message, status=409, refusal=refusal)
    toasts.success(request, "A test is on its way to you.")
    return redirect("journeys:letter", id=id)


@require_POST
@member_may("approve content", everywhere=True)
def approve(request: MemberRequest, id: int) -> HttpResponse:
    """Approve exactly what was read, for as long as chosen."""
    message, days = _letter(request, id), request.POST.get("days", "")
    until = now() + timedelta(days=int(days) if days in HOLDS else 0)
    seen = request.POST.get("seen", "")
    try:
        approving.approve(message.master, request.member, now(), until, seen=seen)
    except approving.CannotApprove as refusal:
        return _answer(request, message, status=409, refusal=refusal)
    return redirect("journeys:letter", id=id)


@require_POST
@member_may("approve content", everywhere=True)
def withdraw(request: MemberRequest, id: int) -> HttpResponse:
    message = _letter(request, id)
    approval = approving.approval_in_force(message.master, now())
    if approval is not None:
        with contextlib.suppress(approving.CannotWithdraw):
            approving.withdraw(approval, by=request.member, at=now())
    toasts.success(request, "The approval is withdrawn: whoever comes to it waits.")
    return redirect("journeys:letter", id=id)


def _letter(request: MemberRequest, id: int) -> Message:
    return get_object_or_404(letters_for(request), pk=id)


def _answer(
    request: MemberRequest, message: Message, *, status: int = 200, **more: Any
) -> HttpResponse:
    at = now()
    (cut,) = drafting.cuts_of(message, at)
    context: dict[str, Any] = {
        "letter": message,
        "problems": checking.problems_of(cut),
        "others": _others(message, at),
        "approval": approving.approval_in_force(message.master, at),
        "digest": approving.digest_over(message.master),
        "holds": HOLDS.items(),
        "may_write": request.reach.may_everywhere("write content"),
        "may_approve": request.reach.may_everywhere("approve content"),
        "trials": trying.lately(message, request.member),
    }
    context |= preview_of(cut)
    page = render(request, "web/journeys/letter.html", context | more, status=status)
    return with_pictures(page)


def _others(message: Message, at: datetime) -> list[str]:
    """What keeps it back besides its words and its approval: account, domain, page, law."""
    (cut,) = drafting.cuts_of(message, at)
    mine = {f"{words.rstrip('.')}." for words in checking.problems_of(cut)}
    found = starting.problems_of(message, at)
    return [words for words in found if words not in mine and "approve it" not in words]


def _written(
    request: MemberRequest,
    form: WordsForm,
    *,
    message: Message | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    post = request.POST if request.method == "POST" else None
    blocks = composer.blocks_of(post, message.master if message else None)
    after = pressed(request, blocks, request.POST.get("do", ""))
    if request.htmx and "do" in request.POST:  # type: ignore[attr-defined]
        return render(request, "web/messages/_blocks.html", after.page(request))
    context: dict[str, Any] = {
        "form": form,
        "letter": message,
        "fields": [field for field in FIELDS if field[0] in OF_EVERYBODY],
        **after.page(request),
        **_previewed(request, form, after.blocks),
    }
    if isinstance(form, JourneyLetterForm):
        context["lacking"] = form.lacking()
    page = render(request, "web/journeys/write.html", context | more, status=status)
    return with_pictures(page)


def _previewed(request: MemberRequest, form: WordsForm, blocks: composer.Blocks) -> dict[str, Any]:
    master = written_so_far(request, form, blocks, is_general=True)
    cut = cutting.previewed(master, None, now())
    look = "night" if request.POST.get("look") == "night" else "day"
    return {
        "size": len(cut.html.encode()) / 1000,
        "most": GMAIL_CLIPS,
        "look": look,
        "problems": checking.problems_of(cut),
    } | preview_of(cut, look=look)


urlpatterns = [
    path("letters/", listing, name="letters"),
    path("letters/write", write, name="write"),
    path("letters/preview", preview, name="preview"),
    path("letters/<int:id>/", show, name="letter"),
    path("letters/<int:id>/words", change, name="words"),
    path("letters/<int:id>/test", test, name="test"),
    path("letters/<int:id>/approve", approve, name="approve"),
    path("letters/<int:id>/withdraw", withdraw, name="withdraw"),
]

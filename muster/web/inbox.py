"""The inbox: what people write to us, shared by those who answer."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from muster.lib.times import now
from muster.messaging.inbox import answering, keeping
from muster.messaging.models import Conversation, ConversationLine
from muster.organisations.models import Member
from muster.people import search
from muster.people.models import Person
from muster.people.record import looking
from muster.web.members import MemberRequest, member_may

A_PAGE = 50
FOUND, LONGEST_SEARCH = 8, 100
GLANCE = 140  # letters of what was last written
VIEWS = {
    "": "Open",
    "mine": "Mine",
    "unassigned": "Nobody's yet",
    "unknown": "Unknown senders",
    "closed": "Closed",
}


@require_safe
@member_may("see inbox")
def listing(request: MemberRequest) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    page = Paginator(_in_view(request, view), A_PAGE).get_page(request.GET.get("page"))
    counts = {name: _in_view(request, name).count() for name in ("", "mine", "unassigned")}
    waiting = _in_view(request, "").filter(last_was_ours=False).count()
    context = {
        "page": page,
        "views": VIEWS,
        "view": view,
        "open": counts[""],
        "mine": counts["mine"],
        "unassigned": counts["unassigned"],
        "waiting": waiting,
    }
    return render(request, "web/inbox/list.html", context)


@require_safe
@member_may("see inbox")
def show(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    conversation = _one(request, code, "see inbox")
    if conversation.person is not None:
        looking.look(conversation.person, by=request.member, at=now())
    return _shown(request, conversation)


@require_POST
@member_may("answer inbox")
def answer(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    conversation = _one(request, code)
    typed = request.POST.get("words", "")
    try:
        form = uuid.UUID(request.POST.get("form", ""))
    except ValueError:
        form = uuid.uuid4()
    try:
        answering.answer(conversation, typed, code=form, by=request.member, at=now())
    except answering.CannotAnswer as refusal:
        return _shown(request, conversation, refusal=refusal, typed=typed)
    if request.POST.get("then") == "close":
        keeping.close(conversation, by=request.member, at=now())
    messages.success(request, f"Your answer to {conversation.who} is on its way.")
    return redirect("inbox:show", code=code)


@require_POST
@member_may("answer inbox")
def assign(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    conversation, chosen = _one(request, code), request.POST.get("to", "")
    members = Member.objects.filter(organisation=request.organisation, ended_at=None)
    to = get_object_or_404(members, pk=int(chosen)) if chosen.isdecimal() else None
    try:
        keeping.assign(conversation, to, by=request.member, at=now())
    except keeping.CannotAssign as refusal:
        return _shown(request, conversation, refusal=refusal)
    who = f"{to.name} sees to it" if to else "Nobody sees to it yet"
    messages.success(request, f"{who}.")
    return redirect("inbox:show", code=code)


@require_POST
@member_may("answer inbox")
def close(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    conversation = _one(request, code)
    keeping.close(conversation, by=request.member, at=now())
    messages.success(request, f"Closed. It opens again when {conversation.who} writes.")
    return redirect("inbox:list")


@require_POST
@member_may("answer inbox")
def reopen(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    keeping.reopen(_one(request, code), by=request.member, at=now())
    return redirect("inbox:show", code=code)


@require_POST
@member_may("answer inbox")
def stop(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    """They want no more e-mail, or did not mean that."""
    conversation = _one(request, code)
    if request.POST.get("wanted") == "no":
        keeping.keep_writing(conversation)
    else:
        keeping.stop(conversation, by=request.member, at=now())
        messages.success(request, f"{conversation.who} gets no more e-mail but your answers.")
    return redirect("inbox:show", code=code)


@require_POST
@member_may("answer inbox")
def tie(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    """Say who an unknown sender is: one of those found by name, or of an address."""
    conversation = _one(request, code)
    people = Person.objects.filter(organisation=request.organisation)
    try:
        chosen = uuid.UUID(request.POST.get("person", ""))
    except ValueError:
        messages.error(request, "Choose who it is.")
        return redirect("inbox:show", code=code)
    person = get_object_or_404(people.filter(request.reach.within("see people")), code=chosen)
    keeping.tie(conversation, person, by=request.member, at=now())
    messages.success(request, "It stands on their page now.")
    return redirect("inbox:show", code=code)


def _shown(request: MemberRequest, conversation: Conversation, **more: Any) -> HttpResponse:
    asked = request.GET.get("who", "").strip()[:LONGEST_SEARCH]
    wanted = asked or conversation.name
    found = []
    if conversation.person is None:
        found = search.find(request.organisation, request.reach, wanted, limit=FOUND + 1)
    context = {
        "conversation": conversation,
        "asked": wanted,
        "found": found[:FOUND],
        "are_more": len(found) > FOUND,
        "lines": conversation.lines.select_related("by__user").order_by("at", "pk"),
        "members": keeping.answerers(conversation, at=now()),
        "may_answer": request.reach.may_in("answer inbox", conversation.seat_id),
        "may_see_person": request.reach.may_in("see people", conversation.seat_id),
        "form_code": uuid.uuid4(),
        **more,
    }
    return render(request, "web/inbox/show.html", context)


def _one(request: MemberRequest, code: uuid.UUID, permission: str = "answer inbox") -> Conversation:
    return get_object_or_404(_within(request, permission), code=code)


def _within(request: MemberRequest, permission: str) -> QuerySet[Conversation]:
    """Within reach; unknown senders stand in no seat and are head office's."""
    return (
        Conversation.objects.filter(organisation=request.organisation)
        .filter(request.reach.within(permission, "seat_id"))
        .select_related("organisation", "person", "seat", "assigned_to__user", "account")
    )


def _in_view(request: MemberRequest, view: str) -> QuerySet[Conversation]:
    found = _within(request, "see inbox")
    if view == "closed":
        return found.exclude(closed_at=None).order_by("-last_at", "-id")
    found = found.filter(closed_at=None)
    if view == "mine":
        found = found.filter(assigned_to=request.member)
    if view == "unassigned":
        found = found.filter(assigned_to=None)
    if view == "unknown":
        found = found.filter(person=None)
    lines = ConversationLine.objects.filter(conversation=OuterRef("pk")).order_by("-at", "-pk")
    found = found.annotate(words=Left(Subquery(lines.values("text")[:1]), GLANCE))
    # Those who wait for us come first, the longest waiting on top.
    return found.order_by("last_was_ours", "last_at", "id")


app_name = "inbox"
urlpatterns = [
    path("", listing, name="list"),
    path("<uuid:code>", show, name="show"),
    path("<uuid:code>/answer", answer, name="answer"),
    path("<uuid:code>/assign", assign, name="assign"),
    path("<uuid:code>/close", close, name="close"),
    path("<uuid:code>/reopen", reopen, name="reopen"),
    path("<uuid:code>/stop", stop, name="stop"),
    path("<uuid:code>/tie", tie, name="tie"),
]

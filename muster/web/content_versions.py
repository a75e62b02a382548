"""The versions of a master's words: what each changed, and putting an old one back."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.contrib import messages as toasts
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from muster.content import masters, versions
from muster.content.models import Master, Version
from muster.lib.times import now
from muster.lib.words import when
from muster.messaging import drafting
from muster.web.content_reach import (
    SEES,
    launch_of,
    master_for,
    message_of,
    refuse_while_armed,
)
from muster.web.content_words import cut_for_all
from muster.web.members import MemberRequest, member_may

SHOWN = 50


@dataclass(frozen=True)
class Line:
    """One version, what it changed, and when it was kept, in words."""

    version: Version
    when: str
    changes: list[versions.Change]
    is_now: bool


@require_safe
@member_may(SEES, everywhere=True)
def listing(request: MemberRequest, id: int) -> HttpResponse:
    return _answer(request, master_for(request, id))


@require_POST
@member_may("write content", everywhere=True)
def put_back(request: MemberRequest, id: int, number: int) -> HttpResponse:
    """Make an old version's words the words again: a new version, by whoever put it back."""
    master = master_for(request, id)
    version = get_object_or_404(master.versions, number=number)
    words = replace(masters.words_of(master), **versions.put_back(version))
    try:
        refuse_while_armed(master)
        with transaction.atomic():
            _change(master, words, request)
    except masters.CannotWrite as refusal:
        return _answer(request, master, status=409, refusal=refusal)
    toasts.success(request, f"Version {number} is back. It needs approval, by someone else.")
    return redirect("content:versions", id)


def _change(master: Master, words: masters.Words, request: MemberRequest) -> None:
    message = message_of(master)
    if message is not None:
        drafting.change(message, words, by=request.member, at=now())
    else:
        cut_for_all(masters.change(master, words, by=request.member, at=now()))


def _answer(
    request: MemberRequest, master: Master, *, status: int = 200, **more: object
) -> HttpResponse:
    message = message_of(master)
    context = {
        "master": master,
        "lines": lines_of(master),
        "back": reverse("messages:show", args=[message.pk])
        if message
        else reverse("content:show", args=[master.pk]),
        "may_write": request.reach.may_everywhere("write content") and master.sealed_at is None,
        "launch": launch_of(master),
    }
    return render(request, "web/content/versions.html", context | more, status=status)


def lines_of(master: Master) -> list[Line]:
    """The newest first, each beside the one before it."""
    found = list(master.versions.select_related("by").order_by("-number")[: SHOWN + 1])
    before = [*found[1:], None]
    zone, at = ZoneInfo(master.organisation.time_zone), now()
    return [
        Line(
            version,
            when(version.at, at, zone),
            versions.changes(old.words if old else None, version.words),
            version is found[0],
        )
        for version, old in zip(found, before, strict=True)
    ][:SHOWN]

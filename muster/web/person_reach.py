"""What turns someone's switches: one press to stop, words, place and day to begin."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from muster.lib.times import now
from muster.people import consenting, suppressing
from muster.people.models import Channel, Person, Wording
from muster.people.opens import OPENS
from muster.web import person_page
from muster.web.members import MemberRequest, member_may
from muster.web.person_switches import MARKETING


@require_POST
@member_may("change people")
def withdraw(request: MemberRequest, code: UUID) -> HttpResponse:
    """One press: they do not want this any more."""
    person = person_page.theirs(request, code)
    channel, purpose = _channel(request), request.POST.get("purpose", "") or MARKETING
    consenting.withdraw(
        person,
        channel,
        source=f"Told {request.member.name}",
        at=now(),
        purpose=purpose[:20],
        by=request.member,
    )
    what = Channel(channel).label + ("" if purpose == MARKETING else f" ({purpose[:20]})")
    messages.success(request, f"{what} is off from now on.")
    return redirect("people:show", code=code)


@require_POST
@member_may("change people")
def stop(request: MemberRequest, code: UUID) -> HttpResponse:
    """One press: they want nothing any more, on any channel (DP-21)."""
    person = person_page.theirs(request, code)
    suppressing.suppress_person(
        person,
        reason="told us",
        at=now(),
        by=request.member,
        source=f"Told {request.member.name}",
    )
    messages.success(request, "Everything has stopped. Nobody here writes to them or rings them.")
    return redirect("people:show", code=code)


@require_POST
@member_may("change people")
def give(request: MemberRequest, code: UUID) -> HttpResponse:
    """They agreed: to which words, where and when. A member lifts an earlier stop by saying so."""
    person = person_page.theirs(request, code)
    channel = _channel(request)
    ours = Wording.objects.filter(organisation=request.organisation, channel=channel)
    wordings = ours.exclude(purpose=OPENS)  # theirs alone to give, on their preference page
    asked = request.POST.get("wording", "")
    wording = get_object_or_404(wordings, pk=int(asked) if asked.isdecimal() else 0)
    try:
        consenting.give(
            person,
            channel,
            wording=wording,
            source=request.POST.get("source", ""),
            at=_agreed_at(request, person, wording),
            by=request.member,
        )
    except consenting.CannotConsent as refusal:
        return person_page.page(request, person, refusal)
    if request.POST.get("lift") == "on":
        suppressing.lift(person, channel=channel, by=request.member, at=now())
    what = Channel(channel).label
    what += "" if wording.purpose == MARKETING else f" ({wording.purpose})"
    messages.success(request, f"{what} is on, with its source.")
    return redirect("people:show", code=code)


def _agreed_at(request: MemberRequest, person: Person, wording: Wording) -> datetime:
    """The day they agreed; today means now. A yes older than their last no is none."""
    typed, at = request.POST.get("on", ""), now()
    try:
        day = date.fromisoformat(typed) if typed else localdate(at)
    except ValueError as refusal:
        raise consenting.CannotConsent("Write the day as 2026-05-07.") from refusal
    if day > localdate(at):
        raise consenting.CannotConsent("That day is still to come: nobody has agreed yet.")
    if day < localdate(at):
        zone = ZoneInfo(request.organisation.time_zone)
        at = datetime.combine(day, time.min, zone)
    said = consenting.standing(person, wording.purpose)[wording.channel]
    if said.at and said.at >= at and not said.is_given:
        raise consenting.CannotConsent(
            f"They said no on {localdate(said.at):%-d %B %Y}, after that: it takes a later yes."
        )
    return at


def _channel(request: MemberRequest) -> str:
    channel = request.POST.get("channel", "")
    return channel if channel in Channel.values else Channel.EMAIL

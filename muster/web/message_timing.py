"""When a message goes out: pressed now or planned, over a while, a share of it first; the rest."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from muster.lib.times import now
from muster.messaging import pressing
from muster.messaging.models import Message
from muster.messaging.pace import limiting
from muster.messaging.timing import giving_up, planning, rules, sharing
from muster.messaging.timing.rules import Timing
from muster.web import message_preflight
from muster.web.members import MemberRequest, member_may
from muster.web.message_live import sending_for
from muster.web.message_reach import message_for, sending_of
from muster.web.message_show import answer, estimate_lately

MINUTE, HOUR = 60, 3600
SPREADS = [
    ("0", "as fast as the mail server takes it"),
    (str(30 * MINUTE), "over half an hour"),
    *((str(n * HOUR), f"over {n} hours") for n in (1, 2, 4, 8, 24)),
]
SPREADS[2] = (str(HOUR), "over an hour")
SHARES = [("", "nobody: it goes to all alike"), *((str(n), f"{n} %") for n in (5, 10, 20, 50))]
RESTS = [
    ("", "when somebody presses “Send to the rest”"),
    (str(HOUR), "an hour later, unless it is stopped"),
    *((str(n * HOUR), f"{n} hours later, unless it is stopped") for n in (2, 4, 24)),
]
CLOCKS_CHANGE = "The clocks change in that hour: choose one earlier or later."


class LocalTime(forms.DateTimeField):
    """A time on the organisation's own clocks."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as refusal:
            if refusal.code == "ambiguous_timezone":
                raise forms.ValidationError(CLOCKS_CHANGE) from None
            raise


class TimingForm(forms.Form):
    """When and how fast. Empty: at once. Times are the organisation's own."""

    when = forms.ChoiceField(choices=[("now", ""), ("at", "")], required=False)
    goes_at = LocalTime(
        label="Date and time",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Write the time as 2026-05-07 09:00."},
    )
    spread = forms.ChoiceField(label="How fast", choices=SPREADS, required=False)
    share = forms.ChoiceField(label="Who gets it first", choices=SHARES, required=False)
    rest_after = forms.ChoiceField(label="The rest gets it", choices=RESTS, required=False)

    def __init__(self, zone: ZoneInfo, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("when") == "at" and "goes_at" in said and said["goes_at"] is None:
            self.add_error("goes_at", "Say at what time.")
        return said

    def timing(self) -> Timing:
        said = self.cleaned_data
        share, after = said.get("share"), said.get("rest_after")
        return Timing(
            goes_at=said["goes_at"] if said.get("when") == "at" else None,
            spread=timedelta(seconds=int(said.get("spread") or 0)),
            share=int(share) if share else None,
            rest_after=timedelta(seconds=int(after)) if share and after else None,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("send messages", everywhere=True)
def press(request: MemberRequest, id: int) -> HttpResponse:
    """Ask once more, and when; then press or plan. Pressing twice is pressing once."""
    message = message_for(request, id)
    zone = ZoneInfo(request.organisation.time_zone)
    if sending_of(message) is not None:
        return redirect("messages:show", id)
    if request.method != "POST":
        return _ask(request, message, TimingForm(zone, initial=_initial(message, zone)))
    form = TimingForm(zone, request.POST)
    if not form.is_valid():
        return _ask(request, message, form, status=422)
    timing, at = form.timing(), now()
    if problems := rules.problems_of(timing, at):
        form.add_error(None, problems)
        return _ask(request, message, form, status=422)
    try:
        if timing.goes_at is None:
            pressing.press(message, by=request.member, at=at, timing=timing)
        else:
            planning.plan(message, timing, by=request.member, at=at)
    except (pressing.CannotPress, planning.CannotPlan) as refusal:
        return answer(request, message, status=409, refusal=refusal)
    return redirect("messages:show", id)


def _ask(
    request: MemberRequest, message: Message, form: TimingForm, status: int = 200
) -> HttpResponse:
    at = now()
    context = {
        "message": message,
        "form": form,
        "plan": planning.plan_of(message),
        "estimate": estimate_lately(message, at),
        "problems": pressing.problems(message),
        "zone_name": at.astimezone(form.zone).tzname(),
        "zone_place": form.zone.key.rpartition("/")[2].replace("_", " "),
    } | message_preflight.panel(request, message, at)
    return render(request, "web/messages/press.html", context, status=status)


def _initial(message: Message, zone: ZoneInfo) -> dict[str, Any]:
    """What was planned; else nothing chosen, with nine tomorrow to choose."""
    tomorrow = now().astimezone(zone) + timedelta(days=1)
    nine = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)
    kept = planning.plan_of(message)
    if kept is None:
        return {"when": "now", "goes_at": nine}
    return {
        "when": "at",
        "goes_at": kept.goes_at,
        "spread": str(kept.spread_s),
        "share": str(kept.share_percent or ""),
        "rest_after": str(kept.rest_after_s or ""),
    }


@require_POST
@member_may("send messages", everywhere=True)
def call_off(request: MemberRequest, id: int) -> HttpResponse:
    """Let nothing go out at the planned time."""
    planning.call_off(message_for(request, id), by=request.member, at=now())
    toasts.success(request, "Called off: nothing goes out by itself.")
    return redirect("messages:show", id)


@require_POST
@member_may("send messages", everywhere=True)
def urgent(request: MemberRequest, id: int) -> HttpResponse:
    """Let it pass the organisation's own limit, or keep to it."""
    limiting.make_urgent(message_for(request, id), request.POST.get("urgent") == "yes")
    return redirect("messages:show", id)


@require_POST
@member_may("send messages", everywhere=True)
def rest(request: MemberRequest, id: int) -> HttpResponse:
    """Send to the rest, too."""
    try:
        sharing.let_rest_go(sending_for(request, id), by=request.member, at=now())
    except sharing.CannotLetGo as refusal:
        return answer(request, message_for(request, id), status=409, refusal=refusal)
    return redirect("messages:show", id)


@require_POST
@member_may("send messages", everywhere=True)
def hold_rest(request: MemberRequest, id: int) -> HttpResponse:
    """Let the rest not go by itself."""
    sharing.hold_rest(sending_for(request, id))
    return redirect("messages:show", id)


@require_POST
@member_may("send messages", everywhere=True)
def give_up(request: MemberRequest, id: int) -> HttpResponse:
    """Leave out whoever still waits, for good."""
    from muster.web.message_acts import goes_with_launch

    if refused := goes_with_launch(request, id):
        return refused
    why = request.POST.get("why", "")
    try:
        giving_up.give_up(sending_for(request, id), why, by=request.member, at=now())
    except giving_up.CannotGiveUp as refusal:
        return answer(request, message_for(request, id), status=409, refusal=refusal)
    return redirect("messages:show", id)

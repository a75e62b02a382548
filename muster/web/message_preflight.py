"""What was looked at before the press, on the message's page: each with where it is mended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from muster.content import approving
from muster.lib.times import now
from muster.messaging import rules
from muster.messaging.models import Message
from muster.messaging.preflight import looking
from muster.messaging.preflight.finding import Finding, sentence
from muster.web.members import MemberRequest, member_may
from muster.web.message_reach import message_for, sending_of

CALLED = {
    "words": "Words",
    "law": "Purpose and law",
    "seats": "Seats",
    "page": "Page",
    "account": "Mail account",
    "audience": "Audience",
    "domain": "Domain",
    "owner": "Whose domain",
    "spf": "SPF",
    "dkim": "DKIM",
    "dmarc": "DMARC",
    "links": "Links",
    "donations": "Donations",
    "visits": "Others' pages",
    "unsubscribe": "Unsubscribing",
    "parts": "Letter",
    "text": "Plain part",
    "size": "Size",
    "alt": "Pictures",
    "spam": "Spam filters",
    "fields": "Fields",
    "consent": "Consent",
    "cap": "How often",
}
MENDED = {
    "words": "Change the words",
    "domain": "See the domain",
    "account": "See the account",
    "sender": "Choose another sender",
    "audience": "Choose who gets it",
}


@dataclass(frozen=True)
class Line:
    """One finding as the page shows it; `address`: where it is mended, if they may."""

    finding: Finding
    called: str
    address: str
    mended: str


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("see messages", everywhere=True)
def show(request: MemberRequest, id: int) -> HttpResponse:
    """The list by itself, for the page to ask while a job looks; posted: have it look again."""
    message = message_for(request, id)
    if sending_of(message) is not None:
        return redirect("messages:show", id)
    if request.method == "POST":
        looking.ask(message, request.member, now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(reverse("messages:show", args=[id]) + "#preflight")
    context = panel(request, message, now()) | {"message": message}
    return render(request, "web/messages/_preflight.html", context)


def panel(
    request: MemberRequest, message: Message, at: datetime, brief: rules.Brief | None = None
) -> dict[str, Any]:
    """What the list is drawn from."""
    found = looking.preflight(message, at, brief)
    run = looking.last_look(message, at)
    is_done = run is not None and run.finished_at is not None
    is_approved = approving.approval_in_force(message.master, at) is not None
    return {
        "findings": [line_of(request, message, one) for one in found],
        "flight_sentence": sentence(found, is_whole=is_done, is_approved=is_approved),
        "flight": run,
        "flight_share": round(100 * run.done / run.of) if run and run.of else 0,
        "flight_is_done": is_done,
    }


def line_of(request: MemberRequest, message: Message, one: Finding) -> Line:
    address = _address(request, message, one)
    return Line(one, CALLED[one.code], address, MENDED.get(one.mend, "") if address else "")


def _address(request: MemberRequest, message: Message, one: Finding) -> str:
    """Empty: there is nothing to do there, or not for them."""
    reach = request.reach
    if one.mend == "words" and reach.may_everywhere("write content"):
        return reverse("messages:words", args=[message.pk])
    if one.mend in ("sender", "audience") and reach.may_everywhere("write content"):
        return "#whom-it-goes-to"
    if not reach.may_everywhere("change settings"):
        return ""
    if one.mend == "domain":
        by_number = reverse("settings:domain", args=[one.about]) if one.about else ""
        return by_number or reverse("settings:domains")
    return reverse("settings:email_account", args=[one.about]) if one.mend == "account" else ""

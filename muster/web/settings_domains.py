"""Settings: the domains e-mail comes from, what DNS says of them, and what to publish."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from muster.channels import signing
from muster.channels.domains import checking, judging, keeping, records
from muster.channels.models import SendingDomain
from muster.lib.times import now
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)
CALLED = {"owner": "Yours", "spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}


@dataclass(frozen=True)
class Line:
    """A domain as the pages show it. `state`: ready, waiting or failed, as badges have it."""

    domain: SendingDomain
    state: str
    word: str
    checks: list[dict[str, Any]]


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    held = keeping.domains_of(request.organisation, at=now())
    lines = [line_of(domain) for domain in held]
    ready = sum(line.state == "ready" for line in lines)
    context = {"lines": lines, "ready": ready, "here": "email"}
    return render(request, "web/settings/domains.html", context)


@require_safe
@in_charge
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """One domain; while somebody waits for an answer, asked for again by the page itself."""
    domain = _one(request, pk)
    signs, waiting = signing.keys_of(keeping.signed(domain))
    context = {
        "line": line_of(domain),
        "domain": domain,
        "records": records.wanted(domain),
        "signs": signs,
        "key": waiting,
        "made_up": checking.MADE_UP if request.organisation.is_demonstration else "",
        "here": "email",
    }
    whole = "web/settings/domain.html"
    is_part = request.htmx  # type: ignore[attr-defined]
    return render(request, "web/settings/_domain.html" if is_part else whole, context)


@require_POST
@in_charge
def check(request: MemberRequest, pk: int) -> HttpResponse:
    """Have DNS asked afresh."""
    checking.ask_for(_one(request, pk), at=now())
    return redirect("settings:domain", pk)


@require_POST
@in_charge
def key(request: MemberRequest, pk: int) -> HttpResponse:
    """Make a key for the domain, begin to sign with it, or stop."""
    domain = _one(request, pk)
    act = {"make": signing.make, "begin": signing.begin, "stop": signing.stop}.get(
        request.POST.get("act", "")
    )
    if act is None:
        raise Http404
    try:
        act(keeping.signed(domain), by=request.member, at=now())
    except signing.CannotSign as refusal:
        messages.error(request, str(refusal))
    checking.ask_for(domain, at=now())
    return redirect("settings:domain", pk)


def line_of(domain: SendingDomain) -> Line:
    checks = [one | {"called": CALLED[one["code"]]} for one in domain.found]
    if not checks:
        return Line(domain, "waiting", "Not looked up yet", checks)
    state, word = {
        judging.OK: ("ready", "Ready"),
        judging.WARN: ("waiting", "To look at"),
        judging.BLOCK: ("failed", "To mend"),
    }[judging.worst_of(checks)]
    return Line(domain, state, word, checks)


def _one(request: MemberRequest, pk: int) -> SendingDomain:
    ours = SendingDomain.objects.filter(organisation=request.organisation)
    return get_object_or_404(ours.select_related("organisation"), pk=pk)


urlpatterns = [
    path("email/domains/", listing, name="domains"),
    path("email/domains/<int:pk>", show, name="domain"),
    path("email/domains/<int:pk>/key", key, name="domain_key"),
    path("email/domains/<int:pk>/check", check, name="domain_check"),
]

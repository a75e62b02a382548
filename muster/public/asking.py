"""/{organisation}/privacy/ask: complaining, and asking for one's data, by a form (DP-164A).

Always there, whatever pages are open; no login and no reason. Whoever objects is contacted no more
by the time the page answers (DP-21). The answer acknowledges it and gives its reference.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from muster.actions import rules as lines
from muster.channels.letters import account_of
from muster.lib.times import now
from muster.organisations.models import Organisation
from muster.organisations.scoping import acting_for
from muster.privacy import cases
from muster.privacy.models import Case, CaseLetter
from muster.privacy.rules import Clock
from muster.public import answers, drawing, forms, limits, stamps
from muster.public.database import AWAY, in_room
from muster.public.forms import Malformed
from muster.public.state import of

LONGEST = 3_000
KINDS = {
    Case.Kind.COMPLAINT: "Complain about how you use my data",
    Case.Kind.ACCESS: "Get a copy of what you hold about me",
    Case.Kind.CORRECTION: "Have something put right",
    Case.Kind.OBJECTION: "Stop all contact",
    Case.Kind.ERASURE: "Have my data erased",
}


@dataclass(frozen=True)
class Typed:
    """The form as they left it."""

    kind: str = Case.Kind.COMPLAINT.value
    name: str = ""
    contact: str = ""
    words: str = ""
    website: str = ""
    stamp: str = ""


async def show(request: Request) -> Response:
    """GET: the form."""
    try:
        organisation = await in_room(_organisation, request.path_params["organisation"])
    except AWAY:
        return answers.away(request)
    if organisation is None:
        return answers.not_found(request)
    return _form(request, organisation, Typed(stamp=stamps.fresh(now())))


async def take(request: Request) -> Response:
    """POST: it is written down, with its clock, by the time this answers."""
    try:
        typed = _typed(await forms.sent(request, longest=LONGEST))
        organisation = await in_room(_organisation, request.path_params["organisation"])
        if organisation is None:
            return answers.not_found(request)
        return await _taken(request, organisation, typed)
    except Malformed as refusal:
        return answers.words(request, "We could not read that", str(refusal), status=refusal.status)
    except AWAY:
        return answers.away(request)


async def _taken(request: Request, organisation: Organisation, typed: Typed) -> Response:
    if problems := _problems(typed):
        return _form(request, organisation, typed, problems=problems, status=422)
    if wait := _over_limit(request, organisation, typed):
        said = drawing.crowded(wait).replace("sign-ups", "requests")
        return _form(request, organisation, typed, said=said, status=429, retry_after=wait)
    try:
        case, clock, goes = await in_room(_open, organisation, typed, now())
    except stamps.BadStamp:
        fresh = replace(typed, stamp=stamps.fresh(now()))
        return _form(request, organisation, fresh, said=drawing.STALE, status=422)
    return _page(request, "asked.html", organisation, case=case, due=clock.due_on, goes=goes)


def _open(organisation: Organisation, typed: Typed, at: datetime) -> tuple[Case, Clock, bool]:
    """The case, its clock, and whether a letter goes too: the same form sent twice is one request.

    Raises `stamps.BadStamp`.
    """
    with acting_for(organisation.pk):
        code = stamps.read(typed.stamp).submission_by(typed.contact)
        today = cases.today(organisation, at)
        case = Case.objects.filter(organisation=organisation, code=code).first()
        if case is None:
            asked = cases.Request(
                typed.kind, Case.Route.FORM, typed.name, typed.contact, typed.words, today
            )
            case = cases.open_case(organisation, asked, by=None, at=at, code=code)
        is_written = CaseLetter.objects.filter(case=case).exists()
        goes = is_written and account_of(organisation) is not None
        return case, cases.clock_of(case, today), goes


def _organisation(slug: str) -> Organisation | None:
    return Organisation.objects.filter(slug=slug).first()


def _typed(fields: forms.Sent) -> Typed:
    def said(name: str) -> str:
        return fields.get(name, [""])[0]

    kind = said("kind") if said("kind") in KINDS else ""
    one_line = {n: lines.one_line(said(n))[:200] for n in ("name", "contact", "website", "stamp")}
    return Typed(kind=kind, words=said("words").replace("\r\n", "\n").strip(), **one_line)


def _problems(typed: Typed) -> dict[str, str]:
    problems = {}
    if not typed.kind:
        problems["kind"] = "Choose what you want us to do."
    if not cases.addresses_in(typed.contact):
        problems["contact"] = "Type an e-mail address or a phone number that we can answer to."
    if typed.kind == Case.Kind.COMPLAINT and not typed.words:
        problems["words"] = "Tell us what is wrong, in your own words."
    if typed.website:
        problems["website"] = "Leave this box empty: it is there to catch robots."
    return problems


def _over_limit(request: Request, organisation: Organisation, typed: Typed) -> int:
    public = of(request)
    network = public.by_network.wait(limits.network_of(request))
    return network or public.by_email.wait(f"ask:{organisation.pk}:{typed.contact.lower()}")


def _form(
    request: Request,
    organisation: Organisation,
    typed: Typed,
    *,
    problems: dict[str, str] | None = None,
    said: str = "",
    status: int = 200,
    retry_after: int = 0,
) -> Response:
    return _page(
        request,
        "ask.html",
        organisation,
        status=status,
        retry_after=retry_after,
        typed=typed,
        kinds=KINDS,
        wrong=problems or {},
        said=said,
    )


def _page(
    request: Request,
    template: str,
    organisation: Organisation,
    *,
    status: int = 200,
    retry_after: int = 0,
    **values: Any,
) -> Response:
    body = answers.html(
        template,
        organisation.accent,
        organisation=organisation.name,
        slug=organisation.slug,
        is_demonstration=organisation.is_demonstration,
        **values,
    )
    return answers.page(
        request, body, accent=organisation.accent, status=status, retry_after=retry_after
    )

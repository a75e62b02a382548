"""Privacy, cases: what people ask of us under the law, each with its clock and its steps."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.people.models import Person
from muster.privacy import breaches, cases, packing, rules
from muster.privacy.models import Breach, Case
from muster.web.members import MemberRequest, member_may
from muster.web.privacy_case_page import owners, page
from muster.web.privacy_forms import CaseForm

guards = member_may("handle privacy", everywhere=True)
SHOWN = 100


@require_safe
@guards
def listing(request: MemberRequest) -> HttpResponse:
    """Open ones by the day they are due; then those that were closed."""
    today = cases.today(request.organisation, now())
    open_ones = [
        (case, cases.clock_of(case, today)) for case in cases.open_ones(request.organisation)
    ]
    open_ones.sort(key=lambda pair: (pair[1].is_stopped, pair[1].due_on or today.max))
    closed = _ours(request).filter(steps__what=rules.CLOSED).order_by("-received_on")
    due = [clock for _, clock in open_ones if clock.due_on and not clock.is_stopped]
    context = {
        "open": open_ones,
        "late": sum(clock.is_late for clock in due),
        "soon": sum(clock.warns and not clock.is_late for clock in due),
        "next": due[0].due_on if due else None,
        "breaches": [(b, breaches.standing_of(b, now())) for b in _breaches(request)],
        "closed": closed.prefetch_related("steps")[:SHOWN],
        "here": "cases",
    }
    return render(request, "web/privacy/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guards
def add(request: MemberRequest) -> HttpResponse:
    today = cases.today(request.organisation, now())
    person = _person(request, request.GET.get("person", ""))
    initial = {"received_on": today, "kind": request.GET.get("kind", "")} | _known_of(person)
    form, refusal = CaseForm(request.POST or None, initial=initial), None
    if person:
        form.fields["contact"].required = False
    if request.method == "POST" and form.is_valid():
        asked = form.asked(person)
        try:
            case = cases.open_case(request.organisation, asked, by=request.member, at=now())
        except cases.CannotOpen as problems:
            refusal = problems
        else:
            messages.success(request, "The clock runs.")
            return redirect("privacy:case", code=case.code)
    context = {"form": form, "person": person, "refusal": refusal, "here": "cases"}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/privacy/case_add.html", context, status=status)


@require_safe
@guards
def show(request: MemberRequest, code: UUID) -> HttpResponse:
    return page(request, _one(request, code))


@require_POST
@guards
def step(request: MemberRequest, code: UUID) -> HttpResponse:
    """One press on the case's page: what was done, in words where words are needed."""
    case = _one(request, code)
    what, words = request.POST.get("what", ""), request.POST.get("words", "")[:5000]
    if what not in STEPS:
        return page(request, case, cases.CannotStep("Choose what was done."))
    try:
        cases.step(case, what, words=words, by=request.member, at=now())
    except cases.CannotStep as refusal:
        return page(request, case, refusal)
    messages.success(request, STEPS[what])
    return redirect("privacy:case", code=code)


STEPS = {
    rules.ACKNOWLEDGED: "Noted: they know that you have it.",
    rules.ASKED_THEM: "The clock stands still until they answer.",
    rules.THEY_ANSWERED: "The clock goes on.",
    rules.EXTENDED: "Two months more. Tell them why.",
    rules.CLOSED: "Closed.",
    cases.NOTED: "Noted.",
    cases.TOLD: "Noted whom you told.",
}


@require_POST
@guards
def hand(request: MemberRequest, code: UUID) -> HttpResponse:
    case = _one(request, code)
    wanted = _uuid(request.POST.get("owner", ""))
    owner = next((m for m in owners(request, now()) if m.code == wanted), None)
    if owner is None:
        return page(request, case, cases.CannotStep("Choose who answers for it."))
    cases.hand(case, owner, by=request.member, at=now())
    messages.success(request, f"{owner.name} answers for it from now on.")
    return redirect("privacy:case", code=code)


@require_POST
@guards
def match(request: MemberRequest, code: UUID) -> HttpResponse:
    case = _one(request, code)
    person = _person(request, request.POST.get("person", ""))
    if person is None:
        return page(request, case, cases.CannotStep("Choose who they are."))
    cases.match(case, person, by=request.member, at=now())
    return redirect("privacy:case", code=code)


@require_POST
@guards
def stop(request: MemberRequest, code: UUID) -> HttpResponse:
    cases.stop_contact(_one(request, code), by=request.member, at=now())
    messages.success(request, "Nobody contacts them from now on.")
    return redirect("privacy:case", code=code)


@require_POST
@guards
def pack(request: MemberRequest, code: UUID) -> HttpResponse:
    case = _one(request, code)
    leaves_out = request.POST.get("leave_out") == "on"
    try:
        packing.ask(case, leaves_out_others=leaves_out, by=request.member, at=now())
    except packing.CannotPack as refusal:
        return page(request, case, refusal)
    messages.success(request, "The file is being made.")
    return redirect("privacy:case", code=code)


@require_safe
@guards
def pack_file(request: MemberRequest, code: UUID, pack: UUID) -> HttpResponse:
    case = _one(request, code)
    found = get_object_or_404(case.packs.select_related("case__organisation"), code=pack)
    try:
        path = packing.fetch(found, by=request.member, at=now())
    except packing.CannotPack as refusal:
        return page(request, case, refusal)
    name = f"your-data-{found.asked_at:%Y-%m-%d}.zip"
    answer: Any = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    whole: HttpResponse = answer
    return whole


def _breaches(request: MemberRequest) -> list[Breach]:
    return list(breaches.all_of(request.organisation)[:SHOWN])


def _ours(request: MemberRequest) -> QuerySet[Case]:
    found = Case.objects.filter(organisation=request.organisation)
    return found.select_related("owner", "person", "organisation", "opened_by")


def _one(request: MemberRequest, code: UUID) -> Case:
    return get_object_or_404(_ours(request).prefetch_related("steps__by"), code=code)


def _person(request: MemberRequest, code: str) -> Person | None:
    people = Person.objects.filter(organisation=request.organisation)
    found: Person | None = people.filter(code=_uuid(code)).first() if code else None
    return found


def _known_of(person: Person | None) -> dict[str, str]:
    """What the list says of them, so that nobody types it again: it may be put right."""
    if person is None:
        return {}
    reached = person.contact_points.exclude(state="dead").order_by("kind", "pk").first()
    name = f"{person.given_name} {person.family_name}".strip()
    return {"name": name, "contact": reached.value if reached else ""}


def _uuid(text: str) -> UUID:
    """The code they sent, or one that is nobody's."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


urlpatterns = [
    path("", listing, name="cases"),
    path("add", add, name="case_add"),
    path("cases/<uuid:code>", show, name="case"),
    path("cases/<uuid:code>/step", step, name="case_step"),
    path("cases/<uuid:code>/hand", hand, name="case_hand"),
    path("cases/<uuid:code>/match", match, name="case_match"),
    path("cases/<uuid:code>/stop", stop, name="case_stop"),
    path("cases/<uuid:code>/pack", pack, name="case_pack"),
    path("cases/<uuid:code>/pack/<uuid:pack>", pack_file, name="case_pack_file"),
]

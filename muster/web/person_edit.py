"""Changing someone: names, address, ways to reach them, each with its history, and taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from muster.lib.times import now
from muster.people.contacts import shown_phone
from muster.people.models import Person
from muster.people.record import contacting, editing, undoing
from muster.people.record.changing import CannotEdit, ChangedMeanwhile, Who
from muster.people.record.models import PersonChange
from muster.web import person_page
from muster.web.members import MemberRequest, member_may

AUTOCOMPLETE = {
    "given_name": "off",
    "family_name": "off",
    "address": "off",
    "postcode": "off",
}


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change people")
def edit(request: MemberRequest, code: UUID) -> HttpResponse:
    """Names and where they live. What someone else changed meanwhile is shown, not overwritten."""
    person = person_page.theirs(request, code)
    if request.method != "POST":
        return _form(request, person, {f: getattr(person, f) for f in editing.FIELDS})
    typed = {f: request.POST[f] for f in editing.FIELDS if f in request.POST}
    was = {f: request.POST.get(f"was_{f}", "") for f in editing.FIELDS}
    try:
        changes = editing.edit(person, typed, was=was, who=Who(request.member, now()))
    except CannotEdit as refusal:
        return _form(request, person, typed, refusal, was)
    _tell(request, person, changes)
    if request.reach.may_in("see people", person.seat_id):
        return redirect("people:show", code=code)
    return redirect("people:list")


def _form(
    request: MemberRequest,
    person: Person,
    typed: dict[str, str],
    refusal: CannotEdit | None = None,
    was: dict[str, str] | None = None,
) -> HttpResponse:
    """The form as it was typed; after a clash, drawn with what the field says by now."""
    clashes = refusal.clashes if isinstance(refusal, ChangedMeanwhile) else []
    drawn = {f: getattr(person, f) for f in editing.FIELDS} | (was or {})
    drawn |= {clash.field: clash.now for clash in clashes}
    fields = [
        {
            "name": f,
            "label": label,
            "value": typed.get(f, ""),
            "was": drawn[f],
            "longest": max(longest, 20),
            "clash": next((c for c in clashes if c.field == f), None),
        }
        for f, (label, longest) in editing.FIELDS.items()
    ]
    context = {
        "person": person,
        "name": person_page.name_of(person),
        "fields": fields,
        "refusal": refusal,
    }
    return render(request, "web/people/edit.html", context, status=409 if refusal else 200)


def _tell(request: MemberRequest, person: Person, changes: list[PersonChange]) -> None:
    if not changes:
        messages.info(request, "Nothing was changed.")
        return
    moved = any(change.field == "seat" for change in changes)
    person.refresh_from_db()
    where = f" They are placed in {person.seat.name}." if moved and person.seat else ""
    if moved and not person.seat:
        where = " Their seat is not known any more: say it by hand."
    messages.success(request, f"Changed, and kept in the timeline.{where}")


@require_POST
@member_may("change people")
def add_contact(request: MemberRequest, code: UUID) -> HttpResponse:
    """One more e-mail address or number. Whoever has the address already is named."""
    person = person_page.theirs(request, code)
    kind = "phone" if request.POST.get("kind") == "phone" else "email"
    try:
        change = contacting.add(
            person, kind, request.POST.get("value", ""), who=Who(request.member, now())
        )
    except CannotEdit as refusal:
        return person_page.page(request, person, refusal)
    messages.success(request, f"{_shown(kind, change.after)} was added." if change else "Known.")
    return redirect("people:show", code=code)


@require_POST
@member_may("change people")
def contact(request: MemberRequest, code: UUID, pk: int) -> HttpResponse:
    """Put an address or number right, or take it away."""
    person = person_page.theirs(request, code)
    was, who = request.POST.get("was", ""), Who(request.member, now())
    try:
        if request.POST.get("act") == "take away":
            change: Any = contacting.take_away(person, pk, was=was, who=who)
        else:
            change = contacting.correct(person, pk, request.POST.get("value", ""), was=was, who=who)
    except CannotEdit as refusal:
        return person_page.page(request, person, refusal)
    messages.success(request, "Changed, and kept in the timeline." if change else "As it was.")
    return redirect("people:show", code=code)


@require_POST
@member_may("change people")
def undo(request: MemberRequest, code: UUID, pk: int) -> HttpResponse:
    """Take one change back."""
    person = person_page.theirs(request, code)
    change = get_object_or_404(PersonChange.objects.filter(person=person), pk=pk)
    try:
        undoing.undo(change, Who(request.member, now()))
    except CannotEdit as refusal:
        return person_page.page(request, person, refusal)
    messages.success(request, "Taken back.")
    person.refresh_from_db()
    if request.reach.may_in("see people", person.seat_id):
        return redirect("people:show", code=code)
    return redirect("people:list")


def _shown(kind: str, value: str) -> str:
    return shown_phone(value) if kind == "phone" else value

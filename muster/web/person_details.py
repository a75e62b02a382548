"""What the organisation's own fields say of one person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from muster.lib.times import now
from muster.people.models import Person
from muster.people.record import detailing, looking
from muster.people.record.changing import CannotEdit, ChangedMeanwhile, Who
from muster.web import person_page
from muster.web.members import MemberRequest, member_may


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change people")
def details(request: MemberRequest, code: UUID) -> HttpResponse:
    """All fields in use, to fill in. Special ones only for whoever may see them; audited."""
    person = person_page.theirs(request, code)
    is_special = person_page.may_see_special(request, person)
    if request.method != "POST":
        return _form(request, person, is_special)
    typed = _numbered(request, "field_")
    who = Who(request.member, now())
    try:
        changed = detailing.write(
            person, typed, was=_numbered(request, "was_"), who=who, with_special=is_special
        )
    except CannotEdit as refusal:
        return _form(request, person, is_special, typed, refusal)
    messages.success(request, "Changed, and kept in the timeline." if changed else "As it was.")
    return redirect("people:show", code=code)


def _numbered(request: MemberRequest, prefix: str) -> dict[int, str]:
    """The form's fields of this prefix, by the number of the custom field."""
    found = {}
    for name, value in request.POST.items():
        number = name.removeprefix(prefix)
        if name.startswith(prefix) and number.isdecimal() and isinstance(value, str):
            found[int(number)] = value
    return found


def _form(
    request: MemberRequest,
    person: Person,
    is_special: bool,
    typed: dict[int, str] | None = None,
    refusal: CannotEdit | None = None,
) -> HttpResponse:
    found = detailing.details(person, with_special=is_special)
    special = [d.field.pk for d in found if d.field.is_special]
    looking.read_special(person, special, by=request.member, at=now())
    clashes = refusal.clashes if isinstance(refusal, ChangedMeanwhile) else []
    was = {} if refusal is None else _numbered(request, "was_")
    was |= {int(clash.field.split(":")[1]): clash.now for clash in clashes}
    rows: list[dict[str, Any]] = [
        {
            "field": d.field,
            "value": (typed or {}).get(d.field.pk, d.words),
            "was": was.get(d.field.pk, d.words),
            "options": _options(d),
        }
        for d in found
    ]
    context = {
        "person": person,
        "name": person_page.name_of(person),
        "rows": rows,
        "refusal": refusal,
    }
    return render(request, "web/people/details.html", context, status=409 if refusal else 200)


def _options(detail: detailing.Detail) -> list[str]:
    """What may be chosen; empty: it is typed."""
    if detail.field.kind == detailing.Kind.YES_NO:
        return [detailing.YES, detailing.NO]
    return list(detail.field.choices) if detail.field.kind == detailing.Kind.CHOICE else []

"""Tags, notes and ties of one person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.people import search
from muster.people.models import Person, Tag
from muster.people.record import noting, tagging, tying
from muster.people.record.changing import Who
from muster.people.record.models import Note, Relationship
from muster.web import person_page
from muster.web.members import MemberRequest, member_may

FOUND = 12


@require_POST
@member_may("change people")
def tag(request: MemberRequest, code: UUID) -> HttpResponse:
    person = person_page.theirs(request, code)
    try:
        tagging.add(person, request.POST.get("tag", ""), Who(request.member, now()))
    except tagging.CannotTag as refusal:
        return person_page.page(request, person, refusal)
    return redirect("people:show", code=code)


@require_POST
@member_may("change people")
def untag(request: MemberRequest, code: UUID, pk: int) -> HttpResponse:
    person = person_page.theirs(request, code)
    found = get_object_or_404(Tag.objects.filter(organisation=request.organisation), pk=pk)
    tagging.remove(person, found, Who(request.member, now()))
    return redirect("people:show", code=code)


@require_safe
@member_may("see people")
def tag_names(request: MemberRequest) -> HttpResponse:
    """Names of tags that hold what was typed, as options."""
    names = tagging.beginning(request.organisation, request.GET.get("tag", ""))
    return render(request, "web/people/_tag_names.html", {"names": names})


@require_POST
@member_may("change people")
def write_note(request: MemberRequest, code: UUID) -> HttpResponse:
    person = person_page.theirs(request, code)
    try:
        noting.write(person, request.POST.get("text", ""), by=request.member, at=now())
    except noting.CannotNote as refusal:
        return person_page.page(request, person, refusal)
    messages.success(request, "Noted.")
    return redirect("people:show", code=code)


@require_POST
@member_may("change people")
def note(request: MemberRequest, code: UUID, pk: int) -> HttpResponse:
    """Its writer rewords it or takes it away; whoever handles privacy may take any away."""
    person = person_page.theirs(request, code)
    found = get_object_or_404(Note.objects.filter(person=person), pk=pk)
    try:
        if request.POST.get("act") == "take away":
            may = request.reach.may_everywhere("handle privacy")
            noting.remove(found, by=request.member, may_remove_others=may)
        else:
            noting.rewrite(found, request.POST.get("text", ""), by=request.member, at=now())
    except noting.CannotNote as refusal:
        return person_page.page(request, person, refusal)
    messages.success(request, "Changed.")
    return redirect("people:show", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change people")
def ties(request: MemberRequest, code: UUID) -> HttpResponse:
    """Whom they have to do with: find the other one, say how."""
    person = person_page.theirs(request, code)
    refusal: Exception | None = None
    if request.method == "POST":
        try:
            _tie(request, person)
        except tying.CannotTie as why:
            refusal = why
        else:
            messages.success(request, "Both pages say so now.")
            return redirect("people:show", code=code)
    text = " ".join(request.GET.get("q", "").split())[:100]
    found = search.find(request.organisation, request.reach, text, limit=FOUND + 1)
    context = {
        "person": person,
        "name": person_page.name_of(person),
        "text": text,
        "found": [one for one in found if one.pk != person.pk][:FOUND],
        "kinds": [(k, tying.READS[Relationship.Kind(k)][0]) for k in Relationship.Kind.values],
        "refusal": refusal,
    }
    return render(request, "web/people/ties.html", context, status=409 if refusal else 200)


def _tie(request: MemberRequest, person: Person) -> None:
    """Raises `tying.CannotTie`. The other must be within sight."""
    try:
        asked = UUID(request.POST.get("other", ""))
    except ValueError as refusal:
        raise tying.CannotTie("Choose the other person.") from refusal
    other = person_page.theirs(request, asked, "see people")
    tying.tie(person, other, request.POST.get("kind", ""), by=request.member, at=now())


@require_POST
@member_may("change people")
def untie(request: MemberRequest, code: UUID, pk: int) -> HttpResponse:
    person = person_page.theirs(request, code)
    tying.untie(pk, person, by=request.member, at=now())
    return redirect("people:show", code=code)

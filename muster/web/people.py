"""People: finding them, saying their seat, erasing them; one person's page stands beside."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from muster.lib.times import now
from muster.people import erasing, placing
from muster.people.models import Tag
from muster.places.models import Place
from muster.web import (
    people_list,
    people_tagging,
    person_details,
    person_edit,
    person_marks,
    person_page,
    person_reach,
)
from muster.web.members import MemberRequest, member_may
from muster.web.people_list import NOWHERE
from muster.web.person_page import theirs


@require_safe
@member_may("see people")
def listing(request: MemberRequest) -> HttpResponse:
    asked = people_list.read(request.GET, request.organisation, request.reach)
    rows = people_list.rows(request.organisation, request.reach, asked)
    context = {
        "audience": people_list.as_audience(asked),
        "asked": asked,
        "rows": rows[: people_list.SHOWN],
        "has_more": len(rows) > people_list.SHOWN,
        "chips": [
            {"words": words, "on": asked.consent == c, "href": _chip(asked, c)}
            for c, words in people_list.CHANNELS.items()
        ],
        "without_seat": asked.address(seat=""),
        "seats": Place.objects.seats()
        .filter(request.reach.within("see people", "id"))
        .order_by("name"),
        "counted": people_list.count(request.organisation, request.reach, asked),
        "nowhere": NOWHERE if request.reach.may_everywhere("see people") else "",
        "tags": Tag.objects.filter(organisation=request.organisation).order_by("name")[:500],
        "may_tag": request.reach.may("change people"),
        "tagging": asked.address(),
        "may_change": request.reach.may("change people"),
        "may_see_register": request.reach.may("see register"),
        "may_import": request.reach.may_everywhere("import people"),
        "may_export": request.reach.may("export people"),
    }
    is_part = request.headers.get("HX-Target") == "found"
    return render(request, f"web/people/{'_found' if is_part else 'list'}.html", context)


def _chip(asked: people_list.Asked, channel: str) -> str:
    return asked.address(consent="" if asked.consent == channel else channel)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change people")
def seat(request: MemberRequest, code: UUID) -> HttpResponse:
    """They say which seat they live in: any seat, even one this member cannot see into."""
    person = theirs(request, code)
    seats = Place.objects.seats().order_by("name")
    refusal = None
    if request.method == "POST":
        said = request.POST.get("seat", "")
        chosen = seats.filter(slug=said).first() if said != NOWHERE else None
        if chosen is None and said != NOWHERE:
            refusal = placing.NotASeat("Choose a seat of the list, or “Not known”.")
    if request.method == "POST" and refusal is None:
        placing.say_seat(person, chosen, by=request.member, at=now())
        messages.success(request, f"Placed in {chosen.name}." if chosen else "Placed nowhere.")
        if request.reach.may_in("see people", person.seat_id):
            return redirect("people:show", code=code)
        return redirect("people:list")
    context = {"person": person, "seats": seats, "refusal": refusal, "nowhere": NOWHERE}
    return render(request, "web/people/seat.html", context, status=422 if refusal else 200)


class EraseForm(forms.Form):
    """A word to type, so that nobody is erased by a slip."""

    word = forms.CharField(label="Type ERASE", max_length=10)

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip().upper() != "ERASE":
            raise forms.ValidationError("Type ERASE to go on; nothing was erased.")
        return word


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change people")
def erase(request: MemberRequest, code: UUID) -> HttpResponse:
    person = theirs(request, code)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erasing.erase(person, by=request.member, at=timezone.now())
        messages.success(request, "Erased. Their addresses stay on the list never to be used.")
        return redirect("people:list")
    return render(request, "web/people/erase.html", {"person": person, "form": form})


app_name = "people"
urlpatterns = [
    path("", listing, name="list"),
    path("tagging", people_tagging.begin, name="tagging"),
    path("tagging/<int:pk>", people_tagging.run, name="tag_run"),
    path("tagging/<int:pk>/undo", people_tagging.undo, name="tag_undo"),
    path("tag-names", person_marks.tag_names, name="tag_names"),
    path("<uuid:code>", person_page.show, name="show"),
    path("<uuid:code>/timeline", person_page.timeline, name="timeline"),
    path("<uuid:code>/withdraw", person_reach.withdraw, name="withdraw"),
    path("<uuid:code>/give", person_reach.give, name="give"),
    path("<uuid:code>/stop", person_reach.stop, name="stop"),
    path("<uuid:code>/edit", person_edit.edit, name="edit"),
    path("<uuid:code>/contacts", person_edit.add_contact, name="add_contact"),
    path("<uuid:code>/contacts/<int:pk>", person_edit.contact, name="contact"),
    path("<uuid:code>/changes/<int:pk>/undo", person_edit.undo, name="undo"),
    path("<uuid:code>/tags", person_marks.tag, name="tag"),
    path("<uuid:code>/tags/<int:pk>/untag", person_marks.untag, name="untag"),
    path("<uuid:code>/notes", person_marks.write_note, name="write_note"),
    path("<uuid:code>/notes/<int:pk>", person_marks.note, name="note"),
    path("<uuid:code>/ties", person_marks.ties, name="ties"),
    path("<uuid:code>/ties/<int:pk>/untie", person_marks.untie, name="untie"),
    path("<uuid:code>/details", person_details.details, name="details"),
    path("<uuid:code>/seat", seat, name="seat"),
    path("<uuid:code>/erase", erase, name="erase"),
]

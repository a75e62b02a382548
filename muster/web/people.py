"""People: finding them, and one person's page."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.people import consenting, erasing, households, merging, placing, suppressing
from muster.people.contacts import shown_phone
from muster.people.models import Channel, Person, Wording
from muster.places.models import Place
from muster.web import duplicates, people_list, people_timeline
from muster.web.members import MemberRequest, member_may
from muster.web.people_list import NOWHERE


@require_safe
@member_may("see people")
def listing(request: MemberRequest) -> HttpResponse:
    asked = people_list.read(request.GET, request.reach)
    rows = people_list.rows(request.organisation, request.reach, asked)
    context = {
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
        "may_change": request.reach.may("change people"),
        "may_import": request.reach.may_everywhere("import people"),
        "may_export": request.reach.may("export people"),
    }
    is_part = request.headers.get("HX-Target") == "found"
    return render(request, f"web/people/{'_found' if is_part else 'list'}.html", context)


def _chip(asked: people_list.Asked, channel: str) -> str:
    return asked.address(consent="" if asked.consent == channel else channel)


@require_safe
@member_may("see people")
def show(request: MemberRequest, code: UUID) -> HttpResponse:
    if instead := merging.current_code(request.organisation, code):
        return redirect("people:show", code=instead)
    person = _theirs(request, code, "see people")
    return _page(request, person)


def _theirs(request: MemberRequest, code: UUID, permission: str) -> Person:
    """The person, if this member may do that with them; else there is no such page."""
    people = Person.objects.filter(organisation=request.organisation).select_related("seat", "ward")
    return get_object_or_404(people.filter(request.reach.within(permission)), code=code)


def _page(request: MemberRequest, person: Person, refusal: Exception | None = None) -> HttpResponse:
    kind = request.GET.get("only", "")
    kind = kind if kind in people_timeline.FILTERS else ""
    emails, phones = _contacts(person)
    context = {
        "person": person,
        "name": f"{person.given_name} {person.family_name}".strip() or "No name given",
        "emails": emails,
        "phones": phones,
        "housemates": _housemates(request, person),
        "switches": _switches(person, emails, phones),
        "moments": people_timeline.timeline(person, kind),
        "came": people_timeline.came(person),
        "only": kind,
        "filters": people_timeline.FILTERS,
        "may_change": request.reach.may_in("change people", person.seat_id),
        "refusal": refusal,
        **_duplicates(request, person),
    }
    return render(request, "web/people/show.html", context, status=409 if refusal else 200)


def _duplicates(request: MemberRequest, person: Person) -> dict[str, Any]:
    """Who they may be besides, and whom they were merged with; for who may merge."""
    if not request.reach.may_in("change people", person.seat_id):
        return {}
    pairs = duplicates.pairs_of(request).select_related("first", "second")
    return {
        "twins": pairs.filter(Q(first=person) | Q(second=person))[:5],
        "merges": person.merges.filter(undone_at=None).select_related("by").order_by("-pk")[:5],
    }


def _contacts(person: Person) -> tuple[list[Any], list[Any]]:
    points = list(person.contact_points.order_by("id"))
    phones = [
        {"value": p.value, "shown": shown_phone(p.value)} for p in points if p.kind == "phone"
    ]
    return [p for p in points if p.kind == "email"], phones


def _housemates(request: MemberRequest, person: Person) -> list[Person]:
    others = households.housemates(person)
    return list(others.filter(request.reach.within("see people"))[:12])


def _switches(person: Person, emails: list[Any], phones: list[Any]) -> list[dict[str, Any]]:
    """Each channel: on or off, why, and what may be done about it."""
    standing = consenting.standing(person)
    stopped = suppressing.suppressed_channels(person)
    wordings = Wording.objects.filter(organisation=person.organisation_id, purpose="marketing")
    has = {"email": emails, "sms": phones, "call": phones, "post": person.address}
    known = wordings.in_bulk([s.wording_id for s in standing.values() if s.wording_id])
    return [
        {
            "channel": c,
            "words": Channel(c).label,
            "icon": ICONS[c],
            "has": bool(has[c]),
            "said": standing[c],
            "said_on": people_timeline.said_on(standing[c].source),
            "wording": known.get(standing[c].wording_id or 0),
            "stopped": stopped.get(c),
            "is_on": bool(has[c]) and standing[c].is_given and c not in stopped,
            "wordings": [w for w in wordings if w.channel == c],
        }
        for c in Channel.values
    ]


ICONS = {"email": "mail", "sms": "message-square", "call": "phone", "post": "mailbox"}


@require_POST
@member_may("change people")
def withdraw(request: MemberRequest, code: UUID) -> HttpResponse:
    """One press: they do not want this any more."""
    person = _theirs(request, code, "change people")
    channel = _channel(request)
    consenting.withdraw(
        person, channel, source=f"Told {request.member.name}", at=now(), by=request.member
    )
    messages.success(request, f"{Channel(channel).label} is off from now on.")
    return redirect("people:show", code=code)


@require_POST
@member_may("change people")
def give(request: MemberRequest, code: UUID) -> HttpResponse:
    """They agreed: to which words, and where. A member lifts an earlier stop by saying so."""
    person = _theirs(request, code, "change people")
    channel = _channel(request)
    wordings = Wording.objects.filter(organisation=request.organisation, channel=channel)
    asked = request.POST.get("wording", "")
    wording = get_object_or_404(wordings, pk=int(asked) if asked.isdecimal() else 0)
    try:
        consenting.give(
            person,
            channel,
            wording=wording,
            source=request.POST.get("source", ""),
            at=now(),
            by=request.member,
        )
    except consenting.CannotConsent as refusal:
        return _page(request, person, refusal)
    if request.POST.get("lift") == "on":
        suppressing.lift(person, channel=channel, by=request.member, at=now())
    messages.success(request, f"{Channel(channel).label} is on, with its source.")
    return redirect("people:show", code=code)


def _channel(request: MemberRequest) -> str:
    channel = request.POST.get("channel", "")
    return channel if channel in Channel.values else Channel.EMAIL


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change people")
def seat(request: MemberRequest, code: UUID) -> HttpResponse:
    """They say which seat they live in: any seat, even one this member cannot see into."""
    person = _theirs(request, code, "change people")
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
    person = _theirs(request, code, "change people")
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erasing.erase(person, by=request.member, at=timezone.now())
        messages.success(request, "Erased. Their addresses stay on the list never to be used.")
        return redirect("people:list")
    return render(request, "web/people/erase.html", {"person": person, "form": form})


app_name = "people"
urlpatterns = [
    path("", listing, name="list"),
    path("<uuid:code>", show, name="show"),
    path("<uuid:code>/withdraw", withdraw, name="withdraw"),
    path("<uuid:code>/give", give, name="give"),
    path("<uuid:code>/seat", seat, name="seat"),
    path("<uuid:code>/erase", erase, name="erase"),
]

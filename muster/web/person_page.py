"""One person's page: who and where, how they may be reached, what happened, what to ask next."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from muster.actions.knowing import known_of
from muster.actions.next_ask import next_ask
from muster.lib.times import now
from muster.messaging.models import Traveller
from muster.people import households
from muster.people.contacts import shown_phone
from muster.people.duplicates import merging
from muster.people.models import Person
from muster.people.record import detailing, looking, preferring, tying
from muster.people.record.changing import ChangedMeanwhile
from muster.people.record.contacting import Taken
from muster.people.record.models import Preference
from muster.web import duplicates, people_timeline, person_switches
from muster.web.journey_reach import journeys_for
from muster.web.members import MemberRequest, member_may
from muster.web.people_timeline import Eyes
from muster.web.timeline_kinds import LOOKS

HOUSEMATES = 12
LOOKS_SHOWN = 8


def theirs(request: MemberRequest, code: UUID, permission: str = "change people") -> Person:
    """The person, if this member may do that with them; else there is no such page.

    Whoever gets this far looks at them: the audit knows, once an hour.
    """
    people = Person.objects.filter(organisation=request.organisation).select_related(
        "seat", "ward", "organisation"
    )
    person = get_object_or_404(people.filter(request.reach.within(permission)), code=code)
    looking.look(person, by=request.member, at=now())
    return person


@require_safe
@member_may("see people")
def show(request: MemberRequest, code: UUID) -> HttpResponse:
    if instead := merging.current_code(request.organisation, code):
        return redirect("people:show", code=instead)
    person = theirs(request, code, "see people")
    return page(request, person)


@require_safe
@member_may("see people")
def timeline(request: MemberRequest, code: UUID) -> HttpResponse:
    """The older moments, to be put where the button stood."""
    person = theirs(request, code, "see people")
    return render(request, "web/people/_moments.html", _timeline(request, person, is_special=False))


def page(request: MemberRequest, person: Person, refusal: Exception | None = None) -> HttpResponse:
    """The whole page; with a refusal, said on top of it and nothing changed."""
    is_special = _opens_special(request, person)
    emails, phones = _contacts(person)
    context = {
        "person": person,
        "name": name_of(person),
        "emails": emails,
        "phones": phones,
        "housemates": _housemates(request, person),
        "ties": tying.ties_of(person, request.reach),
        "switches": person_switches.switches(person, emails, phones),
        "others": person_switches.other_purposes(person),
        "came": people_timeline.came(person),
        "ask": next_ask(known_of(person, now())),
        "tags": person.tagged.select_related("tag").order_by("tag__name"),
        "notes": person.notes.select_related("by").order_by("-at")[:20],
        "may_change": request.reach.may_in("change people", person.seat_id),
        "may_remove_notes": request.reach.may_everywhere("handle privacy"),
        "travels": _travels(request, person),
        "refusal": refusal,
        "clashes": refusal.clashes if isinstance(refusal, ChangedMeanwhile) else [],
        "owner": _owner(request, refusal),
        **_duplicates(request, person),
        **_details(request, person, is_special),
        **_preferences(person),
        **_looked(request, person),
        **_timeline(request, person, is_special=is_special),
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


def _travels(request: MemberRequest, person: Person) -> list[Traveller]:
    """The journeys they are on now, for who may see those."""
    found = Traveller.objects.filter(
        person=person, ended_at=None, journey__in=journeys_for(request)
    )
    return list(found.select_related("journey", "step").order_by("-entered_at"))


def name_of(person: Person) -> str:
    return f"{person.given_name} {person.family_name}".strip() or "No name given"


def _contacts(person: Person) -> tuple[list[Any], list[Any]]:
    points = list(person.contact_points.order_by("id"))
    phones = [
        {"pk": p.pk, "value": p.value, "shown": shown_phone(p.value)}
        for p in points
        if p.kind == "phone"
    ]
    return [p for p in points if p.kind == "email"], phones


def _housemates(request: MemberRequest, person: Person) -> list[Person]:
    others = households.housemates(person)
    return list(others.filter(request.reach.within("see people"))[:HOUSEMATES])


def _owner(request: MemberRequest, refusal: Exception | None) -> Person | None:
    """Who has the address, if this member may see them."""
    if not isinstance(refusal, Taken):
        return None
    people = Person.objects.filter(organisation=request.organisation, pk=refusal.owner.pk)
    return people.filter(request.reach.within("see people")).first()


def _opens_special(request: MemberRequest, person: Person) -> bool:
    """Did they ask to read special data, and may they? Each reading is audited (DP-9)."""
    if request.GET.get("special") != "1" or not may_see_special(request, person):
        return False
    held = [d.field.pk for d in detailing.details(person, with_special=True) if d.field.is_special]
    looking.read_special(person, held, by=request.member, at=now())
    return bool(held)


def may_see_special(request: MemberRequest, person: Person) -> bool:
    return request.reach.may_in("see special data", person.seat_id)


def _details(request: MemberRequest, person: Person, is_special: bool) -> dict[str, Any]:
    found = detailing.details(person, with_special=True)
    has_special = any(d.field.is_special for d in found)
    return {
        "details": [d for d in found if is_special or not d.field.is_special],
        "has_special": has_special,
        "is_special": is_special,
        "may_see_special": has_special and may_see_special(request, person),
    }


def _preferences(person: Person) -> dict[str, Any]:
    off = preferring.unwanted(person)
    topics = preferring.topics(person.organisation)
    return {
        "often": Preference.Frequency(preferring.frequency(person)).label,
        "unwanted": [topic.name for topic in topics if topic.pk in off],
        "has_topics": bool(topics),
    }


def _looked(request: MemberRequest, person: Person) -> dict[str, Any]:
    if not _may_see_audit(request):
        return {"may_see_audit": False}
    entries = looking.looks(person).filter(kind=looking.LOOKED).select_related("member")
    return {"may_see_audit": True, "looks": entries[:LOOKS_SHOWN]}


def _may_see_audit(request: MemberRequest) -> bool:
    return request.reach.may_everywhere("see audit")


def _timeline(request: MemberRequest, person: Person, *, is_special: bool) -> dict[str, Any]:
    """What of the timeline the address asks for: `only` a kind, `before` an instant."""
    may_see_audit = _may_see_audit(request)
    filters = people_timeline.FILTERS | ({LOOKS: "Looked at"} if may_see_audit else {})
    only = request.GET.get("only", "")
    only = only if only in filters else ""
    may_change = request.reach.may_in("change people", person.seat_id)
    eyes = Eyes(may_see_audit, is_special, may_change)
    stretch = people_timeline.newest(person, only, _instant(request.GET.get("before", "")), eyes)
    before = stretch.older.isoformat() if stretch.older else ""
    asked = urlencode({k: v for k, v in (("only", only), ("before", before)) if v})
    return {
        "person": person,
        "moments": stretch.moments,
        "only": only,
        "filters": filters,
        "is_later": "before" in request.GET,
        "may_change": may_change,
        "older": asked if before else "",
        "older_part": f"{reverse('people:timeline', args=[person.code])}?{asked}",
    }


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None

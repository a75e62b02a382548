"""`/`: people, seats and pages by the beginning of a word, in one place."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from muster.people import search as people_search
from muster.places.models import Place
from muster.web.frame import rooms_for
from muster.web.members import MemberRequest, any_member

SEATS_SHOWN = 12
PEOPLE_SHOWN = 20


@dataclass(frozen=True)
class Page:
    """A page one can go to; `words` are what it may be called."""

    name: str
    address: str
    icon: str


@require_safe
@any_member
def search(request: MemberRequest) -> HttpResponse:
    """Everything within reach whose words begin with what was typed."""
    text = " ".join(request.GET.get("q", "").split())[:100]
    context = {
        "searched": text,
        "people": _people(request, text),
        "seats": _seats(request, text),
        "pages": _pages(request, text),
    }
    template = "web/search/_found.html" if request.headers.get("HX-Request") else _WHOLE
    return render(request, template, context)


_WHOLE = "web/search/search.html"


def _people(request: MemberRequest, text: str) -> list[object]:
    if not text or not request.reach.may("see people"):
        return []
    found = people_search.find(request.organisation, request.reach, text, limit=PEOPLE_SHOWN)
    return list(found)


def _seats(request: MemberRequest, text: str) -> QuerySet[Place]:
    if not text or not request.reach.may("see seats"):
        return Place.objects.none()
    is_word = Q(name__istartswith=text) | Q(name__icontains=f" {text}") | Q(code__iexact=text)
    # Results and boundaries are public: a seat organiser may look a seat up, and finds of its
    # own people there only what their reach allows.
    return (
        Place.objects.seats()
        .filter(is_word)
        .filter(request.reach.within("see seats", "id"))
        .only("name", "slug", "code")
        .order_by("name")[:SEATS_SHOWN]
    )


def _pages(request: MemberRequest, text: str) -> list[Page]:
    rooms = rooms_for(request.reach, request.path)
    pages = [Page(r["room"].name, r["address"], r["room"].icon) for r in rooms]
    return [page for page in pages if text and page.name.lower().startswith(text.lower())]


urlpatterns = [path("search", search, name="search")]

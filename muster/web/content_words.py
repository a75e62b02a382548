"""Writing the words of a post, a card, an ad or a page, with one seat's cut beside them."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from muster.content import checking, cutting, masters, starters
from muster.content.facts_of_place import facts_of
from muster.content.making import FORMATS
from muster.content.models import Master
from muster.lib.times import now
from muster.places.models import Place
from muster.web import content_drawing
from muster.web.content_forms import ContentForm
from muster.web.content_kinds import WRITTEN_HERE, Kind, fields_for
from muster.web.content_previews import previews_of
from muster.web.content_reach import (
    launch_of,
    longest_and_shortest,
    master_for,
    message_of,
    places_of,
    refuse_while_armed,
)
from muster.web.members import MemberRequest, member_may


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("write content", everywhere=True)
def write(request: MemberRequest, kind: str) -> HttpResponse:
    """Write a new master; its cuts are there as soon as it is kept."""
    if kind == Master.Kind.EMAIL:
        return redirect("messages:write")
    form = ContentForm(
        _kind(kind), request.organisation, request.POST or None, initial=_first_words(kind)
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                master = masters.write(
                    request.organisation, form.words(), by=request.member, at=now()
                )
                cut_for_all(master)
        except masters.CannotWrite as refusal:
            return _written(request, form, refusal=refusal, status=409)
        return redirect("content:show", master.pk)
    return _written(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("write content", everywhere=True)
def change(request: MemberRequest, id: int) -> HttpResponse:
    """Put other words in place. Nothing typed is lost when they are refused."""
    master = master_for(request, id)
    if (message := message_of(master)) is not None:
        return redirect("messages:words", message.pk)
    if master.sealed_at:
        return redirect("content:show", id)
    launch = launch_of(master)
    form = ContentForm(
        _kind(master.kind), request.organisation, request.POST or None, master=master
    )
    if request.method == "POST" and form.is_valid():
        try:
            _change(master, form.words(), request)
        except masters.CannotWrite as refusal:
            return _written(request, form, refusal=refusal, status=409, launch=launch)
        return redirect("content:show", id)
    return _written(request, form, launch=launch)


def _change(master: Master, words: masters.Words, request: MemberRequest) -> None:
    refuse_while_armed(master)
    with transaction.atomic():
        cut_for_all(masters.change(master, words, by=request.member, at=now()))


def cut_for_all(master: Master) -> None:
    """Bring the cuts of every seat in step, and have drawn what is not."""
    cutting.cut(master, list(places_of(master.targets)), now())
    content_drawing.queue(master)


def _first_words(kind: str) -> dict[str, Any]:
    """Words to begin from, for the Saturday after next: an empty page helps nobody."""
    starter = starters.STARTERS[kind]
    today = timezone.localdate()
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    said = {name: getattr(starter, name) for name in ("subject", "body", "button", "alt")}
    return said | {"date": saturday}


def _kind(value: str) -> Kind:
    if value not in WRITTEN_HERE:
        raise Http404
    return WRITTEN_HERE[value]


def _written(
    request: MemberRequest, form: ContentForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    targets = form.targets_now()
    places = places_of(targets)
    context: dict[str, Any] = {
        "form": form,
        "kind": form.kind,
        "master": form.master,
        "fields": fields_for(form.kind.value),
        "targets": targets,
        "places": places,
        "extremes": longest_and_shortest(places),
    }
    if places:
        context |= previewed(request, form, _asked_in(places, request.GET.get("seat", "")))
    return render(request, "web/content/write.html", context | more, status=status)


@require_POST
@member_may("write content", everywhere=True)
def preview(request: MemberRequest, kind: str) -> HttpResponse:
    """One seat's cut of words that are not kept yet."""
    asked = request.POST.get("master", "")
    master = master_for(request, int(asked)) if asked.isascii() and asked.isdigit() else None
    if master is not None and master.kind != kind:
        raise Http404
    form = ContentForm(_kind(kind), request.organisation, request.POST, master=master)
    places = places_of(form.targets_now())
    if not places:
        return render(request, "web/content/_preview.html", {})
    place = _asked_in(places, request.POST.get("preview_seat", ""))
    context = previewed(request, form, place)
    if request.POST.get("seats_of", "") != str(getattr(form.targets_now(), "pk", "")):
        # Another list was chosen: its seats to choose from, and how many they are.
        context |= {"new_places": places, "targets": form.targets_now()}
        context |= {"extremes": longest_and_shortest(places)}
    return render(request, "web/content/_preview.html", context)


def _asked_in(places: list[Place], code: str) -> Place:
    return next((place for place in places if place.code == code), places[0])


def previewed(request: MemberRequest, form: ContentForm, place: Place) -> dict[str, Any]:
    """The cut of one seat as it would be, its problems, and what it will look like."""
    unkept = form.unkept(request.organisation)
    cuts = [cutting.previewed(unkept, place, now(), f) for f in FORMATS[form.kind.value]]
    drawn = content_drawing.drawn_now(cuts)
    companions = _companions(form, place)
    problems = [problem for cut in cuts for problem in checking.problems_of(cut)]
    launch = launch_of(form.master) if form.master else None
    return {
        "place": place,
        "problems": list(dict.fromkeys(problems)),
        "facts": facts_of([place], unkept.targets)[place.pk],
        "previews": previews_of(
            request.organisation,
            place,
            [*cuts, *companions],
            page=launch.page if launch else None,
            drawn=drawn,
        ),
    }


def _companions(form: ContentForm, place: Place) -> list[Any]:
    """The card that travels in a post or an ad, where a launch says which."""
    launch = launch_of(form.master) if form.master else None
    if launch is None or launch.card is None or form.kind.value not in ("post", "ad"):
        return []
    return list(launch.card.cuts.filter(place=place).select_related("master", "place"))

"""Content: what is written once and cut for every seat, and every address beneath it."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from muster.content.models import Cut, Master
from muster.lib.times import now
from muster.messaging.models import Message
from muster.web import (
    content_approving,
    content_drawing,
    content_pictures,
    content_sheet,
    content_show,
    content_versions,
    content_words,
)
from muster.web.content_kinds import KINDS, Kind
from muster.web.content_reach import SEES, cuts_for, masters_for
from muster.web.content_standing import NONE, Standing, numbers_of, standing_of
from muster.web.members import MemberRequest, member_may

app_name = "content"
SHOWN = 100
STRIP = 6


@dataclass(frozen=True)
class Line:
    """One master: how it stands, an e-mail's message, and a few of a card's pictures."""

    master: Master
    standing: Standing
    message_id: int | None
    strip: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        if self.message_id is not None:
            return reverse("messages:show", args=[self.message_id])
        return reverse("content:show", args=[self.master.pk])


@require_safe
@member_may(SEES)
def listing(request: MemberRequest) -> HttpResponse:
    """Every master by kind, each with a sentence; first what waits for approval."""
    lines = lines_of(request, masters_for(request).order_by("-changed_at")[:SHOWN])
    return render(
        request,
        "web/content/list.html",
        {
            "kinds": [(kind, of_kind(lines, kind)) for kind in KINDS.values()],
            "lines": lines,
            "gone": [line for line in lines if line.master.sealed_at],
            "open": [line for line in lines if not line.master.sealed_at],
            "approved": [line for line in lines if line.standing.word == "Approved"],
            "for_approval": [line for line in lines if line.standing.waits == "approval"],
            "wrong": [line for line in lines if line.standing.waits == "problems"],
            "may_write": request.reach.may_everywhere("write content"),
            "may_approve": request.reach.may_everywhere("approve content"),
        },
    )


def lines_of(request: MemberRequest, masters: QuerySet[Master]) -> list[Line]:
    """Each master with how it stands, in a few queries for all of them."""
    found = list(masters)
    numbers = numbers_of(cuts_for(request, found))
    messages = dict(Message.objects.filter(master__in=found).values_list("master_id", "pk"))
    at = now()
    return [
        Line(
            master,
            standing_of(master, numbers.get(master.pk, NONE), at=at),
            messages.get(master.pk),
            strip_of(request, master),
        )
        for master in found
    ]


def strip_of(request: MemberRequest, master: Master) -> tuple[str, ...]:
    """The first few of a card's pictures, by their names."""
    if master.kind != Master.Kind.CARD:
        return ()
    drawn = cuts_for(request, [master]).filter(format=Cut.Format.SQUARE).exclude(image="")
    return tuple(drawn.order_by("pk").values_list("image", flat=True)[:STRIP])


def of_kind(lines: list[Line], kind: Kind) -> list[Line]:
    return [line for line in lines if line.master.kind == kind.value]


urlpatterns = [
    path("", listing, name="list"),
    path("write/<slug:kind>", content_words.write, name="write"),
    path("preview/<slug:kind>", content_words.preview, name="preview"),
    path("pictures/<slug:sha>.jpg", content_pictures.show, name="picture"),
    path("<int:id>/", content_show.show, name="show"),
    path("<int:id>/words", content_words.change, name="words"),
    path("<int:id>/versions", content_versions.listing, name="versions"),
    path("<int:id>/versions/<int:number>", content_versions.put_back, name="put_back"),
    path("<int:id>/again", content_show.cut_again, name="again"),
    path("<int:id>/sheet", content_sheet.show, name="sheet"),
    path("<int:id>/seats/<slug:code>", content_show.seat, name="seat"),
    path("<int:id>/approve", content_approving.approve, name="approve"),
    path("<int:id>/withdraw", content_approving.withdraw, name="withdraw"),
    path("<int:id>/drawing", content_drawing.progress, name="drawing"),
    path("<int:id>/draw", content_drawing.draw, name="draw"),
    path("<int:id>/draw/stop", content_drawing.stop, name="stop_drawing"),
]

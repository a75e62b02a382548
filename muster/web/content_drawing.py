"""Cards being drawn: how far it is, at what rate, and stopping it."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from muster.content import cards
from muster.content.models import Cut, Master
from muster.lib.times import now
from muster.lib.words import how_long
from muster.web.content_reach import SEES, cuts_for, master_for
from muster.web.content_standing import NONE, Numbers, numbers_of
from muster.web.members import MemberRequest, member_may

LATELY = timedelta(seconds=10)
"""The rate is that of the last ten seconds."""


@dataclass(frozen=True)
class Drawing:
    """How far the cards of a master are."""

    done: int
    total: int
    per_second: float
    is_stopped: bool

    @property
    def share(self) -> float:
        return 100 * self.done / self.total if self.total else 100.0

    @property
    def is_over(self) -> bool:
        return self.done >= self.total

    @property
    def left(self) -> str:
        """The time left in words; empty while no rate is known."""
        if not self.per_second or self.is_over:
            return ""
        return how_long(timedelta(seconds=(self.total - self.done) / self.per_second)) or (
            "under a minute"
        )


def how_far(request: MemberRequest, master: Master, numbers: Numbers) -> Drawing | None:
    """None where nothing is drawn: only cards are."""
    if master.kind != Master.Kind.CARD:
        return None
    lately = cuts_for(request, [master]).filter(drawn_at__gt=now() - LATELY)
    rate = lately.count() / LATELY.total_seconds()
    return Drawing(numbers.drawn, numbers.pictures, rate, bool(master.draw_stopped_at))


def queue(master: Master) -> None:
    """Have drawn what is not drawn yet."""
    if master.kind == Master.Kind.CARD:
        cards.queue_missing(master)


def drawn_now(cuts: Sequence[Cut]) -> dict[str, str]:
    """Draw cards that are not kept, for the eye alone: data addresses by format.

    What was drawn is told to each cut, so that it can be asked what is wrong with its picture.
    """
    pictured = [cut for cut in cuts if cut.card]
    where = cards.hexes() if pictured else ()
    addresses = {}
    for cut in pictured:
        drawn = cards.draw(cut, where)
        cut.drawn, cut.drawn_at = drawn.drawn, now()
        if drawn.jpeg:
            cut.image = sha256(drawn.jpeg).hexdigest()
            encoded = b64encode(drawn.jpeg).decode()
            addresses[cut.format] = f"data:image/jpeg;base64,{encoded}"
    return addresses


@require_safe
@member_may(SEES)
def progress(request: MemberRequest, id: int) -> HttpResponse:
    """How far the cards are, as the page asks again and again."""
    master = master_for(request, id)
    numbers = numbers_of(cuts_for(request, [master])).get(master.pk, NONE)
    drawing = how_far(request, master, numbers)
    if drawing is None:
        raise Http404
    context = {
        "drawing": drawing,
        "master": master,
        "may_write": request.reach.may_everywhere("write content"),
    }
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("content:show", id)
    answer = render(request, "web/content/_drawing.html", context)
    answer.headers["X-Drawn"] = "all" if drawing.is_over else "some"
    return answer


@require_POST
@member_may("write content", everywhere=True)
def stop(request: MemberRequest, id: int) -> HttpResponse:
    """Stop after the cards being drawn just now. What is drawn stays."""
    cards.stop(master_for(request, id), now())
    return redirect("content:show", id)


@require_POST
@member_may("write content", everywhere=True)
def draw(request: MemberRequest, id: int) -> HttpResponse:
    """Go on with what is missing."""
    cards.go_on(master_for(request, id))
    return redirect("content:show", id)

"""Drawing the cards that are missing: in jobs of a few each, so that every worker shares in it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import QuerySet
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

from muster.content import pictures
from muster.content.cards.painting import Drawn, paint
from muster.content.cards.template import Hexes
from muster.content.models import Cut, Master
from muster.lib.times import now
from muster.places.models import Place

QUEUE = "content"
A_JOB = 26
"""Cards a job draws: a second or so, after which another worker may go on."""


def queue_missing(master: Master) -> int:
    """Queue the drawing of every card not drawn yet, or whose picture is lost or damaged; how
    many there are. Twice is once.

    Nothing is queued while someone holds the drawing (`stop`).
    """
    _forget_lost(master)
    with transaction.atomic():
        master = Master.objects.select_for_update().get(pk=master.pk)
        if master.kind != Master.Kind.CARD or master.draw_stopped_at:
            return 0
        ids = list(_missing(master).order_by("place_id", "format").values_list("pk", flat=True))
        for start in range(0, len(ids), A_JOB):
            _defer(master, ids[start : start + A_JOB])
    return len(ids)


def _defer(master: Master, ids: Sequence[int]) -> None:
    job = _queue().configure_task(
        "content.draw_cards", queue=QUEUE, queueing_lock=f"draw {master.pk} {ids[0]}"
    )
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(master=master.pk, cuts=list(ids))


def draw_these(master_id: int, ids: Sequence[int]) -> int:
    """Draw these cards, as far as they are still wanted; how many were. Safe to run again.

    Between any two it is asked whether someone stopped it.
    """
    where = hexes()
    done = 0
    for pk in ids:
        if not Master.objects.filter(pk=master_id, draw_stopped_at=None).exists():
            break
        found = Cut.objects.filter(pk=pk, master_id=master_id, drawn_at=None).first()
        if found is not None:
            _draw_and_keep(found, where)
            done += 1
    return done


def _draw_and_keep(cut: Cut, where: Hexes) -> None:
    """The file first, then the row: a picture that is named is there. A cut made anew meanwhile
    has another digest, and this picture is not put to it."""
    drawn = draw(cut, where)
    sha = pictures.keep(drawn.jpeg) if drawn.jpeg else ""
    Cut.objects.filter(pk=cut.pk, digest=cut.digest).update(
        image=sha, image_size=len(drawn.jpeg), drawn=drawn.drawn, drawn_at=now()
    )


def draw(cut: Cut, where: Hexes | None = None) -> Drawn:
    """Draw one card. Keeps nothing. `where` is the country's map, if it is at hand."""
    return paint(cut.card, cut.format, hexes() if where is None else where)


def hexes() -> Hexes:
    """Where every seat stands on the country's map."""
    seats = Place.objects.seats().exclude(hex_q=None).exclude(hex_r=None).order_by("hex_q", "hex_r")
    found = seats.values_list("hex_q", "hex_r")
    return tuple((q, r) for q, r in found if q is not None and r is not None)


def drawn_of(master: Master) -> tuple[int, int]:
    """How many of its cards are done (drawn, or found to be unreadable), of how many."""
    cards = master.cuts.filter(format__in=[Cut.Format.SQUARE, Cut.Format.STORY])
    return cards.exclude(drawn_at=None).count(), cards.count()


def stop(master: Master, at: datetime) -> None:
    """Stop drawing after the card being drawn. What is drawn stays."""
    Master.objects.filter(pk=master.pk, draw_stopped_at=None).update(draw_stopped_at=at)
    master.refresh_from_db(fields=["draw_stopped_at"])


def go_on(master: Master) -> int:
    """Go on with what is missing or lost; how many cards that is."""
    Master.objects.filter(pk=master.pk).update(draw_stopped_at=None)
    master.refresh_from_db(fields=["draw_stopped_at"])
    return queue_missing(master)


def _forget_lost(master: Master) -> None:
    """Cards whose pictures are no longer whole are not drawn. Drawn again they have the same
    bytes, so what was approved and sealed is so again."""
    kept = master.cuts.exclude(image="").values_list("image", flat=True)
    lost = [image for image in set(kept) if not pictures.is_whole(image)]
    if lost:
        master.cuts.filter(image__in=lost).update(image="", image_size=0, drawn_at=None)


def _missing(master: Master) -> QuerySet[Cut]:
    cards = [Cut.Format.SQUARE, Cut.Format.STORY]
    return Cut.objects.filter(master=master, format__in=cards, drawn_at=None)


@cache
def _queue() -> App:
    """Over Django's own connection: a rolled-back act queues nothing."""
    here: App = app.with_connector(DjangoConnector())
    return here

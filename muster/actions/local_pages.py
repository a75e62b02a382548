"""A seat's own words on a page's address: put live, taken down, the general ones beneath.

The address works whatever happens here: where no words of its own are live, a seat shows the
page's general ones.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from muster.actions import facts
from muster.actions.models import ActionPage, LocalPage
from muster.journal import journal


@dataclass(frozen=True)
class LocalWords:
    """What one seat's page shows, as it reads: plain words, nothing left to fill in.

    `words`: paragraphs with blank lines between them. `imprint`: who promotes them (IMP-2); empty
    leaves the imprint the page has in that seat.
    """

    title: str
    words: str
    imprint: str = ""


def put_live(page: ActionPage, words: Mapping[int, LocalWords], *, at: datetime) -> int:
    """Show each place (by id) its own words. Returns how many changed.

    The same words twice are once; other words take the place of those that stand. A handful of
    statements however many seats: it may stand within a release. Visitors see them within two
    seconds.
    """
    with transaction.atomic():
        one_at_a_time(page)
        standing = live_places(page, words)
        changed = {
            place_id: said
            for place_id, said in words.items()
            if place_id not in standing or _as_said(standing[place_id]) != said
        }
        _live(page).filter(place_id__in=changed).update(taken_down_at=at)
        LocalPage.objects.bulk_create(
            LocalPage(
                organisation_id=page.organisation_id,
                page=page,
                place_id=place_id,
                title=said.title,
                words=said.words,
                imprint=said.imprint,
                live_at=at,
            )
            for place_id, said in changed.items()
        )
        if changed:
            _tell(facts.LOCAL_PAGES_LIVE, page, at, len(changed))
    return len(changed)


def take_down(page: ActionPage, place_ids: Collection[int], *, at: datetime) -> int:
    """Go back to the general words in these places. Twice is once. Returns how many changed."""
    with transaction.atomic():
        one_at_a_time(page)
        taken = _live(page).filter(place_id__in=place_ids).update(taken_down_at=at)
        if taken:
            _tell(facts.LOCAL_PAGES_DOWN, page, at, taken)
    return taken


def live_places(page: ActionPage, place_ids: Collection[int] | None = None) -> dict[int, LocalPage]:
    """What is live on this page by place id; `place_ids` narrows it."""
    found = _live(page)
    if place_ids is not None:
        found = found.filter(place_id__in=place_ids)
    return {local.place_id: local for local in found}


def live_words(page_id: int) -> Mapping[int, LocalWords]:
    """What visitors see now, by place id; read whole only when something changed since.

    Changes take turns, so the newest row and the number of live ones tell every state apart.
    """
    rows = LocalPage.objects.filter(page=page_id)
    live = Q(taken_down_at=None)
    seen = rows.aggregate(newest=Max("pk"), live=Count("pk", filter=live))
    mark = (seen["newest"], seen["live"])
    kept = _read.get(page_id)
    if kept is None or kept[0] != mark:
        found = rows.filter(live).values_list("place_id", "title", "words", "imprint")
        kept = _read[page_id] = (mark, {place_id: LocalWords(*said) for place_id, *said in found})
    return kept[1]


_read: dict[int, tuple[tuple[int | None, int], Mapping[int, LocalWords]]] = {}


def _live(page: ActionPage) -> QuerySet[LocalPage]:
    return LocalPage.objects.filter(page=page, taken_down_at=None)


def one_at_a_time(page: ActionPage) -> None:
    """Two who change the same page's words take turns; readers and sign-ups go on."""
    ActionPage.objects.select_for_update(no_key=True).only("pk").get(pk=page.pk)


def _as_said(local: LocalPage) -> LocalWords:
    return LocalWords(local.title, local.words, local.imprint)


def _tell(fact: str, page: ActionPage, at: datetime, places: int) -> None:
    journal.record(fact, page.organisation, at=at, about=("page", page.pk), places=places)

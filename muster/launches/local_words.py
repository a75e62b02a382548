"""A seat's words for its page, from its cut."""

from collections.abc import Collection
from datetime import datetime

from muster.actions import local_pages
from muster.actions.local_pages import LocalWords
from muster.content.models import Cut, Master
from muster.launches.models import Item, Launch


def of(master: Master, place_ids: Collection[int]) -> dict[int, LocalWords]:
    """The words of each place by its id."""
    cuts = Cut.objects.filter(master=master, place__in=place_ids, format=Cut.Format.PAGE)
    return {
        cut.place_id: LocalWords(cut.subject, cut.text, cut.imprint)
        for cut in cuts.only("place_id", "subject", "text", "imprint")
        if cut.place_id
    }


def take_down(launch: Launch, places: Collection[int], *, at: datetime) -> None:
    """Take down what this launch put up: what an earlier or a later one did stays.

    Within a transaction: a Go that puts this page up is waited for, and then seen.
    """
    local_pages.one_at_a_time(launch.page)
    pages = Item.objects.filter(launch=launch, kind="page", place__in=places, live_at__isnull=False)
    put_up = {item.place_id: item.live_at for item in pages if item.live_at}
    live = local_pages.live_places(launch.page, list(put_up))
    ours = [place for place, row in live.items() if row.live_at <= put_up[place]]
    local_pages.take_down(launch.page, ours, at=at)
    pages.update(live_at=None)

"""A seat's words for its page, from its cut."""

from collections.abc import Collection

from muster.actions.local_pages import LocalWords
from muster.content.models import Cut, Master


def of(master: Master, place_ids: Collection[int]) -> dict[int, LocalWords]:
    """The words of each place by its id."""
    cuts = Cut.objects.filter(master=master, place__in=place_ids, format=Cut.Format.PAGE)
    return {
        cut.place_id: LocalWords(cut.subject, cut.text, cut.imprint)
        for cut in cuts.only("place_id", "subject", "text", "imprint")
        if cut.place_id
    }

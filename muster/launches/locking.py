"""A launch's own lock: held for moments only, so that hold and stop never wait for long.

Whoever takes several locks takes them in this order: the launch, its sending, its batch, its posts
and ads, its page, its items. Hold takes all but the launch's, so that it need not wait for Go.
"""

from collections.abc import Collection

from muster.launches.models import Launch
from muster.publishing.models import Batch

EVERYTHING = (
    "organisation",
    "page",
    "target_list",
    "message__account",
    "message__audience",
    "message__master",
    "message__organisation",
    "message__page",
    "post",
    "card",
    "ad",
    "words",
    "social",
    "ads",
    "batch",
    "sending",
)


def locked(launch: Launch) -> Launch:
    """The launch as it stands, kept from changing until the transaction ends.

    Rows that point at it may be written meanwhile.
    """
    return (
        Launch.objects.select_for_update(no_key=True, of=("self",))
        .select_related(*EVERYTHING)
        .get(pk=launch.pk)
    )


def fresh(launch: Launch) -> Launch:
    """The launch as it stands, unlocked."""
    return Launch.objects.select_related(*EVERYTHING).get(pk=launch.pk)


def lock_uploads(batch: Batch, place_ids: Collection[int], kinds: Collection[str]) -> None:
    """Keep these posts and ads, held or not, from being held or let go by anybody else."""
    rows = batch.publications.filter(place_id__in=place_ids, kind__in=kinds).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))

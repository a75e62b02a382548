"""A launch's own lock: held for moments only, so that hold and stop never wait for long."""

from muster.launches.models import Launch

EVERYTHING = (
    "organisation",
    "page",
    "target_list",
    "message__account",
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

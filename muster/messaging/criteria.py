"""What audiences may ask of messages: who was sent which, and who unsubscribed."""

from collections.abc import Iterable

from muster.audiences import deeds
from muster.audiences.deeds import About, Deed
from muster.messaging import facts
from muster.messaging.models import Sending
from muster.organisations.models import Organisation

MOST = 100


def _sendings(organisation: Organisation) -> Iterable[About]:
    """The latest, by the names of their messages."""
    found = Sending.objects.in_earnest().filter(organisation=organisation).order_by("-pk")
    rows = found.values_list("pk", "message__master__name", "month")[:MOST]
    return [("sending", pk, f"{name}, {month:%B %Y}") for pk, name, month in rows]


deeds.register(
    Deed(
        facts.MESSAGE_DELIVERED,
        "were sent a message",
        "get a message",
        is_theirs=False,
        abouts=_sendings,
    ),
    Deed(facts.UNSUBSCRIBED, "unsubscribed", "unsubscribe"),
)

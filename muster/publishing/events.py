"""What happened to publications, one line each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from muster.organisations.models import Member
from muster.publishing.models import PublicationEvent


@dataclass(frozen=True, slots=True)
class Event:
    """`what`: staging, staged, review passed, releasing, live, held, let go, paused, running,
    withdrawn, removed, refused, failed, uncertain, unanswered, found, waits, stopped…"""

    publication_id: int
    what: str
    reason: str = ""


def tell(events: Iterable[Event], *, at: datetime, by: Member | None = None) -> None:
    """Write them down, inside the transaction that made them happen."""
    PublicationEvent.objects.bulk_create(
        PublicationEvent(
            publication_id=e.publication_id, what=e.what, at=at, by=by, reason=e.reason[:300]
        )
        for e in events
    )

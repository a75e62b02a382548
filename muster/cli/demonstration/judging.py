"""What really arrived, by the logs of those who took it in: the judge of lost and twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings

from muster.lib.sink.store import LOG, Kept, read_log
from muster.messaging.models import Delivery, Sending
from muster.messaging.unsubscribing import BadToken, ids_in

State = Delivery.State


@dataclass(frozen=True)
class Judgement:
    """One launch's items, set beside what the other side wrote down.

    `lost`: done by our books, but not in theirs. `twice`: in theirs more than once, whatever our
    books say. `unexpected`: in theirs, though by our books it was not done.
    """

    lost: int = 0
    twice: int = 0
    unexpected: int = 0

    def __add__(self, other: "Judgement") -> "Judgement":
        return Judgement(
            self.lost + other.lost,
            self.twice + other.twice,
            self.unexpected + other.unexpected,
        )


def sink_log() -> Iterator[Kept]:
    """Everything the mail server that comes with Muster ever took."""
    return read_log(settings.VAR / "sink" / LOG)


def judge_letters(sending: Sending, log: Iterable[Kept]) -> Judgement:
    """Every delivery of one sending against the mail server's log; rehearsals do not count."""
    arrived = Counter(_people_in(log, sending.pk))
    twice = sum(1 for times in arrived.values() if times > 1)
    lost = 0
    rows = Delivery.objects.filter(
        month=sending.month,
        sending_id=sending.pk,
        state__in=[State.DELIVERED, State.UNCERTAIN],
    ).values_list("person_id", "state")
    for person_id, state in rows.iterator(chunk_size=10_000):
        was_there = arrived.pop(person_id, 0)
        lost += state == State.DELIVERED and not was_there
    return Judgement(lost=lost, twice=twice, unexpected=len(arrived))


def _people_in(log: Iterable[Kept], sending_id: int) -> Iterator[int]:
    """Whose letters of this sending the log tells of; each time it does."""
    for entry in log:
        try:
            of, person_id = ids_in(entry.code)
        except BadToken:
            continue
        if of == sending_id:
            yield person_id

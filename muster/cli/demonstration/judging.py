"""What really arrived, by the logs of those who took it in: the judge of lost and twice."""

import http.client
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from muster.launches.models import Launch
from muster.lib.sink.store import LOG, Kept, read_log
from muster.messaging.models import Delivery, Sending
from muster.messaging.unsubscribing import BadToken, ids_in
from muster.publishing.models import Publication

State = Delivery.State
Key = tuple[int, str]  # place and kind


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


def judge(launch: Launch) -> Judgement:
    """A launch's letters, posts and ads together."""
    letters = judge_letters(launch.sending, sink_log()) if launch.sending else Judgement()
    return letters + judge_publications(launch, network_log())


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


def judge_publications(launch: Launch, log: Iterable[dict[str, Any]]) -> Judgement:
    """Every seat's post and ad against the network's log of what became public."""
    seats, were_live, may_be = _publications_of(launch)
    arrived = Counter(seats[e["reference"]] for e in log if e["reference"] in seats)
    return Judgement(
        lost=len(were_live - arrived.keys()),
        twice=sum(1 for times in arrived.values() if times > 1),
        unexpected=len(arrived.keys() - were_live - may_be),
    )


def _publications_of(launch: Launch) -> tuple[dict[str, Key], set[Key], set[Key]]:
    """Whose each reference is; what went live by our books; what may have, for all we know."""
    seats: dict[str, Key] = {}
    were_live: set[Key] = set()
    may_be: set[Key] = set()
    for row in Publication.objects.filter(batch=launch.batch_id):
        key = (row.place_id, row.kind)
        seats[str(row.reference)] = key
        if row.live_at:
            were_live.add(key)
        elif row.in_doubt or row.state == Publication.State.UNCERTAIN:
            may_be.add(key)
    return seats, were_live, may_be


def network_log() -> list[dict[str, Any]]:
    """Everything that ever became public on the made-up network."""
    where = urlsplit(settings.PRETEND_ADDRESS)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    try:
        connection.request("GET", "/log")
        return list(json.loads(connection.getresponse().read())["log"])
    finally:
        connection.close()


def taken(launch: Launch) -> Iterator[tuple[str, str, datetime]]:
    """Everything taken of a launch, each time: the seat's code, its kind, when by their clock."""
    codes = {place.pk: place.code for place in launch.places()}
    for entry in sink_log():
        if launch.sending and next(_people_in([entry], launch.sending.pk), None):
            yield entry.seat, "email", datetime.fromisoformat(entry.at)
    seats, _, _ = _publications_of(launch)
    for told in network_log():
        if told["reference"] in seats:
            place, kind = seats[told["reference"]]
            yield codes[place], kind, datetime.fromisoformat(told["at"])


def _people_in(log: Iterable[Kept], sending_id: int) -> Iterator[int]:
    """Whose letters of this sending the log tells of; each time it does."""
    for entry in log:
        try:
            of, person_id = ids_in(entry.code)
        except BadToken:
            continue
        if of == sending_id:
            yield person_id

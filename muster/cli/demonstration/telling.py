"""What the demonstration came to: in words and figures, and in `var/demo/report.json`."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from muster.actions.models import Action
from muster.lib.sink.store import LOG, Kept, read_log
from muster.messaging.models import Delivery, Sending
from muster.messaging.progress import Progress
from muster.messaging.unsubscribing import token_for
from muster.people.models import Person


@dataclass(frozen=True)
class Report:
    """Counted over one sending. `lost` and `twice` are by the mail server's own log."""

    seats: int
    seats_live: int
    audience: int
    delivered: int
    failed: int
    left_out: dict[str, int]
    uncertain: int
    lost: int
    twice: int
    seconds: float
    per_second: float
    first_seat_s: float | None
    median_seat_s: float | None
    last_seat_s: float | None
    sign_up_seat: str
    sign_up_source: str
    supporters: int

    @property
    def adds_up(self) -> bool:
        ends = self.delivered + self.failed + sum(self.left_out.values()) + self.uncertain
        return ends == self.audience


def sink_log() -> Iterator[Kept]:
    """Everything the mail server that comes with Muster ever took."""
    return read_log(settings.VAR / "sink" / LOG)


def report_on(
    sending: Sending, told: Progress, log: Iterable[Kept], sign_up: Action | None
) -> Report:
    """Set what Muster counted beside what the mail server wrote down."""
    delivered, uncertain = _codes_of(sending)
    arrived = Counter(entry.code for entry in log)
    reached = [seat for code, seat in told.seats.items() if code and seat.delivered]
    pressed, finished = told.pressed_at, told.finished_at or told.pressed_at
    return Report(
        seats=len([code for code in told.seats if code]),
        seats_live=len(reached),
        audience=told.audience,
        delivered=told.delivered,
        failed=told.failed,
        left_out=told.left_out,
        uncertain=told.uncertain,
        lost=len(delivered - arrived.keys()),
        twice=sum(1 for code in delivered | uncertain if arrived[code] > 1),
        seconds=(finished - pressed).total_seconds(),
        per_second=told.per_second,
        first_seat_s=told.first_times.first_s,
        median_seat_s=told.first_times.median_s,
        last_seat_s=told.first_times.last_s,
        sign_up_seat=sign_up.place.name if sign_up and sign_up.place else "",
        sign_up_source=sign_up.source if sign_up else "",
        supporters=Person.objects.filter(organisation=sending.organisation_id).count(),
    )


def in_words(report: Report) -> list[str]:
    left_out = sum(report.left_out.values())
    reasons = ", ".join(
        f"{words.rstrip('.')}: {people:,}" for words, people in report.left_out.items()
    )
    lines = [
        f"{report.seats_live} of {report.seats} seats live;"
        f" {report.delivered:,} e-mails delivered in {report.seconds:.0f} s,"
        f" {left_out:,} people left out" + (f" ({reasons})." if reasons else "."),
        f"By the mail server's own log: lost {report.lost}, twice {report.twice};"
        f" failed {report.failed}, uncertain {report.uncertain}."
        + ("" if report.adds_up else " THE NUMBERS DO NOT ADD UP TO THE AUDIENCE."),
    ]
    if report.last_seat_s is not None:
        lines.append(
            f"First message of a seat: the first after {report.first_seat_s:.1f} s,"
            f" the median seat's after {report.median_seat_s:.1f} s,"
            f" the last seat's after {report.last_seat_s:.1f} s."
        )
    if not report.sign_up_source:
        return [*lines, "Nobody in these seats could be written to, so nobody answered."]
    lines.append(
        f"One supporter followed their link and volunteered in {report.sign_up_seat}"
        f" (source {report.sign_up_source})."
    )
    return lines


def is_good(report: Report) -> bool:
    """Did the main job keep its promises?"""
    return report.adds_up and not report.lost and not report.twice


def write(report: Report, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(report), indent=2) + "\n")


def _codes_of(sending: Sending) -> tuple[set[str], set[str]]:
    """The codes of what was delivered, and of what is uncertain."""
    found: dict[int, set[str]] = {Delivery.State.DELIVERED: set(), Delivery.State.UNCERTAIN: set()}
    rows = Delivery.objects.filter(
        month=sending.month, sending_id=sending.pk, state__in=list(found)
    ).values_list("state", "person_id")
    for state, person_id in rows.iterator(chunk_size=10_000):
        found[state].add(token_for(sending.pk, person_id))
    return found[Delivery.State.DELIVERED], found[Delivery.State.UNCERTAIN]

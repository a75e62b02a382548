"""Somebody presses one-click unsubscribe while a sending is in full flow: from the answer on, does
any sender still hand them anything? And how long from Send until the first is handed over, with
everybody in the audience."""

import sys
import time
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run
from benchmarks.release_email import SEATS, WORKERS, Releases, smtp_sink, workers
from muster.lib import ports

NOW = Benchmark(
    "unsubscribe_now",
    "one-click unsubscribe to in force on every sender, in full flow",
    unit="s",
    target=1.0,
    judged="at most",
)
ASKED = 40  # people who press, one after the other


def measure(full: bool) -> Outcome:
    people = 1_000_000 if full else 200_000
    port = ports.any_free()
    with smtp_sink(port), workers():
        releases = Releases(port, people)
        sending, first_s = released(releases)
        slowest = max(late_for(sending, person) for person in still_waiting(sending))
        from muster.lib.times import now
        from muster.messaging import pressing

        pressing.stop(sending, by=releases.author, at=now())
        time.sleep(1)
    return Outcome(
        figure=slowest,
        ran=f"{ASKED} people pressed while {people:,} people in {SEATS} seats were written to by"
        f" {WORKERS} senders",
        notes={"from Send to the first handed over": f"{first_s:.2f} s of {people:,}"},
    )


def released(releases: Releases) -> tuple[Any, float]:
    """Press Send; the sending, and seconds until the first of all was handed over."""
    from muster.lib.times import now
    from muster.messaging import pressing
    from muster.messaging.models import SeatTally

    began = now()
    sending = pressing.press(releases._message("Pressed"), by=releases.author, at=began)
    while True:
        rows = SeatTally.objects.filter(sending_id=sending.pk, first_at__isnull=False)
        first = rows.order_by("first_at").values_list("first_at", flat=True).first()
        if first is not None:
            return sending, (first - began).total_seconds()
        time.sleep(0.05)


def still_waiting(sending: Any) -> list[int]:
    """People whose turn comes within the next seconds."""
    from muster.messaging.models import Delivery

    rows = Delivery.objects.filter(month=sending.month, sending_id=sending.pk, state=0)
    chunk = rows.order_by("chunk").values_list("chunk", flat=True).first()
    if chunk is None:
        sys.exit("It was over before anybody could press: this measured nothing.")
    soon = rows.filter(chunk__gte=chunk + 4).order_by("chunk", "turn")
    return list(soon.values_list("person_id", flat=True)[: ASKED * 400 : 400])


def late_for(sending: Any, person_id: int) -> float:
    """Press for one person; seconds after the answer at which something was still handed over."""
    from muster.lib.times import now
    from muster.messaging import unsubscribing
    from muster.messaging.models import Delivery

    token = unsubscribing.token_for(sending.pk, person_id)
    unsubscribing.unsubscribe(token, at=now())
    answered = now()
    time.sleep(0.2)
    row = Delivery.objects.get(month=sending.month, sending_id=sending.pk, person_id=person_id)
    if row.state == Delivery.State.DELIVERED and row.ended_at is not None:
        return max(0.0, (row.ended_at - answered).total_seconds())
    return 0.0


if __name__ == "__main__":
    run(NOW, measure)

"""What the demonstration came to: in words and figures, and in `var/demo/report.json`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from muster.actions.models import Action
from muster.cli.demonstration.judging import Judgement
from muster.cli.demonstration.pressing import Rehearsed
from muster.launches.models import Launch
from muster.launches.standing import Standing
from muster.people.models import Person


@dataclass(frozen=True)
class Report:
    """One launch. `lost`, `twice` and `unexpected` are by the logs of those who took things in.

    People: audience = delivered + failed + left_out + uncertain + waiting. Seconds count from Go;
    null where it never came to that. `items` are those of all seats, live or not.
    """

    seats_asked: int
    seats_live: int
    items: int
    audience: int
    delivered: int
    failed: int
    left_out: int
    uncertain: int
    waiting: int
    lost: int
    twice: int
    first_s: float | None
    median_s: float | None
    last_s: float | None
    finished_s: float | None
    per_second: float
    unexpected: int
    items_by_state: dict[str, int]
    left_out_by_reason: dict[str, int]
    not_recallable: int
    rehearsed: int
    rehearsal_s: float
    sign_up_seat: str
    sign_up_source: str
    supporters: int

    @property
    def adds_up(self) -> bool:
        ends = self.delivered + self.failed + self.left_out + self.uncertain + self.waiting
        return ends == self.audience


def report_on(
    launch: Launch,
    stands: Standing,
    judged: Judgement,
    rehearsed: Rehearsed,
    sign_up: Action | None,
) -> Report:
    """Set what Muster counted beside what the others wrote down."""
    seconds = (
        (stands.finished_at - stands.went_at).total_seconds()
        if stands.went_at and stands.finished_at
        else None
    )
    return Report(
        seats_asked=stands.seats_asked,
        seats_live=stands.seats_live,
        items=sum(len(seat.items) for seat in stands.seats),
        audience=stands.audience,
        delivered=stands.delivered,
        failed=stands.failed,
        left_out=sum(stands.left_out.values()),
        uncertain=stands.uncertain,
        waiting=stands.waiting,
        lost=judged.lost,
        twice=judged.twice,
        first_s=stands.first_s,
        median_s=stands.median_s,
        last_s=stands.last_s,
        finished_s=seconds,
        per_second=stands.delivered / seconds if seconds else stands.per_second,
        unexpected=judged.unexpected,
        items_by_state=stands.items_by_state,
        left_out_by_reason=stands.left_out,
        not_recallable=stands.not_recallable,
        rehearsed=rehearsed.letters,
        rehearsal_s=rehearsed.seconds,
        sign_up_seat=sign_up.place.name if sign_up and sign_up.place else "",
        sign_up_source=sign_up.source if sign_up else "",
        supporters=Person.objects.filter(organisation=launch.organisation_id).count(),
    )


def in_words(report: Report) -> list[str]:
    lines = [
        f"{report.seats_live} of {report.seats_asked} seats live, {report.items:,} items"
        f" ({_counts(report.items_by_state)}).",
        *_clocks(report),
        f"{report.delivered:,} e-mails delivered, {report.left_out:,} people left out"
        + (f" ({_counts(report.left_out_by_reason)})." if report.left_out else "."),
        f"By the logs of the mail server and the network: lost {report.lost}, twice"
        f" {report.twice}, unexpected {report.unexpected}; failed {report.failed}, uncertain"
        f" {report.uncertain}, waiting {report.waiting}."
        + ("" if report.adds_up else " THE NUMBERS DO NOT ADD UP TO THE AUDIENCE."),
        f"Rehearsed before: {report.rehearsed:,} letters in {report.rehearsal_s:.0f} s.",
    ]
    if not report.sign_up_source:
        return [*lines, "Nobody in these seats could be written to, so nobody answered."]
    lines.append(
        f"One supporter followed their link and volunteered in {report.sign_up_seat}"
        f" (source {report.sign_up_source})."
    )
    return lines


def _clocks(report: Report) -> list[str]:
    if report.first_s is None or report.median_s is None or report.last_s is None:
        return []
    ended = f" Everything ended after {report.finished_s:.0f} s," if report.finished_s else ""
    return [
        f"From Go to a seat being live: the first {report.first_s:.1f} s, the median"
        f" {report.median_s:.1f} s, the last {report.last_s:.1f} s.{ended}"
        + (f" at {report.per_second:,.0f} e-mails a second." if ended else "")
    ]


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{words.rstrip('.')}: {many:,}" for words, many in counted.items())


def is_good(report: Report) -> bool:
    """Did the main job keep its promises?"""
    return report.adds_up and not (report.lost or report.twice or report.unexpected)


def write(report: Report, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(report), indent=2) + "\n")

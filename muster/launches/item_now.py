"""How one item stands, in one of ten words; decided from what was gathered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muster.launches.gathering import Gathered
from muster.messaging.standing import NOBODY, SeatNow
from muster.publishing.standing import Row

UNCERTAIN = "It may or may not be out: look there, then retry or withdraw it."
NOBODY_THERE = "Nobody to write to."
NO_ONE_TOOK_IT = "No mail server took any of its e-mails."


@dataclass(frozen=True, slots=True)
class ItemNow:
    """One item. States: waiting, ready, staged, going, live, held, failed, withdrawn, nobody.

    `at`: since when; `by`: whose decision; `url`: where people see it. `live_at` stays though it
    is held later. `mail` is the seat's e-mails (all 0 for other kinds).
    """

    kind: str
    state: str
    at: datetime | None = None
    reason: str = ""
    by: str = ""
    url: str = ""
    live_at: datetime | None = None
    mail: SeatNow = NOBODY

    @property
    def total(self) -> int:
        return self.mail.total

    @property
    def delivered(self) -> int:
        return self.mail.delivered

    @property
    def failed(self) -> int:
        return self.mail.failed

    @property
    def left_out(self) -> int:
        return self.mail.left_out

    @property
    def uncertain(self) -> int:
        return self.mail.uncertain

    @property
    def waiting(self) -> int:
        return self.mail.waiting

    @property
    def not_recallable(self) -> int:
        """What of it people have, whatever is done now."""
        if self.kind == "email":
            return self.mail.delivered + self.mail.uncertain
        return int(self.kind != "page" and self.live_at is not None)


def item_now(seen: Gathered, place_id: int, kind: str) -> ItemNow:
    """Decisions first (withdrawn, held), then what happened, then what stands in the way."""
    item = seen.items.get((place_id, kind), {})
    mail = seen.tallies.get(place_id, NOBODY) if kind == "email" else NOBODY
    upload = seen.uploads.get((place_id, kind))
    live_at = _live_at(kind, item, mail, upload)
    url = upload.remote_url if upload and live_at else ""
    if item.get("withdrawn_at"):
        return ItemNow(kind, "withdrawn", *_decision(item, "withdrawn"), "", live_at, mail)
    if item.get("held_at") and not _is_over(kind, mail):
        return ItemNow(kind, "held", *_decision(item, "held"), url, live_at, mail)
    state, at, why = _happened(seen, place_id, kind, live_at, mail, upload)
    return ItemNow(kind, state, at, why, "", url, live_at, mail)


def _decision(item: dict[str, Any], what: str) -> tuple[datetime | None, str, str]:
    return item[f"{what}_at"], item[f"{what}_reason"], item[f"{what}_by__name"] or ""


def _live_at(kind: str, item: dict[str, Any], mail: SeatNow, upload: Row | None) -> datetime | None:
    if kind == "email":
        return mail.first_at
    return item.get("live_at") if kind == "page" else (upload.live_at if upload else None)


def _is_over(kind: str, mail: SeatNow) -> bool:
    """A hold on e-mail has nothing left to hold once everybody there has had an end."""
    return kind == "email" and mail.total > 0 and mail.waiting == 0


Happened = tuple[str, datetime | None, str]


def _happened(
    seen: Gathered,
    place_id: int,
    kind: str,
    live_at: datetime | None,
    mail: SeatNow,
    upload: Row | None,
) -> Happened:
    if seen.launch.went_at is None:
        return _before(seen, place_id, kind, upload)
    if kind == "email":
        return _mailed(seen, mail)
    if upload is not None and (failed := _failed(upload)):
        return "failed", upload.live_at or upload.staged_at, failed
    return ("live", live_at, "") if live_at else ("going", seen.launch.went_at, "")


def _before(seen: Gathered, place_id: int, kind: str, upload: Row | None) -> Happened:
    if kind == "email" and place_id in seen.nobody:
        return "nobody", None, NOBODY_THERE
    if upload is not None and (failed := _failed(upload)):
        return "failed", upload.staged_at, failed
    if reasons := seen.problems.get(place_id, {}).get(kind):
        return "waiting", None, reasons[0]
    if upload is not None:
        return "staged", upload.staged_at, ""
    return "ready", None, ""


def _mailed(seen: Gathered, mail: SeatNow) -> Happened:
    if mail.first_at is not None:
        return "live", mail.first_at, ""
    if mail.waiting:
        return "going", seen.launch.went_at, ""
    if mail.failed or mail.uncertain:
        return "failed", seen.launch.went_at, NO_ONE_TOOK_IT
    return "nobody", None, NOBODY_THERE


def _failed(upload: Row) -> str:
    if upload.state == "uncertain":
        return upload.reason or UNCERTAIN
    return (upload.reason or "It failed.") if upload.state == "failed" else ""

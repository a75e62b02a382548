"""What the end of a call makes of a publication: decided on plain values, written elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from muster.publishing import rules
from muster.publishing.calling import Result

MOST_LOST = 6  # attempts after which one whose uploads keep vanishing has failed


@dataclass(frozen=True, slots=True)
class Now:
    """A publication, as far as the end of a call may change it."""

    id: int
    kind: str
    state: str
    review: str
    reason: str
    media: list[str]
    remote_id: str
    remote_url: str
    is_on: bool
    in_doubt: bool
    looks: int
    may_repeat: bool
    attempts: int
    staged_at: datetime | None
    live_at: datetime | None
    removed_at: datetime | None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What it becomes, and what is to be told of it (nothing: "")."""

    now: Now
    what: str = ""
    reason: str = ""


def after(now: Now, result: Result) -> Change:
    """What a publication becomes when a call about it has ended so."""
    if result.task.was_doing == "stage" and len(result.media) > len(now.media):
        now = replace(now, media=list(result.media))
    return ENDS[result.end](now, result)


def _done(now: Now, result: Result) -> Change:
    """Whoever withdrew it meanwhile has the last word: then it is owed to be taken down."""
    doing = result.task.was_doing
    if result.placed:
        now = replace(now, remote_id=result.placed.id, remote_url=result.placed.url)
    now = replace(now, in_doubt=False, looks=0, may_repeat=False, reason=_kept(now))
    now = replace(now, due_at=result.at)
    return DONE[doing](now, result)


def _kept(now: Now) -> str:
    return now.reason if now.state == "withdrawn" else ""


def _staged(now: Now, result: Result) -> Change:
    now = replace(now, staged_at=result.at)
    if now.kind == "ad":
        wait = rules.review_wait(timedelta(0))
        now = replace(now, review="pending", due_at=result.at + wait)
    return Change(replace(now, state=_unless_withdrawn(now, "staged")), "staged")


def _live(now: Now, result: Result) -> Change:
    live_at = now.live_at or result.at
    now = replace(now, live_at=live_at, is_on=now.kind == "ad", attempts=0)
    return Change(replace(now, state=_unless_withdrawn(now, "live")), "live")


def _on(now: Now, result: Result) -> Change:
    return Change(replace(now, is_on=True, attempts=0), "running")


def _off(now: Now, result: Result) -> Change:
    return Change(replace(now, is_on=False, attempts=0), "paused")


def _removed(now: Now, result: Result) -> Change:
    return Change(replace(now, is_on=False, removed_at=result.at), "removed")


def _absent(now: Now, result: Result) -> Change:
    looks = now.looks + 1
    begun = result.task.begun_at or result.at
    due = rules.look_again(looks, begun_at=begun, at=result.at, timeout=result.timeout)
    if due:
        return Change(replace(now, looks=looks, due_at=due))
    now = replace(now, in_doubt=False, looks=0, due_at=result.at)
    if result.is_absence_sure or now.may_repeat or now.state == "withdrawn":
        return Change(replace(now, may_repeat=False), "not found")
    words = "The network never answered, and does not have it; it may still appear."
    return Change(replace(now, state="uncertain", reason=words), "uncertain", words)


def _unanswered(now: Now, result: Result) -> Change:
    if result.was_making:
        now = replace(now, in_doubt=True, looks=0, reason=_said(now, result), due_at=result.at)
        return Change(now, "unanswered", result.words)
    return _again(now, result, rules.wait_after(result.task.attempts))


def _not_now(now: Now, result: Result) -> Change:
    wait = rules.wait_after(result.task.attempts)
    if result.wait_s is not None:
        wait = timedelta(seconds=result.wait_s)
    if result.is_pace:
        now = replace(now, attempts=now.attempts - 1)
    return _again(now, result, wait)


def _not_begun(now: Now, result: Result) -> Change:
    return Change(replace(now, attempts=now.attempts - 1, due_at=result.at))


def _again(now: Now, result: Result, wait: timedelta) -> Change:
    told = "waits" if now.reason != result.words else ""
    now = replace(now, reason=_said(now, result), due_at=result.at + wait)
    return Change(now, told, result.words)


def _refused(now: Now, result: Result) -> Change:
    if result.task.owed in ("off", "remove", "look") or now.state == "withdrawn":
        return _again(now, result, rules.wait_after(result.task.attempts))
    words = result.words
    return Change(replace(now, state="failed", reason=words, due_at=None), "failed", words)


def _gone(now: Now, result: Result) -> Change:
    """What was uploaded is there no longer: from the beginning, within reason."""
    if now.state == "withdrawn":
        return Change(replace(now, removed_at=result.at, due_at=None), "removed")
    if result.task.attempts >= MOST_LOST or now.state == "live":
        words = f"The network no longer has it: {result.words}"
        return Change(replace(now, state="failed", reason=words, due_at=None), "failed", words)
    fresh = replace(now, media=[], remote_id="", remote_url="", review="", is_on=False)
    fresh = replace(fresh, state="staging", reason=result.words, due_at=result.at)
    return Change(fresh, "staging", result.words)


def _reviewed(now: Now, result: Result) -> Change:
    review = result.review
    if review is None or review.state == "pending":
        wait = rules.review_wait(result.at - (now.staged_at or result.at))
        return Change(replace(now, attempts=0, due_at=result.at + wait))
    now = replace(now, review=review.state, attempts=0, due_at=result.at)
    if review.state == "passed":
        return Change(now, "review passed")
    words = review.words or "Its review refused it."
    return Change(replace(now, state="failed", reason=words), "review refused", words)


def _unless_withdrawn(now: Now, state: str) -> str:
    return now.state if now.state == "withdrawn" else state


def _said(now: Now, result: Result) -> str:
    return now.reason if now.state == "withdrawn" else result.words


End = Callable[[Now, Result], Change]
ENDS: dict[str, End] = {
    "done": _done,
    "found": _done,
    "absent": _absent,
    "reviewed": _reviewed,
    "unanswered": _unanswered,
    "not now": _not_now,
    "not begun": _not_begun,
    "refused": _refused,
    "gone": _gone,
}
DONE: dict[str, End] = {
    "stage": _staged,
    "go": _live,
    "on": _on,
    "off": _off,
    "remove": _removed,
}

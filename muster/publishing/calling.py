"""One call at the network, in a thread that has no database: what is owed, and how it ended."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from muster.channels.models import NetworkAccount
from muster.channels.network import (
    Ad,
    AdLine,
    CannotOpen,
    Gone,
    Line,
    NotNow,
    Placed,
    Post,
    Refused,
    Review,
    SocialLine,
    Unanswered,
    named,
    open_ads,
    open_social,
    readable,
)
from muster.content import pictures
from muster.lib.times import now
from muster.publishing.claiming import Task
from muster.publishing.rules import CREATES, Material, problems_of


@dataclass(frozen=True, slots=True)
class Result:
    """How one task ended.

    `end`: done, found, absent, reviewed · refused, gone · not now, not begun · unanswered.
    `was_making`: the call that must never be made twice had begun.
    """

    task: Task
    end: str
    at: datetime
    words: str = ""
    placed: Placed | None = None
    media: tuple[str, ...] = ()
    review: Review | None = None
    wait_s: float | None = None
    is_pace: bool = False
    was_making: bool = False
    is_absence_sure: bool = False
    timeout: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", readable(self.words))


class Lines:
    """An account's lines: to its network, and to where rehearsals go. Opened when needed."""

    def __init__(self, account: NetworkAccount) -> None:
        self.account = account
        self._open: dict[bool, SocialLine | AdLine] = {}
        self._guard = threading.Lock()

    def to(self, *, rehearsal: bool) -> SocialLine | AdLine:
        """Raises `CannotOpen`."""
        with self._guard:
            if rehearsal not in self._open:
                opening = open_ads if self.account.kind == "ads" else open_social
                self._open[rehearsal] = opening(self.account, rehearsal=rehearsal)
            return self._open[rehearsal]

    def close(self) -> None:
        for line in self._open.values():
            line.close()


class NotBegun(Exception):
    """The runner may not begin anything any more."""


class Call:
    """One task at one line. `may_begin` is asked just before whatever leaves."""

    def __init__(self, task: Task, line: SocialLine | AdLine, may_begin: Callable[[], bool]):
        self.task = task
        self.line = line
        self.media = task.media  # grows as pictures are uploaded, in their order
        self._may_begin = may_begin
        self._was_making = False

    def run(self) -> Result:
        """Do it. Never raises for what a network may answer."""
        try:
            done = self._do()
        except NotBegun:
            return self._end("not begun")
        except Gone as trouble:
            return self._end("gone", str(trouble))
        except Refused as trouble:
            return self._end("refused", str(trouble))
        except NotNow as trouble:
            ended = self._end("not now", str(trouble))
            return replace(ended, wait_s=trouble.wait_s, is_pace=trouble.is_pace)
        except Unanswered as trouble:
            return self._end("unanswered", str(trouble))
        return done

    def _do(self) -> Result:
        self._check()
        if self.task.owed == "look":
            placed = self.line.find(self.task.reference)
            return replace(self._end("found" if placed else "absent"), placed=placed)
        if self.task.kind == "ad":
            return self._ad()
        return self._post()

    def _post(self) -> Result:
        line: SocialLine = self.line  # type: ignore[assignment]
        if self.task.owed == "stage":
            self._upload()
            return self._end("done")
        if self.task.owed == "remove":
            line.delete(self.task.remote_id)
            return self._end("done")
        task = self.task
        self._was_making = True
        placed = line.post(Post(task.reference, task.words, task.link, self.media, task.alt))
        return replace(self._end("done"), placed=placed)

    def _ad(self) -> Result:
        line: AdLine = self.line  # type: ignore[assignment]
        task = self.task
        if task.owed == "stage":
            return replace(self._end("done"), placed=self._stage_ad(line), media=self.media)
        if task.owed == "remove":
            line.archive(task.remote_id)
        else:
            line.switch(task.remote_id, on=task.owed != "off")
        return self._end("done")

    def _stage_ad(self, line: AdLine) -> Placed | None:
        """Make it, switched off; one refused before is sent to review again."""
        task = self.task
        if task.remote_id:
            line.submit(task.remote_id)
            return None
        self._upload()
        self._check()
        self._was_making = True
        ad = Ad(
            reference=task.reference,
            headline=task.headline,
            words=task.words,
            call=task.call,
            link=task.link,
            media=self.media,
            alt=task.alt,
            budget=task.budget,
        )
        return line.create(ad)

    def _upload(self) -> None:
        if problems := problems_of(material_of(self.task, self.line)):
            raise Refused(" ".join(problems))
        uploaded = []
        for sha in self.task.pictures[len(self.media) :]:
            picture = self._picture(sha)
            self._check()
            uploaded.append(named(self.line.upload(picture, alt=self.task.alt)))
        self.media = (*self.media, *uploaded)

    def _picture(self, sha: str) -> bytes:
        try:
            picture = pictures.read(sha)
        except pictures.NoPicture as trouble:
            raise Refused(str(trouble)) from trouble
        if len(picture) > self.line.limits.picture_bytes:
            raise Refused("Its picture has too many bytes for this network.")
        return picture

    def _check(self) -> None:
        if not self._may_begin():
            raise NotBegun

    def _end(self, end: str, words: str = "") -> Result:
        return Result(
            task=self.task,
            end=end,
            at=now(),
            words=words,
            media=self.media,
            was_making=self._was_making,
            is_absence_sure=self.line.is_absence_sure,
            timeout=self.line.timeout,
        )


def look_at_reviews(tasks: Sequence[Task], line: AdLine) -> list[Result]:
    """Ask how the reviews of several ads stand, in one call."""
    try:
        found = line.reviews([task.remote_id for task in tasks])
    except (Refused, Unanswered) as trouble:
        return [Result(task, "unanswered", now(), str(trouble)) for task in tasks]
    except NotNow as slow:
        ended = Result(tasks[0], "not now", now(), str(slow), wait_s=slow.wait_s)
        return [replace(ended, task=task, is_pace=slow.is_pace) for task in tasks]
    known = {task.id: found.get(task.remote_id) for task in tasks}
    return [
        Result(task, "reviewed" if known[task.id] else "gone", now(), review=known[task.id])
        for task in tasks
    ]


def cannot_open(task: Task, trouble: CannotOpen) -> Result:
    """The account itself is no good."""
    return Result(task, "refused", now(), str(trouble))


def material_of(task: Task, line: Line) -> Material:
    """What is said, beside what the service takes."""
    return Material(
        words=task.words,
        headline=task.headline,
        call=task.call,
        link=task.link,
        alt=task.alt,
        pictures=task.pictures,
        most_words=line.limits.words,
        most_headline=line.limits.headline,
        most_call=line.limits.call,
        most_pictures=line.limits.pictures,
    )


def not_kept(result: Result) -> Result:
    """What came back cannot be written down: as good as no answer."""
    words = "The network's answer cannot be kept."
    return replace(
        result, end="unanswered", words=words, placed=None, media=(), review=None, wait_s=None
    )


def at_fault(task: Task, fault: Exception) -> Result:
    """Our own code failed in the middle of a call: nobody knows how far it got."""
    words = f"Muster's own fault: {type(fault).__name__}"
    is_making = (task.kind, task.was_doing) in CREATES and task.owed != "look"
    return Result(task, "unanswered", now(), words, was_making=is_making, timeout=10.0)

"""What an account was told of late, for whoever looks after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max

from muster.channels.models import EmailAccount
from muster.messaging.models import News, Sending, ToldTally
from muster.messaging.news.rules import ASKED

OF_LATE = timedelta(days=7)
A_QUESTION_HOLDS = timedelta(days=3)  # Amazon's own limit
WORDS = {
    "delivered": "arrived",
    "delayed": "put off",
    "hard": "came back for good",
    "soft": "came back",
    "full": "came back: mailbox full",
    "unknown": "came back without a reason",
    "blocked": "refused us",
    "complaint": "called it spam",
    "unsubscribed": "unsubscribed there",
    "auto_reply": "answered by a machine",
}


@dataclass(frozen=True, slots=True)
class Review:
    """`counts`: what happened, and how often. `question`: where Amazon wants a yes; or empty."""

    last_at: datetime | None
    counts: list[tuple[str, int]]
    question: str


@dataclass(frozen=True, slots=True)
class OfSending:
    """What became of what was handed over, as its service tells: the parts add up to it."""

    handed_over: int
    arrived: int
    came_back: int
    delays: int

    @property
    def untold(self) -> int:
        return self.handed_over - self.arrived - self.came_back


def of_sending(sending: Sending, *, handed_over: int, came_back: int) -> OfSending | None:
    """None: no service told anything of it. What came back may have been called arrived before."""
    times = dict(ToldTally.objects.filter(sending_id=sending.pk).values_list("kind", "times"))
    if not times:
        return None
    arrived = min(times.get("delivered", 0), handed_over - came_back)
    return OfSending(handed_over, arrived, came_back, times.get("delayed", 0))


def review(account: EmailAccount, at: datetime) -> Review:
    told = News.objects.filter(account=account, heard_at__gt=at - OF_LATE)
    counted = dict(told.exclude(kind=ASKED).values_list("kind").annotate(Count("pk")))
    asked = told.filter(kind=ASKED, heard_at__gt=at - A_QUESTION_HOLDS).order_by("-id").first()
    last_at = told.exclude(kind=ASKED).aggregate(last=Max("heard_at"))["last"]
    return Review(
        last_at=last_at,
        counts=[(WORDS[kind], counted[kind]) for kind in WORDS if kind in counted],
        question=asked.words if asked and (not last_at or asked.heard_at > last_at) else "",
    )

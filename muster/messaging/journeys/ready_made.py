"""Journeys made ready: their steps, and drafts of their e-mails to make one's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from muster.actions import facts as of_actions
from muster.actions.models import ActionPage
from muster.audiences import saving
from muster.audiences.models import Audience
from muster.channels.models import EmailAccount, SenderIdentity
from muster.content.masters import CannotWrite, Words
from muster.content.models import Master
from muster.messaging import drafting
from muster.messaging.journeys import editing, making
from muster.messaging.journeys.editing import Spot
from muster.messaging.journeys.models import Journey, Step
from muster.organisations.models import Member, Organisation, Unit
from muster.people import facts as of_people

HOUR, DAY = 60, 24 * 60
SILENT = "Nothing done for a year"


@dataclass(frozen=True)
class Letter:
    """A draft: its name, its words."""

    name: str
    subject: str
    body: str
    button: str


@dataclass(frozen=True)
class Needs:
    """What its e-mails lead to and come from, and who is handed somebody."""

    organisation: Organisation
    page: ActionPage
    account: EmailAccount
    sender: SenderIdentity | None
    by: Member
    at: datetime


@dataclass(frozen=True)
class ReadyMade:
    """One to choose: what it is called, what it does in a sentence, how it is built."""

    key: str
    name: str
    words: str
    build: Callable[["_Builder"], None]


def make(
    key: str,
    organisation: Organisation,
    *,
    page: ActionPage,
    account: EmailAccount,
    sender: SenderIdentity | None = None,
    unit: Unit | None = None,
    by: Member,
    at: datetime,
) -> Journey:
    """One of `ALL` as a draft with its steps and letters. Raises `CannotMake`, `CannotWrite`."""
    chosen = ALL[key]
    needs = Needs(organisation, page, account, sender, by, at)
    with transaction.atomic():
        name = _free(chosen.name, Journey.objects.filter(organisation=organisation, ended_at=None))
        journey = making.make(organisation, name, by=by, at=at, unit=unit)
        chosen.build(_Builder(journey, needs))
    journey.refresh_from_db()
    return journey


class _Builder:
    """Steps beneath each other, by their kinds."""

    def __init__(self, journey: Journey, needs: Needs) -> None:
        self.journey, self.needs = journey, needs

    def starts(self, fact: str) -> None:
        start = {"kind": "fact", "fact": fact}
        making.set_start(self.journey, start, by=self.needs.by, at=self.needs.at)

    def starts_with_the_silent(self) -> None:
        """Those who did nothing for a year, as an audience of that name."""
        needs = self.needs
        found = Audience.objects.kept(needs.organisation).filter(name=SILENT).first()
        if found is None:
            who = {"who": {"all": [{"is": "silent", "days": 365}]}}
            found = saving.make(
                needs.organisation, name=SILENT, definition=who, by=needs.by, at=needs.at
            )
        start = {"kind": "audience", "audience": found.pk}
        making.set_start(self.journey, start, by=needs.by, at=needs.at)

    def is_for(self, fact: str, again_after_days: int | None = None) -> None:
        making.set_leaving(
            self.journey,
            goal={"fact": fact},
            leaves_on_reply=True,
            again_after_days=again_after_days,
            by=self.needs.by,
            at=self.needs.at,
        )

    def step(
        self, kind: str, parent: Step | None = None, side: str = "", **definition: Any
    ) -> Step:
        beside = self.journey.steps.filter(parent=parent, side=side)
        spot = Spot(parent, side, beside.order_by("position", "id").last())
        return editing.add(self.journey, kind, definition, spot, by=self.needs.by, at=self.needs.at)

    def letter(
        self, letter: Letter, kind: str = "send", parent: Step | None = None, side: str = ""
    ) -> Step:
        needs = self.needs
        name = _free(letter.name, Master.objects.filter(organisation=needs.organisation))
        message = drafting.draft_for_journeys(
            needs.organisation,
            Words(name, letter.subject, letter.body, letter.button),
            page=needs.page,
            account=needs.account,
            sender=needs.sender,
            by=needs.by,
            at=needs.at,
        )
        return self.step(kind, parent, side, message=message.pk)


def _welcome(builder: _Builder) -> None:
    builder.starts(of_people.PERSON_JOINED)
    builder.is_for(of_actions.VOLUNTEERED)
    builder.letter(WELCOME)
    builder.step("wait", minutes=3 * DAY)
    builder.step("wait_until", hour=18, days=[])
    builder.letter(WELCOME_ASK, "ask")
    builder.step("wait_for", fact=of_actions.VOLUNTEERED, at_most_minutes=7 * DAY)
    fork = builder.step("branch", on="last_wait")
    builder.step("tag", fork, "no", tag="Welcomed, not yet active")


def _lapsed(builder: _Builder) -> None:
    builder.starts_with_the_silent()
    builder.is_for(of_actions.VOLUNTEERED, again_after_days=365)
    builder.letter(MISSED, "ask")
    builder.step("wait_for", fact=of_actions.VOLUNTEERED, at_most_minutes=14 * DAY)
    fork = builder.step("branch", on="last_wait")
    builder.letter(STILL_HERE, "ask", fork, "no")
    builder.step("wait", fork, "no", minutes=14 * DAY)
    builder.step("tag", fork, "no", tag="Lapsed")


def _after_first_action(builder: _Builder) -> None:
    builder.starts(of_actions.VOLUNTEERED)
    builder.letter(THANKS)
    builder.step("wait", minutes=2 * DAY)
    fork = builder.step("branch", on="fact", fact=of_actions.LEAD_CONTACTED, since="entered")
    note = "They offered to help two days ago, and nobody has spoken to them yet."
    builder.step("hand", fork, "no", member=builder.needs.by.pk, note=note)
    builder.step("wait", minutes=7 * DAY)
    builder.letter(BRING, "ask")


def _first_shift(builder: _Builder) -> None:
    builder.starts(of_actions.LEAD_CONTACTED)
    builder.letter(FIRST_SHIFT)
    builder.step("wait", minutes=7 * DAY)
    builder.step("wait_until", hour=10, days=[])
    builder.letter(HOW_WAS_IT)
    builder.step("wait_for", fact="wrote to us", at_most_minutes=5 * DAY)
    fork = builder.step("branch", on="last_wait")
    note = "Ask how their first shift went, and when they come again."
    builder.step("hand", fork, "no", member=builder.needs.by.pk, note=note)


WELCOME = Letter(
    "Welcome",
    "Welcome, {first_name|friend}",
    "Dear {first_name|friend},\n\nThank you for joining us. You will hear from us when there is"
    " something worth doing near you, and not more often than that.\n\nIf you would like to meet"
    " the people near you, this is where to say so.",
    "Meet us",
)
WELCOME_ASK = Letter(
    "Welcome: a first thing to do",
    "One evening, {first_name|friend}?",
    "Dear {first_name|friend},\n\nMost of what we win, we win because somebody gave an evening."
    " You need to know nothing beforehand: you go out with somebody who does.\n\nWill you come"
    " once?",
    "I will come once",
)
MISSED = Letter(
    "It has been a while",
    "It has been a while, {first_name|friend}",
    "Dear {first_name|friend},\n\nWe have not heard from you for a year, and a good deal has"
    " happened since. If you have an hour this month, there is something near you that would be"
    " better with you in it.",
    "I have an hour",
)
STILL_HERE = Letter(
    "Still with us?",
    "Shall we keep writing, {first_name|friend}?",
    "Dear {first_name|friend},\n\nIf you would rather hear less from us, or nothing, choose so"
    " at the foot of this e-mail: it holds at once. If you are still with us, this is the easiest"
    " way to say so.",
    "I am still with you",
)
THANKS = Letter(
    "Thank you: what happens next",
    "Thank you, {first_name|friend}",
    "Dear {first_name|friend},\n\nThank you for offering to help. Somebody who lives near you will"
    " be in touch within two days. Until then there is nothing you need to do.\n\nIf you have a"
    " question, answer this e-mail: a person reads it.",
    "What we do",
)
BRING = Letter(
    "Bring somebody",
    "Who would come with you, {first_name|friend}?",
    "Dear {first_name|friend},\n\nTwo people come twice as often as one. Is there somebody you"
    " would like to have with you? Send them this page.",
    "The page to send them",
)
FIRST_SHIFT = Letter(
    "Your first shift",
    "Your first shift, {first_name|friend}",
    "Dear {first_name|friend},\n\nWe are glad you are coming. Wear shoes you can walk in. You will"
    " go with somebody who has done it before, and you may stop whenever you like.\n\nIf anything"
    " comes between, answer this e-mail.",
    "What to expect",
)
HOW_WAS_IT = Letter(
    "How was it?",
    "How was it, {first_name|friend}?",
    "Dear {first_name|friend},\n\nHow was your first time out with us? Answer this e-mail with a"
    " line or two, good or bad: a person reads it, and we change what was wrong.",
    "Come again",
)

ALL: dict[str, ReadyMade] = {
    one.key: one
    for one in (
        ReadyMade(
            "welcome",
            "Welcome",
            "Whoever joins the list gets a welcome, and three days later one thing to do.",
            _welcome,
        ),
        ReadyMade(
            "lapsed",
            "Lapsed",
            "Whoever did nothing for a year is asked back, twice at most, and then left in peace.",
            _lapsed,
        ),
        ReadyMade(
            "first_action",
            "After a first action",
            "Whoever offers to help is thanked; if nobody rang within two days, an organiser does.",
            _after_first_action,
        ),
        ReadyMade(
            "first_shift",
            "Volunteer's first shift",
            "Whoever was spoken to hears what to expect, and is asked afterwards how it was.",
            _first_shift,
        ),
    )
}


def letters_of(journey: Journey) -> Sequence[int]:
    """The ids of the messages its steps send, in the order of the steps."""
    steps = journey.steps.filter(kind__in=["send", "ask"], removed_at=None).order_by("id")
    return [step.definition["message"] for step in steps]


def _free(name: str, taken: Any) -> str:
    """The name, or with the first number that is free."""
    names = set(taken.values_list("name", flat=True))
    if name not in names:
        return name
    return next(f"{name} {n}" for n in range(2, len(names) + 3) if f"{name} {n}" not in names)


__all__ = ["ALL", "CannotWrite", "ReadyMade", "letters_of", "make"]

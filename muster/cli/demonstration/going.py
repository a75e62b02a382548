"""The main job of the demonstration: one e-mail to every target seat, at one press."""

import time
from dataclasses import replace
from datetime import date, datetime, timedelta

from muster.actions.models import ActionPage
from muster.actions.pages import volunteer_page
from muster.cli.demonstration import cast
from muster.cli.demonstration.cast import Cast
from muster.content import approving, demonstration
from muster.lib.progress import Progress
from muster.lib.times import now
from muster.messaging import drafting, pressing, progress
from muster.messaging.models import Message, Sending
from muster.places import targets
from muster.places.models import Election, Party, TargetList

ELECTION, PARTY = "GB-2019-notional", "Lab"


def targets_of(gathered: Cast, seats: int, at: datetime) -> TargetList:
    """The best targets of May 2024 as it looked beforehand: from the 2019 notional results."""
    name = f"The {seats} best targets"
    kept = TargetList.objects.filter(organisation=gathered.organisation, name=name).first()
    return kept or targets.choose(
        gathered.organisation,
        name=name,
        party=Party.objects.get(code=PARTY),
        election=Election.objects.get(code=ELECTION),
        inputs=targets.Inputs(swing=12.0, how_many=seats),
        by=gathered.ada,
        at=at,
    )


def message_to(gathered: Cast, chosen: TargetList, at: datetime) -> Message:
    """The demonstration's e-mail to these seats, written by Ada if it is not there yet."""
    there = Message.objects.filter(target_list=chosen).order_by("id").first()
    if there:
        return there
    organisation = gathered.organisation
    words = demonstration.words(targets=chosen, date=a_saturday(at.date()))
    words = replace(words, name=f"{words.name}: {chosen.name.lower()}")
    return drafting.draft(
        organisation,
        words,
        targets=chosen,
        page=page_of(gathered, at),
        account=cast.account(organisation),
        by=gathered.ada,
        at=at,
    )


def page_of(gathered: Cast, at: datetime) -> ActionPage:
    return volunteer_page(
        gathered.organisation, cast.party(gathered.organisation), by=gathered.ada, at=at
    )


def release(gathered: Cast, message: Message, at: datetime) -> Sending:
    """Approved by Cara, pressed by Ada; pressing again changes nothing."""
    pressed = Sending.objects.filter(message=message).order_by("id").first()
    if pressed:
        return pressed
    if approving.approval_in_force(message.master, at) is None:
        approving.approve(message.master, gathered.cara, at, at + timedelta(days=7))
    return pressing.press(message, by=gathered.ada, at=now())


def see_through(sending: Sending) -> progress.Progress:
    """Wait until every delivery has its end, showing how it goes; Ctrl-C leaves it going."""
    told = _laid_out(sending)
    if told.state == Sending.State.FINISHED:
        return told
    with Progress("E-mails released", told.audience) as shown:
        seen = 0
        while True:
            told = progress.progress(sending)
            ended = told.audience - told.waiting
            shown.advance(ended - seen)
            seen = ended
            if told.state == Sending.State.FINISHED:
                return told
            time.sleep(0.25)


def _laid_out(sending: Sending) -> progress.Progress:
    """How it stands once it is known how many people it goes to."""
    while (told := progress.progress(sending)).state == Sending.State.LAYING_OUT:
        time.sleep(0.1)
    return told


def a_saturday(today: date) -> date:
    """The Saturday after next: time enough to ring everyone who answers."""
    return today + timedelta(days=(5 - today.weekday()) % 7 + 7)

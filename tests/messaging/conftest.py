"""A message ready to press, a sink to take it, and a worker that is this very thread."""

import asyncio
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.content import approving
from muster.content.masters import Words
from muster.lib import ports
from muster.lib.sink import Kept, Rule, Sink, Store, read_log, serve
from muster.messaging import (
    arming,
    drafting,
    laying_out,
    letters,
    pressing,
    sending,
    topping_up,
)
from muster.messaging.finishing import finish_if_done
from muster.messaging.models import Delivery, Message, Pace, Sending
from muster.messaging.pace import pacing
from muster.messaging.senders import end_this_sender
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people import consenting
from muster.people.models import Person, Wording
from muster.places.models import Contest, Election, Party, Place, Result, Target, TargetList
from tests.conftest import MORNING, NOON, join, supporter


@dataclass
class Mailbox:
    """The sink, running in a thread."""

    folder: Path
    port: int
    rules: list[Rule] = field(default_factory=list)
    sink: "SlowSink | None" = None

    def slow(self, seconds: float) -> None:
        """Take so long over each message."""
        assert self.sink is not None
        self.sink.seconds = seconds

    def mail(self) -> list[Kept]:
        return list(read_log(self.folder / "log.jsonl"))

    def sender_to(self, person: Person) -> str:
        assert self.sink is not None
        return self.sink.senders[person.contact_points.get(kind="email").value]

    def to(self, person: Person) -> list[Kept]:
        address = person.contact_points.get(kind="email").value
        return [kept for kept in self.mail() if kept.to == address]

    def raw(self, kept: Kept) -> str:
        found = Store(self.folder).raw(kept)
        assert found is not None
        return found.decode()


class SlowSink(Sink):
    seconds = 0.0
    at_once, most_at_once = 0, 0

    def __init__(self, store: Store, rules: list[Rule]) -> None:
        super().__init__(store, rules)
        self.senders: dict[str, str] = {}  # of each recipient's envelope

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.senders |= dict.fromkeys(envelope.rcpt_tos, envelope.mail_from)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    box = Mailbox(tmp_path / "sink", ports.any_free())
    box.sink = sink = SlowSink(Store(box.folder), [])
    sink.rules = box.rules
    loop = asyncio.new_event_loop()
    task = loop.create_task(serve(sink, port=box.port))
    thread = threading.Thread(target=loop.run_until_complete, args=(task,), daemon=True)
    thread.start()
    while not ports.answers(box.port):
        pass
    yield box
    loop.call_soon_threadsafe(task.cancel)
    thread.join(5)


@pytest.fixture(autouse=True)
def _own_sender(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Each test's sender keeps its logs apart, and ends with the test."""
    settings.VAR = tmp_path / "var"
    letters.clear_desks()
    pacing.forget_limits()
    yield
    letters.clear_desks()
    pacing.forget_limits()
    end_this_sender()


@pytest.fixture
def account(party: Organisation, mailbox: Mailbox) -> EmailAccount:
    return EmailAccount.objects.create(
        organisation=party,
        name="Campaign",
        host="127.0.0.1",
        port=mailbox.port,
        from_name="Zoë of Fair Future",
        from_address="hello@fairfuture.example.org",
    )


@pytest.fixture
def page(party: Organisation, campaigner: Campaigner) -> ActionPage:
    return open_page(party, campaigner)


def open_page(party: Organisation, campaigner: Campaigner) -> ActionPage:
    """The page that a message's button leads to."""
    return ActionPage.objects.create(
        organisation=party,
        kind="volunteer",
        slug="volunteer",
        title="Volunteer in {seat}",
        campaigner=campaigner,
        is_open=True,
    )


@pytest.fixture
def approver(party: Organisation, head_office: Any) -> Member:
    return join(party, head_office, "Ola Approves", "approver")


@pytest.fixture
def targets(party: Organisation, stroud: Place, neath: Place) -> TargetList:
    greens = Party.objects.create(code="FF", name="Fair Future")
    election = Election.objects.create(code="T-2024", name="Test", held_on=date(2024, 7, 4))
    chosen = TargetList.objects.create(
        organisation=party, name="Two", party=greens, election=election, inputs={}, made_at=MORNING
    )
    for rank, seat in enumerate((stroud, neath), 1):
        contest = Contest.objects.create(election=election, place=seat, valid_votes=100)
        Result.objects.create(contest=contest, party=greens, votes=100)
        Target.objects.create(
            target_list=chosen, place=seat, rank=rank, lead=1, swing_needed=0, chance=0.5, gain=0
        )
    return chosen


@pytest.fixture
def wording(party: Organisation, campaigner: Campaigner) -> Wording:
    return Wording.objects.create(
        organisation=party,
        campaigner=campaigner,
        channel="email",
        version="1",
        text="Fair Future may e-mail me.",
    )


@pytest.fixture
def agree(wording: Wording) -> Callable[[Person], Person]:
    def say_yes(person: Person) -> Person:
        consenting.give(person, "email", wording=wording, source="Street stall", at=MORNING)
        return person

    return say_yes


@pytest.fixture
def crowd(
    party: Organisation, stroud: Place, neath: Place, agree: Callable[[Person], Person]
) -> list[Person]:
    """Four in each seat who agreed to e-mail."""
    names = ["Ann", "Bob", "Cat", "Dan"]
    return [
        agree(supporter(party, given, f"{seat.slug}{n}", seat))
        for seat in (stroud, neath)
        for n, given in enumerate(names)
    ]


WORDS = Words(
    "Saturday",
    "{first_name|Hello}, Saturday in {seat}",
    "Dear {first_name|friend},\n\nWe meet on Saturday in {seat}.",
    "I can help",
)


@pytest.fixture
def newsletter(
    party: Organisation,
    campaigner: Campaigner,
    targets: TargetList,
    page: ActionPage,
    account: EmailAccount,
    ada: Member,
    approver: Member,
) -> Message:
    """Written by Ada, approved by another."""
    message = drafting.draft(
        party, WORDS, targets=targets, page=page, account=account, by=ada, at=MORNING
    )
    approving.approve(message.master, approver, MORNING, MORNING + timedelta(days=3650))
    return message


@pytest.fixture
def launched(newsletter: Message) -> Message:
    """The same message, as part of a launch."""
    newsletter.goes_with_launch = True
    newsletter.save()
    return newsletter


def run(pressed: Sending) -> Sending:
    """Do what the queue would: lay it out, work its chunks, finish."""
    laying_out.lay_out(pressed.pk, datetime.now(UTC))
    return finish(pressed)


def finish(pressed: Sending) -> Sending:
    """Work the chunks of what is laid out, and finish it if it is done."""
    for chunk in chunks_of(pressed):
        sending.work_chunk(pressed.pk, chunk)
    finish_if_done(pressed.pk, datetime.now(UTC))
    return Sending.objects.get(pk=pressed.pk)


def armed(message: Message, by: Member, at: datetime = NOON) -> Sending:
    """Armed and laid out."""
    sending = arming.arm(message, by=by, at=at)
    laying_out.lay_out(sending.pk, datetime.now(UTC))
    return Sending.objects.get(pk=sending.pk)


def gone(sending: Sending, by: Member, held: Collection[int] = ()) -> Sending:
    """Go, topped up, and sent to the end."""
    arming.go(sending, by=by, at=datetime.now(UTC), held=held)
    topping_up.top_up(sending.pk, datetime.now(UTC))
    return finish(sending)


def at_peace() -> None:
    """As an hour after the last refusal: whatever was learnt of the pace is forgotten."""
    Pace.objects.all().delete()
    pacing.forget_limits()


def chunks_of(pressed: Sending) -> list[int]:
    rows = Delivery.objects.filter(sending_id=pressed.pk).values_list("chunk", flat=True)
    return sorted(set(rows))


def released(message: Message, by: Member) -> Sending:
    return run(pressing.press(message, by=by, at=NOON))


def delivery_of(pressed: Sending, person: Person) -> Delivery:
    return Delivery.objects.get(sending_id=pressed.pk, person_id=person.pk)


def together(*acts: Callable[[], object]) -> list[object]:
    """Run acts in threads that begin at once; returns what each returned or raised."""
    ends: list[object] = [None] * len(acts)
    begin = threading.Barrier(len(acts))

    def run(number: int) -> None:
        try:
            begin.wait()
            ends[number] = acts[number]()
        except Exception as refusal:
            ends[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n]) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return ends

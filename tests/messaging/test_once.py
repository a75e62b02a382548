"""Once: killed, stopped, cut off or away, nobody gets it twice and nobody is lost."""

import os
import resource
import signal
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from muster.lib.smtp import Answer, End
from muster.messaging import (
    handing,
    handover,
    lanes,
    laying_out,
    letters,
    pressing,
    progress,
    sending,
)
from muster.messaging.claiming import Work, claim
from muster.messaging.handover import Folder, HandoverLog, Known, name_of
from muster.messaging.models import Delivery, Message, Sender, Sending
from muster.messaging.senders import boot_id
from muster.messaging.settling import Outcome, settle
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Member
from muster.people.models import Person
from tests.conftest import NOON
from tests.messaging.conftest import Mailbox, delivery_of, run

pytestmark = pytest.mark.django_db
State = Delivery.State


def laid_out(message: Message, by: Member) -> Sending:
    pressed = pressing.press(message, by=by, at=NOON)
    laying_out.lay_out(pressed.pk, datetime.now(UTC))
    return Sending.objects.select_related("message__account", "organisation").get(pk=pressed.pk)


def lapse(pressed: Sending) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    Delivery.objects.filter(sending_id=pressed.pk, state=State.CLAIMED).update(lease_until=past)


@pytest.fixture
def gone(tmp_path: Path) -> Sender:
    """A sender of this machine that was killed: nothing holds its locks any more."""
    folder = tmp_path / "gone"
    home = Folder(folder)
    home.hold()
    home.let_go()
    return Sender.objects.create(
        code=uuid.uuid4(),
        host=os.uname().nodename,
        boot=boot_id(),
        log=str(folder),
        started_at=NOON,
    )


def claimed_by(sender: Sender, pressed: Sending) -> int:
    """The sender claimed the whole chunk; returns the fence."""
    now = datetime.now(UTC)
    law = letters.Desk(pressed, now).law(now)
    taken = claim(Work(pressed, 0, sender.pk, 1), law, at=now)
    lapse(pressed)
    return taken.fence


def test_what_a_killed_sender_never_began_goes_again(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, gone: Sender
) -> None:
    pressed = laid_out(newsletter, ada)
    claimed_by(gone, pressed)

    run(pressed)

    assert len(mailbox.mail()) == len(crowd)


def test_what_it_had_answered_is_recorded_and_not_sent_again(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, gone: Sender
) -> None:
    pressed = laid_out(newsletter, ada)
    fence = claimed_by(gone, pressed)
    log = HandoverLog(Path(gone.log) / "lane-1.log")
    name = name_of(pressed.pk, crowd[0].pk)
    log.begun(name, fence)
    log.answered(name, fence, Answer(End.ACCEPTED, "250 Kept"))

    run(pressed)

    assert delivery_of(pressed, crowd[0]).state == State.DELIVERED
    assert mailbox.to(crowd[0]) == []


def test_what_it_began_and_never_heard_of_is_uncertain_and_never_retried(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, gone: Sender
) -> None:
    pressed = laid_out(newsletter, ada)
    fence = claimed_by(gone, pressed)
    HandoverLog(Path(gone.log) / "lane-1.log").begun(name_of(pressed.pk, crowd[0].pk), fence)

    pressed = run(pressed)

    assert delivery_of(pressed, crowd[0]).state == State.UNCERTAIN
    assert mailbox.to(crowd[0]) == []
    assert progress.progress(pressed).uncertain == 1
    assert pressed.state == Sending.State.FINISHED


@pytest.mark.parametrize("change", [{"boot": "another"}, {"host": "elsewhere"}, {"log": "/none"}])
def test_when_the_machine_or_its_log_is_gone_all_its_open_claims_are_uncertain(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    gone: Sender,
    change: dict[str, str],
) -> None:
    Sender.objects.filter(pk=gone.pk).update(**change)
    pressed = laid_out(newsletter, ada)
    claimed_by(gone, pressed)

    now = progress.progress(run(pressed))

    assert (now.uncertain, now.waiting) == (len(crowd), 0)
    assert mailbox.mail() == []


def test_a_sender_that_still_lives_keeps_its_claims_though_their_lease_lapsed(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, gone: Sender
) -> None:
    living = Folder(Path(gone.log))
    living.hold()
    pressed = laid_out(newsletter, ada)
    claimed_by(gone, pressed)

    run(pressed)

    assert mailbox.mail() == []
    assert delivery_of(pressed, crowd[0]).state == State.CLAIMED
    living.let_go()


def test_an_answer_that_comes_late_still_ends_an_uncertain_one(
    newsletter: Message, ada: Member, crowd: list[Person], gone: Sender
) -> None:
    Sender.objects.filter(pk=gone.pk).update(boot="another")
    pressed = laid_out(newsletter, ada)
    fence = claimed_by(gone, pressed)
    run(pressed)
    told = Outcome(crowd[0].pk, fence, State.DELIVERED, "250 Kept", at=NOON)

    settle(Work(pressed, 0, gone.pk, 1), [told], at=NOON)

    now = progress.progress(pressed)
    assert (now.delivered, now.uncertain, now.waiting) == (1, len(crowd) - 1, 0)


def test_a_claim_taken_back_and_worked_again_is_closed_to_its_first_sender(
    newsletter: Message, ada: Member, crowd: list[Person], gone: Sender
) -> None:
    pressed = laid_out(newsletter, ada)
    fence = claimed_by(gone, pressed)
    run(pressed)
    told = Outcome(crowd[0].pk, fence, State.FAILED, "550 late", at=NOON)

    settle(Work(pressed, 0, gone.pk, 1), [told], at=NOON)

    assert delivery_of(pressed, crowd[0]).state == State.DELIVERED


def test_a_database_away_while_settling_sends_nothing_twice(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handover, "TRIM_ABOVE", 10)
    monkeypatch.setattr(lanes, "MOST", 4)
    lanes.this_lane().most = 4
    monkeypatch.setattr(handing, "SETTLE_AT", 4)
    pressed = laid_out(newsletter, ada)
    away = [OperationalError("the server closed the connection")]

    def settle_when_back(*args: Any, **named: Any) -> None:
        if away:
            raise away.pop()
        settle(*args, **named)

    monkeypatch.setattr(handing, "settle", settle_when_back)
    with pytest.raises(OperationalError):
        sending.work_chunk(pressed.pk, 0)
    sending.work_chunk(pressed.pk, 0)
    lapse(pressed)
    pressed = run(pressed)

    codes = [kept.code for kept in mailbox.mail()]
    assert sorted(codes) == sorted(token_for(pressed.pk, person.pk) for person in crowd)
    assert pressed.state == Sending.State.FINISHED


def test_half_a_line_on_a_full_disk_hides_nothing_that_follows(tmp_path: Path) -> None:
    log = HandoverLog(tmp_path / "lane-1.log")
    (tmp_path / "lock").touch()
    log.begun("AAA", 1)
    quiet = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (12, limits[1]))

    with pytest.raises(OSError, match=r"full|large"):
        log.answered("AAA", 1, Answer(End.ACCEPTED, "250 Kept"))

    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, quiet)
    log.begun("BBB", 2)
    assert handover.read(tmp_path) == {("AAA", 1): Known(None), ("BBB", 2): Known(None)}


def test_a_log_cut_off_in_an_answer_counts_it_as_unanswered(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    (tmp_path / "lane-1.log").write_text("B AAA 1\nA AAA 1 ACCEPTED 250")

    assert handover.read(tmp_path) == {("AAA", 1): Known(None)}

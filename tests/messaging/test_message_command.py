"""`muster message`, as someone types it."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from muster.cli import app, house
from muster.lib.times import now
from muster.messaging.models import Message, Plan, Sending
from muster.organisations.models import Member
from muster.people.models import Person
from tests.messaging.conftest import Mailbox, run

ADA, BEN = "ada.marsh@example.org", "ben.hale@example.org"


@pytest.fixture(autouse=True)
def house_is_open(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Tests stand in an open house already: its database is the test's own."""
    monkeypatch.setattr(house, "open_house", nullcontext)


def say(*words: str) -> Result:
    return CliRunner().invoke(app, ["message", *words])


def test_a_message_is_sent_once_stopped_let_go_on_and_shown_in_numbers_that_add_up(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    before = say("show", "saturday")
    sent = [say("send", "Saturday", "--as", ADA, "--share", "50") for _ in range(2)]
    pressed = Sending.objects.get()
    stopped = say("stop", "Saturday", "--as", ADA)
    on = say("go-on", "Saturday", "--as", ADA)
    run(pressed)
    after = say("show", "Saturday")

    assert "Nothing stands in its way." in before.output
    assert [one.exit_code for one in sent] == [0, 0]
    assert "goes out at once to 50 % picked at random" in sent[0].output
    assert (stopped.exit_code, on.exit_code, pressed.share_percent) == (0, 0, 50)
    assert "stopped" in stopped.output
    numbers = [int(line.split()[0]) for line in after.output.splitlines()[1:]]
    assert sum(numbers) == len(crowd)
    assert "Saturday: " in say("list").output


def test_a_message_is_planned_by_the_organisations_clock_and_called_off(
    newsletter: Message, ada: Member
) -> None:
    day = (now() + timedelta(days=3)).date().isoformat()

    planned = say("plan", "Saturday", f"{day}T18:30", "--as", ADA)
    plan = Plan.objects.get()
    listed = say("list")
    off = say("call-off", "Saturday", "--as", ADA)
    again = say("call-off", "Saturday", "--as", ADA)

    assert (planned.exit_code, off.exit_code, again.exit_code) == (0, 0, 1)
    assert f"{plan.goes_at:%M}" == "30"
    assert "at 18:30." in listed.output
    assert not Sending.objects.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("send", "Sunday", "--as", ADA), "No message is called Sunday."),
        (("send", "Saturday", "--as", BEN), "may not send messages"),
        (("send", "Saturday", "--as", "nobody@example.org"), "is no member of"),
        (("plan", "Saturday", "soon", "--as", ADA), "is no time"),
        (("plan", "Saturday", "2020-01-01T10:00", "--as", ADA), "That time is over"),
        (("stop", "Saturday", "--as", ADA), "It was not sent yet."),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_and_leaves_nothing_behind(
    newsletter: Message, ada: Member, ben: Member, words: tuple[str, ...], said: str
) -> None:
    refused = say(*words)

    assert (refused.exit_code, said in refused.output) == (1, True)
    assert not Sending.objects.exists()
    assert not Plan.objects.exists()

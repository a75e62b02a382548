"""A server that takes long over each message is given many at once; one that allows one, one."""

import threading
import time
from collections.abc import Callable

import pytest

from muster.channels.models import EmailAccount
from muster.lib.smtp import Answer, End, Letter, Unreachable
from muster.messaging import pooling, progress
from muster.messaging.models import Message
from muster.organisations.models import Member
from muster.people.models import Person
from tests.messaging.conftest import Mailbox, released

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("connections", "at_once"), [(3, 3), (1, 1)])
def test_as_many_are_under_way_as_the_account_allows_and_each_arrives_once(
    connections: int,
    at_once: int,
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    EmailAccount.objects.update(connections=connections)
    mailbox.slow(0.08)
    ended = released(Message.objects.get(pk=newsletter.pk), ada)

    assert mailbox.sink is not None
    assert mailbox.sink.most_at_once == at_once
    assert len({kept.to for kept in mailbox.mail()}) == len(mailbox.mail()) == len(crowd)
    assert progress.progress(ended).delivered == len(crowd)


class Line:
    """Takes `takes` letters, then hangs up."""

    takes_8bit, is_open = True, True

    def __init__(self, takes: int, seconds: float = 0) -> None:
        self.takes, self.seconds = takes, seconds

    def hand_over(self, letters, *, before_body, on_answer) -> None:  # type: ignore[no-untyped-def]
        for letter in letters:
            if not self.takes or not before_body(letter):
                self.is_open = False
                on_answer(letter, Answer(End.NOT_BEGUN, "closed"))
                return
            self.takes -= 1
            time.sleep(self.seconds)
            on_answer(letter, Answer(End.ACCEPTED, "250"))

    def close(self) -> None:
        self.is_open = False


def letters(count: int) -> list[Letter]:
    return [Letter(f"c{n}", b"a@example.org", b"b@example.org", b"\r\n") for n in range(count)]


def test_a_slow_server_is_given_more_lines_a_quick_one_is_not() -> None:
    opened: list[Line] = []

    def opening(seconds: float) -> Callable[[], Line]:
        def open_line() -> Line:
            opened.append(Line(999, seconds))
            return opened[-1]

        return open_line

    for seconds, lines in ((0.04, 9), (0.0, pooling.FEW)):
        opened.clear()
        pooling.Pool(opening(seconds), 9).hand_over(
            letters(60), before_body=lambda letter: True, on_answer=lambda letter, answer: None
        )
        assert len(opened) <= lines
        assert seconds == 0 or len(opened) == lines


def test_every_letter_has_its_answer_when_lines_break_stop_or_cannot_be_opened() -> None:
    lines = [Line(3), Line(2)]

    def opened() -> Line:
        if not lines:
            raise Unreachable("no more")
        return lines.pop(0)

    pool = pooling.Pool(opened, 2)
    ends: dict[str, End] = {}
    pool.hand_over(
        letters(12),
        before_body=lambda letter: True,
        on_answer=lambda letter, answer: ends.update({letter.code: answer.end}),
    )
    assert len(ends) == 12
    assert list(ends.values()).count(End.ACCEPTED) == 5
    assert set(ends.values()) == {End.ACCEPTED, End.NOT_BEGUN}

    stopped = pooling.Pool(lambda: Line(9), 2)
    ends.clear()
    stopped.hand_over(
        letters(9),
        before_body=lambda letter: letter.code == "c0",
        on_answer=lambda letter, answer: ends.update({letter.code: answer.end}),
    )
    assert set(ends.values()) == {End.ACCEPTED, End.NOT_BEGUN}

    def no_room(letter: Letter) -> bool:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        pooling.Pool(lambda: Line(9), 2).hand_over(
            letters(9), before_body=no_room, on_answer=lambda letter, answer: None
        )


def test_a_lane_whose_answers_cannot_be_written_down_raises_and_does_not_wait_for_ever() -> None:
    def no_room(letter: Letter, answer: Answer) -> None:
        raise OSError("the disk is full")

    outcome: list[BaseException] = []

    def lane() -> None:
        try:
            pooling.Pool(lambda: Line(9), 2).hand_over(
                letters(3), before_body=lambda letter: True, on_answer=no_room
            )
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=lane, daemon=True)
    thread.start()
    thread.join(10)

    assert [str(error) for error in outcome] == ["the disk is full"]

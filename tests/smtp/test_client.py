from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from muster.lib import ports
from muster.lib.smtp import Answer, Connection, End, Letter, Unreachable
from tests.smtp.scripted import PLAIN_EHLO, Scripted

BODY = b"Subject: Hello\r\n\r\nDear Ann,\r\n.\r\n..and on\r\n"


class Told:
    """What the caller was told, in order."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.answers: dict[str, Answer] = {}
        self.allow = True

    def before_body(self, letter: Letter) -> bool:
        if self.allow:
            self.begun.append(letter.code)
        return self.allow

    def on_answer(self, letter: Letter, answer: Answer) -> None:
        assert letter.code not in self.answers, "told twice"
        self.answers[letter.code] = answer

    def ends(self) -> list[End]:
        return [answer.end for answer in self.answers.values()]


def letters(count: int, body: bytes = BODY) -> list[Letter]:
    return [Letter(f"c{n}", b"us@example.org", b"p%d@example.org" % n, body) for n in range(count)]


@contextmanager
def talking_to(server: Scripted, timeout: float = 2) -> Iterator[Connection]:
    connection = Connection("127.0.0.1", server.port, timeout=timeout)
    try:
        yield connection
    finally:
        connection.close()
        server.close()


def hand_over(server: Scripted, count: int = 3, body: bytes = BODY) -> Told:
    told = Told()
    with talking_to(server) as connection:
        connection.hand_over(
            letters(count, body), before_body=told.before_body, on_answer=told.on_answer
        )
    return told


@pytest.fixture(params=["pipelining", "one by one"])
def ehlo(request: pytest.FixtureRequest) -> dict[str, bytes]:
    return {} if request.param == "pipelining" else {"ehlo": PLAIN_EHLO}


def test_bodies_arrive_as_they_were_written(ehlo: dict[str, bytes]) -> None:
    server = Scripted(**ehlo)

    told = hand_over(server)

    assert server.bodies == [BODY] * 3
    assert told.ends() == [End.ACCEPTED] * 3


def test_one_refused_recipient_in_a_pipeline_leaves_the_others(ehlo: dict[str, bytes]) -> None:
    server = Scripted(
        {
            "RCPT": [b"250 ok\r\n", b"550 5.1.1 nobody\r\n", b"250 ok\r\n"],
            "DATA": [b"354 go\r\n", b"503 no recipients\r\n", b"354 go\r\n"],
        }
        if not ehlo
        else {"RCPT": [b"250 ok\r\n", b"550 5.1.1 nobody\r\n", b"250 ok\r\n"]},
        **ehlo,
    )

    told = hand_over(server)

    assert told.answers["c1"] == Answer(End.REFUSED, "550 5.1.1 nobody")
    assert [told.answers[c].end for c in ("c0", "c2")] == [End.ACCEPTED, End.ACCEPTED]
    assert "c1" not in told.begun
    assert "RSET" in server.heard


def test_a_server_that_says_354_though_nobody_may_come_in_gets_an_empty_body() -> None:
    server = Scripted(
        {
            "RCPT": [b"550 nobody\r\n", b"250 ok\r\n"],
            "BODY": [b"554 no valid recipients\r\n", b"250 ok\r\n"],
        }
    )

    told = hand_over(server, 2)

    assert server.bodies == [b"", BODY]
    assert told.ends() == [End.REFUSED, End.ACCEPTED]
    assert told.begun == ["c1"]


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "BODY"])
@pytest.mark.parametrize(
    ("reply", "end"),
    [(b"451 later\r\n", End.REFUSED_FOR_NOW), (b"554 never\r\n", End.REFUSED)],
)
def test_4xx_is_for_now_and_5xx_for_good(
    word: str, reply: bytes, end: End, ehlo: dict[str, bytes]
) -> None:
    answers: dict[str, list[bytes | None]] = {word: [reply]}
    if not ehlo and word in ("MAIL", "RCPT"):
        answers["DATA"] = [b"503 not now\r\n"]

    told = hand_over(Scripted(answers, **ehlo), 1)

    assert told.answers["c0"].end is end


@pytest.mark.parametrize("word", [b"250 ok\r\n", b"220 hello\r\n", b"334 go on\r\n"])
def test_a_friendly_word_in_place_of_the_go_ahead_is_no_acceptance(
    word: bytes, ehlo: dict[str, bytes]
) -> None:
    told = hand_over(Scripted({"DATA": [word]}, **ehlo), 1)

    assert told.ends() == [End.REFUSED_FOR_NOW]
    assert told.begun == []


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_body_means_not_begun(
    word: str, ehlo: dict[str, bytes]
) -> None:
    told = hand_over(Scripted({word: [None]}, **ehlo), 2)

    assert told.ends() == [End.NOT_BEGUN, End.NOT_BEGUN]
    assert told.begun == []


def test_a_connection_lost_after_the_body_is_unanswered_and_only_that_one(
    ehlo: dict[str, bytes],
) -> None:
    told = hand_over(Scripted({"BODY": [b"250 ok\r\n", None]}, **ehlo), 4)

    assert told.ends() == [End.ACCEPTED, End.UNANSWERED, End.NOT_BEGUN, End.NOT_BEGUN]
    assert told.begun == ["c0", "c1"]


def test_421_ends_the_conversation_and_nothing_is_lost(ehlo: dict[str, bytes]) -> None:
    told = hand_over(Scripted({"BODY": [b"250 ok\r\n", b"421 closing\r\n"]}, **ehlo), 3)

    assert told.ends() == [End.ACCEPTED, End.REFUSED_FOR_NOW, End.NOT_BEGUN]


def test_an_answer_that_never_comes_is_unanswered() -> None:
    server = Scripted({"BODY": [b""]})
    told = Told()

    with talking_to(server, timeout=0.3) as connection:
        connection.hand_over(letters(1), before_body=told.before_body, on_answer=told.on_answer)

    assert told.answers["c0"].end is End.UNANSWERED


def test_saying_stop_before_a_body_hangs_up_without_sending_it(ehlo: dict[str, bytes]) -> None:
    server = Scripted(**ehlo)
    told = Told()
    told.allow = False

    with talking_to(server) as connection:
        connection.hand_over(letters(3), before_body=told.before_body, on_answer=told.on_answer)

    assert told.ends() == [End.NOT_BEGUN] * 3
    assert server.bodies in ([], [b""])


def test_pipelining_is_used_only_when_offered() -> None:
    server = Scripted(ehlo=PLAIN_EHLO, answers={"MAIL": [b"550 no\r\n"]})

    hand_over(server, 1)

    assert not any(line.startswith(("RCPT", "DATA")) for line in server.heard)


def test_8bit_mail_is_not_given_to_a_server_of_7_bits() -> None:
    told = hand_over(Scripted(ehlo=PLAIN_EHLO), 1, "Zoë\r\n".encode())

    assert told.answers["c0"].end is End.REFUSED


def test_8bit_mail_and_its_size_are_announced() -> None:
    server = Scripted()

    hand_over(server, 1, "Zoë\r\n".encode())

    assert "MAIL FROM:<us@example.org> SIZE=6 BODY=8BITMIME" in server.heard


def test_a_message_larger_than_the_server_takes_is_refused_unsent() -> None:
    server = Scripted(ehlo=b"250-here\r\n250-PIPELINING\r\n250 SIZE 10\r\n")

    told = hand_over(server, 1)

    assert told.ends() == [End.REFUSED]
    assert server.bodies == []


@pytest.mark.parametrize(
    "address", [b"a@b>\r\nRCPT TO:<c@d", b"a b@c", b"<a@b>", "zoë@example.org".encode(), b""]
)
def test_no_address_can_carry_a_command(address: bytes) -> None:
    server = Scripted()
    told = Told()

    with talking_to(server) as connection:
        connection.hand_over(
            [Letter("c0", b"us@example.org", address, BODY)],
            before_body=told.before_body,
            on_answer=told.on_answer,
        )

    assert told.ends() == [End.REFUSED]
    assert not any(line.startswith("MAIL") for line in server.heard)


@pytest.mark.parametrize("body", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nMAIL FROM:<x@y>\r\n"])
def test_no_body_with_bare_line_ends_leaves(body: bytes) -> None:
    assert hand_over(Scripted(), 1, body).ends() == [End.REFUSED]


@pytest.mark.parametrize(
    ("greeting", "for_good"),
    [(b"554 go away\r\n", True), (b"421 too busy\r\n", False), (None, False), (b"HTTP\r\n", False)],
)
def test_a_refused_greeting_says_whether_to_come_back(
    greeting: bytes | None, for_good: bool
) -> None:
    server = Scripted(greeting=greeting)

    with pytest.raises(Unreachable) as refused, talking_to(server):
        pass

    assert refused.value.for_good is for_good


def test_an_old_server_that_knows_only_helo_is_served() -> None:
    server = Scripted(ehlo=b"500 what?\r\n")

    told = hand_over(server, 1)

    assert told.ends() == [End.ACCEPTED]
    assert "HELO localhost" in server.heard


def test_an_endless_answer_is_cut_off() -> None:
    server = Scripted({"MAIL": [b"250-" + b"x" * 200_000]})

    assert hand_over(server, 1).ends() == [End.NOT_BEGUN]


def test_nobody_listening_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        Connection("127.0.0.1", ports.any_free())


def test_a_closed_connection_answers_every_letter_given_to_it() -> None:
    server = Scripted()
    told = Told()

    with talking_to(server) as connection:
        connection.close()
        connection.hand_over(letters(2), before_body=told.before_body, on_answer=told.on_answer)

    assert told.ends() == [End.NOT_BEGUN] * 2


def test_a_refusal_at_the_end_of_one_claim_does_not_spoil_the_next(ehlo: dict[str, bytes]) -> None:
    server = Scripted({"RCPT": [b"550 nobody\r\n", b"250 ok\r\n"]}, **ehlo)
    if not ehlo:
        server.answers["DATA"] = [b"503 no recipients\r\n", b"354 go\r\n"]
    told = Told()

    with talking_to(server) as connection:
        for letter in letters(2):
            connection.hand_over([letter], before_body=told.before_body, on_answer=told.on_answer)

    assert told.ends() == [End.REFUSED, End.ACCEPTED]
    assert "RSET" in server.heard


def test_a_quarrel_about_the_order_of_commands_is_no_word_about_the_recipient() -> None:
    server = Scripted(
        {"MAIL": [b"503 nested\r\n"], "RCPT": [b"503 no\r\n"], "DATA": [b"503 no\r\n"]}
    )

    assert hand_over(server, 1).ends() == [End.REFUSED_FOR_NOW]


def test_no_empty_message_is_left_where_only_the_recipient_was_taken() -> None:
    server = Scripted({"MAIL": [b"503 nested\r\n"]})

    told = hand_over(server, 2)

    assert server.bodies == [b""]
    assert told.ends() == [End.REFUSED_FOR_NOW, End.NOT_BEGUN]

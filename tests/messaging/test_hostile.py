"""Mail servers that misbehave, through the whole path: the right end for each letter, nobody lost,
nobody twice."""

import email
import email.policy
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from muster.channels.models import EmailAccount
from muster.lib.smtp import connection as conversation
from muster.messaging import lanes, pressing, progress, sending
from muster.messaging.models import Delivery, Message, Sending
from muster.messaging.pace import warming
from muster.messaging.senders import this_sender
from muster.messaging.sights import OF_PERSON
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from muster.providers import smtp
from tests.conftest import NOON, supporter
from tests.messaging.conftest import at_peace, delivery_of, finish, run
from tests.messaging.hostile import CLOSE, DRIP, FULL, HANG, Hostile, Moment, Plan

pytestmark = pytest.mark.django_db
State = Delivery.State
Serve = Callable[..., Hostile]


@pytest.fixture
def serve(account: EmailAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """The account's server is this one from now on; who hangs is given up after half a second."""
    running: list[Hostile] = []
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    monkeypatch.setattr(sending, "SERVER_AWAY", timedelta(0))
    conversation._distrusted.clear()

    def start(plan: Plan = lambda moment: None, **more: object) -> Hostile:
        running.append(Hostile(plan, **more))  # type: ignore[arg-type]
        EmailAccount.objects.filter(pk=account.pk).update(port=running[-1].port)
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture(params=["pipelining", "one by one"])
def offers(request: pytest.FixtureRequest) -> Callable[[int], tuple[str, ...]]:
    return lambda number: FULL if request.param == "pipelining" else FULL[1:]


def press(newsletter: Message, ada: Member) -> Sending:
    return run(pressing.press(newsletter, by=ada, at=NOON))


def go_again(pressed: Sending) -> Sending:
    """What waits for another attempt is due now."""
    at_peace()
    Delivery.objects.filter(sending_id=pressed.pk).update(due_at=NOON)
    return finish(pressed)


def until_done(pressed: Sending, most: int = 8) -> Sending:
    for _ in range(most):
        if pressed.state == Sending.State.FINISHED:
            break
        pressed = go_again(pressed)
    return pressed


def ends(pressed: Sending) -> Counter[str]:
    """How many are in each state; checks that every number adds up."""
    now = progress.progress(pressed)
    found = Counter(
        State(state).name
        for state in Delivery.objects.filter(sending_id=pressed.pk).values_list("state", flat=True)
    )
    counted = now.delivered + now.failed + sum(now.left_out.values()) + now.uncertain + now.waiting
    assert counted == now.audience == found.total()
    assert (now.delivered, now.uncertain) == (found["DELIVERED"], found["UNCERTAIN"])
    return found


def check(pressed: Sending, server: Hostile) -> None:
    """What the server took, against what Muster believes."""
    codes = {
        token_for(pressed.pk, person): State(state)
        for person, state in Delivery.objects.filter(sending_id=pressed.pk).values_list(
            "person_id", "state"
        )
    }
    taken = Counter(server.taken)
    assert [code for code, times in taken.items() if times > 1] == []
    assert {c for c, state in codes.items() if state == State.DELIVERED} <= set(taken)
    assert {codes[code] for code in taken} <= {State.DELIVERED, State.UNCERTAIN}


def at(word: str, *visits: int, say: str) -> Plan:
    return lambda m: say if m.word == word and m.visit in visits else None


@pytest.mark.parametrize(
    ("word", "visit"), [("GREETING", 1), ("MAIL", 3), ("RCPT", 3), ("DATA", 3), ("BODY", 3)]
)
def test_421_anywhere_costs_a_connection_and_no_letter(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    serve: Serve,
    offers: Callable[[int], tuple[str, ...]],
    word: str,
    visit: int,
) -> None:
    server = serve(at(word, visit, say="421 4.3.2 closing"), offers=offers)

    pressed = until_done(press(newsletter, ada))

    assert ends(pressed) == {"DELIVERED": len(crowd)}
    assert server.opened >= 2
    check(pressed, server)


@pytest.mark.parametrize("reply", ["451 4.7.1 slow down", "452 4.2.2 mailbox full"])
@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "BODY"])
def test_throttled_letters_go_again_until_all_are_done(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    serve: Serve,
    offers: Callable[[int], tuple[str, ...]],
    reply: str,
    word: str,
) -> None:
    server = serve(lambda m: reply if m.word == word and m.visit <= 12 else None, offers=offers)
    pressed = press(newsletter, ada)
    assert ends(pressed) == {"WAITING": len(crowd)}
    assert delivery_of(pressed, crowd[0]).reason == reply

    pressed = until_done(pressed)

    assert ends(pressed) == {"DELIVERED": len(crowd)}
    check(pressed, server)


def test_every_third_recipient_refused_fails_with_the_servers_words_and_the_others_arrive(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    serve: Serve,
    offers: Callable[[int], tuple[str, ...]],
) -> None:
    server = serve(
        lambda m: "550 5.1.1 no such user" if m.word == "RCPT" and m.visit % 3 == 0 else None,
        offers=offers,
    )

    pressed = press(newsletter, ada)

    assert pressed.state == Sending.State.FINISHED
    assert ends(pressed) == {"DELIVERED": len(crowd) - 2, "FAILED": 2}
    failed = Delivery.objects.filter(sending_id=pressed.pk, state=State.FAILED)
    assert {d.reason for d in failed} == {"550 5.1.1 no such user"}
    check(pressed, server)


@pytest.mark.parametrize("what", [HANG, CLOSE])
@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA"])
def test_silence_before_a_body_leaves_nothing_uncertain(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    serve: Serve,
    offers: Callable[[int], tuple[str, ...]],
    what: str,
    word: str,
) -> None:
    server = serve(at(word, 3, say=what), offers=offers)

    pressed = until_done(press(newsletter, ada))

    assert ends(pressed) == {"DELIVERED": len(crowd)}
    check(pressed, server)


@pytest.mark.parametrize(
    ("word", "what", "was_taken"),
    [
        ("INSIDE", CLOSE, False),
        ("BODY", CLOSE, False),
        ("BODY", HANG, False),
        ("BODY", "taken, then close", True),
        ("BODY", "taken, then hang", True),
    ],
)
def test_silence_after_a_body_began_makes_one_letter_uncertain_and_it_never_goes_again(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    serve: Serve,
    offers: Callable[[int], tuple[str, ...]],
    word: str,
    what: str,
    was_taken: bool,
) -> None:
    server = serve(at(word, 3, say=what), offers=offers)

    pressed = until_done(press(newsletter, ada))

    assert ends(pressed) == {"DELIVERED": len(crowd) - 1, "UNCERTAIN": 1}
    assert pressed.state == Sending.State.FINISHED
    assert len(server.taken) == len(crowd) - (not was_taken)
    go_again(pressed)
    assert len(server.taken) == len(crowd) - (not was_taken)
    check(pressed, server)


def test_closing_inside_every_second_body_leaves_one_uncertain_for_each_connection(
    newsletter: Message, ada: Member, crowd: list[Person], serve: Serve
) -> None:
    server = serve(lambda m: CLOSE if m.word == "INSIDE" and m.visit % 2 == 0 else None)

    pressed = until_done(press(newsletter, ada))

    found = ends(pressed)
    assert found == {"DELIVERED": 4, "UNCERTAIN": 4}
    assert found["UNCERTAIN"] <= server.opened
    check(pressed, server)


def test_a_server_that_drops_what_it_said_it_would_take_at_once_is_asked_one_by_one(
    newsletter: Message, ada: Member, crowd: list[Person], serve: Serve
) -> None:
    server = serve(keeps_to_pipelining=False)

    pressed = until_done(press(newsletter, ada))

    assert ends(pressed) == {"DELIVERED": len(crowd)}
    check(pressed, server)


@pytest.mark.parametrize(
    "reply",
    [
        "503 5.5.0 Improper use of SMTP command pipelining",
        "554 SMTP synchronization error",
        "503 bad sequence of commands",
    ],
)
def test_a_server_that_scolds_for_what_it_offered_refuses_nobody_for_good(
    newsletter: Message, ada: Member, crowd: list[Person], serve: Serve, reply: str
) -> None:
    server = serve(lambda m: reply if m.word in ("MAIL", "RCPT", "DATA") and m.visit < 3 else None)

    pressed = until_done(press(newsletter, ada))

    assert ends(pressed) == {"DELIVERED": len(crowd)}
    check(pressed, server)


def test_a_server_that_drops_8bit_mail_gets_the_same_words_in_seven(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    serve: Serve,
    party: Organisation,
    stroud: Place,
    agree: Callable[[Person], Person],
) -> None:
    zoe = agree(supporter(party, "Zoe", "Wyn", stroud))
    Person.objects.filter(pk=zoe.pk).update(given_name="Zoë", family_name="Ŵyn")
    server = serve(
        lambda m: "421 4.3.2 closing" if m.word == "BODY" and m.visit == 2 else None,
        offers=lambda number: FULL if number == 1 else FULL[:2],
    )

    pressed = until_done(press(newsletter, ada))

    assert ends(pressed) == {"DELIVERED": len(crowd) + 1}
    letters = dict(zip(server.taken, server.bodies, strict=True))
    raw = letters[token_for(pressed.pk, zoe.pk)]
    assert raw.isascii()
    read = email.message_from_bytes(raw, policy=email.policy.default)
    plain = read.get_body(("plain",))
    assert plain is not None
    assert "Dear Zoë," in plain.get_content()
    check(pressed, server)


@pytest.mark.parametrize(
    "said",
    [
        DRIP,
        "250 " + "o" * 200_000,
        "\r\n".join(["250-and so on"] * 300),
    ],
    ids=["one letter at a time", "a line without end", "lines without end"],
)
def test_answers_without_end_cost_a_little_time_and_no_letter(
    newsletter: Message, ada: Member, crowd: list[Person], serve: Serve, said: str
) -> None:
    server = serve(
        lambda m: said if (m.word, m.visit) in {("RCPT", 2), ("BODY", 4)} else None,
    )

    pressed = until_done(press(newsletter, ada))

    assert ends(pressed) == {"DELIVERED": len(crowd) - 1, "UNCERTAIN": 1}
    assert all(len(d.reason) <= 200 for d in Delivery.objects.filter(sending_id=pressed.pk))
    check(pressed, server)


def test_where_the_offer_of_encryption_was_struck_out_nothing_readable_leaves_and_all_wait(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    serve: Serve,
    party: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve()
    pressed = pressing.press(newsletter, by=ada, at=NOON)
    Organisation.objects.filter(pk=party.pk).update(is_demonstration=False)
    monkeypatch.setattr(smtp, "address_of", lambda host, port: "192.0.2.1")

    pressed = run(pressed)

    assert ends(pressed) == {"WAITING": len(crowd)}
    assert server.opened >= 1
    assert server.taken == []
    assert "no encrypted connection" in EmailAccount.objects.get().trouble


def test_who_was_not_begun_is_not_counted_in_a_warm_up(
    newsletter: Message, ada: Member, crowd: list[Person], serve: Serve, account: EmailAccount
) -> None:
    warm_up = warming.begin(account, by=ada, at=datetime.now(UTC))
    serve(lambda m: CLOSE if m.word == "MAIL" and m.visit == 3 else None)

    pressed = press(newsletter, ada)

    taken = warming.standing(warm_up, datetime.now(UTC)).taken
    assert taken == ends(pressed).total() - ends(pressed)["WAITING"] < len(crowd)


def test_whoever_asks_to_stop_while_claimed_is_begun_no_more(
    newsletter: Message, ada: Member, crowd: list[Person], serve: Serve
) -> None:
    last = crowd[-1]

    def plan(moment: Moment) -> None:
        if (moment.word, moment.visit) == ("BODY", 1):
            this_sender().hear(f"{OF_PERSON}{last.pk}")

    server = serve(plan)
    pressed = press(newsletter, ada)

    assert delivery_of(pressed, last).state == State.WAITING
    assert token_for(pressed.pk, last.pk) not in server.taken
    assert ends(until_done(pressed)) == {"DELIVERED": len(crowd)}  # the law is asked anew


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_stepped_in_the_middle_sends_nothing_twice_and_loses_nothing(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
) -> None:
    server = serve()
    step = timedelta(hours=hours)
    monkeypatch.setattr(
        sending,
        "now",
        lambda: datetime.now(UTC) + (step if len(server.taken) >= 3 else timedelta(0)),
    )
    monkeypatch.setattr(lanes, "MOST", 2)
    lanes.this_lane().most = 2

    pressed = press(newsletter, ada)
    assert sending.work_chunk(pressed.pk, 0) is None or hours < 0
    pressed = until_done(pressed)

    assert ends(pressed) == {"DELIVERED": len(crowd)}
    check(pressed, server)


def test_a_letter_refused_for_now_again_and_again_fails_at_last(
    newsletter: Message, ada: Member, crowd: list[Person], serve: Serve
) -> None:
    server = serve(
        lambda m: "451 4.7.1 later" if m.word == "RCPT" and m.to.startswith("ann.") else None
    )
    pressed = press(newsletter, ada)
    Delivery.objects.filter(sending_id=pressed.pk, state=State.WAITING).update(attempts=39)

    pressed = go_again(pressed)

    assert ends(pressed) == {"DELIVERED": len(crowd) - 2, "FAILED": 2}
    assert delivery_of(pressed, crowd[0]).reason == "451 4.7.1 later"
    check(pressed, server)


def test_moments_are_counted_over_all_conversations() -> None:
    seen: list[Moment] = []
    server = Hostile(lambda m: seen.append(m))

    server.said_at("RCPT", "a@example.org")
    server.said_at("RCPT", "b@example.org")
    server.close()

    assert [m.visit for m in seen] == [1, 2]

"""What comes back: taken in once, with the effect the table of docs/decisions/bounces.md says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from muster.journal.models import Fact
from muster.lib.bounces import Kind
from muster.lib.sink import Rule
from muster.messaging import facts, progress, rules
from muster.messaging.models import Delivery, Message, Rest, Return, Sending
from muster.messaging.returns import effects, recovering
from muster.messaging.returns.addresses import returning_code
from muster.messaging.returns.taking_in import CameBack, take_in
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Member, Organisation
from muster.people import consenting, erasing, suppressing
from muster.people.models import Person, Wording
from muster.web import people_timeline
from tests.conftest import supporter
from tests.messaging.conftest import Mailbox, delivery_of, released

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = datetime(2026, 12, 24, 9, tzinfo=UTC)


def of(sending: Sending, person: Person, kind: Kind, event: str, **more: str) -> CameBack:
    code = token_for(sending.pk, person.pk)
    return CameBack(kind, "mailbox", event, codes=("no-code-of-ours", code), **more)  # type: ignore[arg-type]


def state_of(person: Person) -> str:
    return person.contact_points.get(kind="email").state


def adds_up(sending: Sending) -> bool:
    now = progress.progress(sending)
    ends = now.delivered + now.failed + sum(now.left_out.values()) + now.uncertain + now.waiting
    return now.audience == ends


def test_nobody_there_stops_the_address_once_whoever_says_it_and_the_numbers_still_add_up(
    newsletter: Message, party: Organisation, ada: Member, crowd: list[Person]
) -> None:
    sending = released(newsletter, ada)
    gone = of(sending, crowd[0], Kind.HARD, "one", status="5.1.1", words="<a@example.com>: unknown")

    first = take_in(party, gone, at=LATER)
    again = take_in(party, gone, at=LATER)
    elsewhere = take_in(
        party,
        CameBack(Kind.HARD, "ses", "two", address="ANN.stroud0@example.com", is_vouched=True),
        at=LATER,
    )

    assert (first.words, first.was_delivered) == ("<address>: unknown", True)  # type: ignore[union-attr]
    assert (again, elsewhere is None) == (None, False)
    assert state_of(crowd[0]) == "dead"
    assert [state_of(other) for other in crowd[1:]] == ["good"] * 7
    now = progress.progress(sending)
    assert (now.delivered, now.came_back, adds_up(sending)) == (8, 1, True)
    told = Fact.objects.filter(person_id=crowd[0].pk, kind=facts.ADDRESS_STOPPED)
    assert told.count() == 1
    timeline = people_timeline.newest(crowd[0])
    assert "“Saturday” came back: nobody is at the address" in [m.words for m in timeline.moments]


def test_a_code_may_come_in_an_address_without_its_case_and_is_nobody_elses(
    newsletter: Message, rivals: Organisation, party: Organisation, ada: Member, crowd: list[Person]
) -> None:
    sending = released(newsletter, ada)
    code = returning_code(token_for(sending.pk, crowd[0].pk))
    forged = code[:-1] + ("0" if code[-1] != "0" else "1")

    assert take_in(rivals, CameBack(Kind.HARD, "mailbox", "1", (code,)), at=LATER) is None
    assert take_in(party, CameBack(Kind.HARD, "mailbox", "1", (forged,)), at=LATER) is None
    unvouched = CameBack(Kind.HARD, "mailbox", "2", address="ann.stroud0@example.com")
    assert take_in(party, unvouched, at=LATER) is None
    assert state_of(crowd[0]) == "good"
    assert take_in(party, CameBack(Kind.HARD, "mailbox", "1", (code,)), at=LATER)
    assert state_of(crowd[0]) == "dead"


def test_a_complaint_is_an_objection_and_what_a_machine_says_is_nothing(
    newsletter: Message, party: Organisation, ada: Member, crowd: list[Person]
) -> None:
    sending = released(newsletter, ada)
    quiet = (Kind.AUTO_REPLY, Kind.DELAYED, Kind.DELIVERED, Kind.REPLY)

    for kind in quiet:
        assert take_in(party, of(sending, crowd[0], kind, kind.value), at=LATER) is None
    assert suppressing.suppressed_channels(crowd[0]) == {}
    take_in(party, of(sending, crowd[0], Kind.COMPLAINT, "spam"), at=LATER)
    take_in(party, of(sending, crowd[1], Kind.BLOCKED, "spam?"), at=LATER)

    stopped = suppressing.suppressed_channels(crowd[0])
    assert {channel: s.reason for channel, s in stopped.items()} == {"email": "complained"}
    assert not consenting.standing(crowd[0])["email"].is_given
    assert (suppressing.suppressed_channels(crowd[1]), state_of(crowd[1])) == ({}, "good")


def test_failures_that_pass_rest_an_address_and_never_stop_it(
    newsletter: Message, party: Organisation, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    cat = crowd[2]
    sending = released(newsletter, ada)

    for day in range(3):
        for hour in range(4):
            at = LATER + day * DAY + timedelta(hours=hour)
            take_in(party, of(sending, cat, Kind.FULL, f"{day} {hour}"), at=at)
        assert state_of(cat) == ("bouncing" if day == 2 else "good")

    rest = Rest.objects.get(point__person=cat)
    assert rest.until - rest.began_at == 14 * DAY
    for day in range(3, 400, 9):
        take_in(party, of(sending, cat, Kind.SOFT, f"{day}"), at=LATER + day * DAY)
    rests = list(Rest.objects.filter(person=cat).order_by("began_at"))
    assert [round((r.until - r.began_at) / DAY) for r in rests[:5]] == [14, 28, 56, 90, 90]
    assert (state_of(cat), suppressing.suppressed_channels(cat)) == ("bouncing", {})


def test_whoever_rests_is_left_out_with_the_reason_and_tried_again_after_it(
    newsletter: Message, party: Organisation, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    now = datetime.now(UTC)
    for person, until in ((crowd[0], now + DAY), (crowd[1], now - DAY)):
        point = person.contact_points.get(kind="email")
        Rest.objects.create(
            organisation=party, person=person, point=point, began_at=now - 9 * DAY, until=until
        )
        person.contact_points.update(state="bouncing")

    sending = released(newsletter, ada)

    assert delivery_of(sending, crowd[0]).reason == rules.RESTING
    assert delivery_of(sending, crowd[1]).state == Delivery.State.DELIVERED
    assert (mailbox.to(crowd[0]), len(mailbox.to(crowd[1]))) == ([], 1)
    assert adds_up(sending)


def test_what_a_server_answers_at_the_moment_of_sending_counts_too(
    newsletter: Message, party: Organisation, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    ann, bob = crowd[0], crowd[1]
    mailbox.rules.append(Rule("ann.stroud0@*", "550 5.1.1 <ann@example.com>: User unknown"))
    mailbox.rules.append(Rule("bob.stroud1@*", "554 5.7.1 Message refused as spam"))

    mailbox.sink.rules = mailbox.rules  # type: ignore[union-attr]
    sending = released(newsletter, ada)
    heard = Return.objects.filter(sending=sending, source="answer")
    assert set(heard.values_list("person", "kind", "acted_at")) == {
        (ann.pk, "hard", None),
        (bob.pk, "blocked", None),
    }
    while effects.act_on_waiting(party.pk, LATER):
        pass
    effects.act_on_waiting(party.pk, LATER)

    assert (state_of(ann), state_of(bob)) == ("dead", "good")
    now = progress.progress(sending)
    assert (now.failed, now.came_back, adds_up(sending)) == (2, 0, True)
    assert Fact.objects.filter(kind=facts.MESSAGE_CAME_BACK).count() == 2


def test_an_address_given_anew_is_good_again(
    newsletter: Message,
    party: Organisation,
    ada: Member,
    crowd: list[Person],
    agree: Callable[[Person], Person],
    wording: Wording,
) -> None:
    sending = released(newsletter, ada)
    for person in crowd[:2]:
        take_in(party, of(sending, person, Kind.HARD, str(person.pk)), at=LATER)
    consenting.give(crowd[0], "email", wording=wording, source="Stall", at=LATER + DAY)

    recovering.recover(party.pk, LATER + 2 * DAY)

    assert (state_of(crowd[0]), state_of(crowd[1])) == ("good", "dead")


def test_a_report_about_someone_erased_changes_nothing_and_their_words_went(
    newsletter: Message, party: Organisation, ada: Member, crowd: list[Person]
) -> None:
    sending = released(newsletter, ada)
    take_in(party, of(sending, crowd[0], Kind.SOFT, "1", words="Ann is away"), at=LATER)
    late = of(sending, crowd[0], Kind.HARD, "2")

    erasing.erase(crowd[0], by=ada, at=LATER)

    assert take_in(party, late, at=LATER) is None
    kept = Return.objects.get()
    assert (kept.words, kept.person, kept.was_delivered) == ("", None, True)
    assert supporter(party, "New", "Person").pk

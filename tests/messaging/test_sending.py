from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from muster.channels.models import EmailAccount
from muster.journal.models import Fact
from muster.lib import ports
from muster.lib.sink import Rule
from muster.messaging import pressing, progress, sending
from muster.messaging.models import Delivery, Message, Sending
from muster.messaging.unsubscribing import token_for, unsubscribe
from muster.organisations.models import Member, Organisation
from muster.people import consenting, suppressing
from muster.people.models import Person
from muster.places.models import Place
from muster.web import people_timeline
from tests.conftest import MORNING, NOON, supporter
from tests.messaging.conftest import Mailbox, at_peace, chunks_of, delivery_of, released, run

pytestmark = pytest.mark.django_db
State = Delivery.State


def test_everyone_who_agreed_gets_it_once(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    pressed = released(newsletter, ada)

    assert sorted(k.code for k in mailbox.mail()) == sorted(
        token_for(pressed.pk, person.pk) for person in crowd
    )
    assert pressed.state == Sending.State.FINISHED


def test_working_a_chunk_again_sends_nothing_again(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    pressed = released(newsletter, ada)

    assert sending.work_chunk(pressed.pk, 0) is None
    run(pressed)

    assert len(mailbox.mail()) == len(crowd)


def test_the_message_says_name_seat_link_and_way_out(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, stroud: Place
) -> None:
    pressed = released(newsletter, ada)

    raw = mailbox.raw(mailbox.to(crowd[0])[0])
    code = token_for(pressed.pk, crowd[0].pk)
    assert "Dear Ann," in raw
    assert "Saturday in Stroud" in raw
    assert f"/volunteer/{stroud.slug}?s=" in raw
    assert f"List-Unsubscribe: <http://localhost:8401/u/{code}>" in raw
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
    assert "Promoted by R. Okafor" in raw
    assert "{{" not in raw


def test_a_name_without_letters_to_show_gets_the_fallback(
    newsletter: Message,
    ada: Member,
    party: Organisation,
    stroud: Place,
    agree: Callable[[Person], Person],
    mailbox: Mailbox,
) -> None:
    nameless = agree(supporter(party, "", "nobody", stroud))

    released(newsletter, ada)

    assert "Dear friend," in mailbox.raw(mailbox.to(nameless)[0])


def test_a_name_with_markup_stays_words(
    newsletter: Message,
    ada: Member,
    party: Organisation,
    stroud: Place,
    agree: Callable[[Person], Person],
    mailbox: Mailbox,
) -> None:
    sly = agree(supporter(party, "Sly", "fox", stroud))
    sly.given_name = "<b>Sly</b>\r\nBcc: all@example.org"
    sly.save(update_fields=["given_name"])

    released(newsletter, ada)

    raw = mailbox.raw(mailbox.to(sly)[0])
    assert "\r\nBcc:" not in raw
    assert "&lt;b&gt;Sly&lt;/b&gt; Bcc" in raw


def test_someone_who_unsubscribed_is_left_out_with_the_rule(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    earlier = Sending.objects.create(
        organisation=newsletter.organisation,
        message=newsletter,
        month=MORNING.date().replace(day=1),
        state=Sending.State.OPEN,
        pressed_at=MORNING,
    )
    unsubscribe(token_for(earlier.pk, crowd[0].pk), MORNING + timedelta(hours=1))

    pressed = released(newsletter, ada)

    assert mailbox.to(crowd[0]) == []
    assert delivery_of(pressed, crowd[0]).rule == "DP-21"


def test_consent_is_asked_when_the_turn_comes_not_when_it_was_laid_out(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    pressed = pressing.press(newsletter, by=ada, at=NOON)
    consenting.withdraw(crowd[0], "email", source="By phone", at=NOON + timedelta(minutes=1))

    run(pressed)

    left_out = delivery_of(pressed, crowd[0])
    assert (left_out.state, left_out.rule) == (State.LEFT_OUT, "PECR-22")
    assert left_out.reason == "No consent for e-mail from Fair Future."


def test_the_timeline_says_why_in_words_and_names_the_rule_aside(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    consenting.withdraw(crowd[0], "email", source="By phone", at=MORNING)

    released(newsletter, ada)

    told = people_timeline.newest(crowd[0], "messages").moments[0]
    assert told.source.startswith("No consent for e-mail from")
    assert told.code == "PECR-22"


def test_reasons_are_counted_and_everything_adds_up(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
    mailbox: Mailbox,
) -> None:
    supporter(party, "Nora", "Silent", stroud)
    no_email = supporter(party, "Paul", "Phone", stroud)
    no_email.contact_points.all().delete()
    mailbox.rules.append(Rule("ann.stroud0@*", "550 5.1.1 No such user"))

    now = progress.progress(released(newsletter, ada))

    assert now.left_out == {
        "No e-mail address.": 1,
        "No consent for e-mail from Fair Future.": 1,
    }
    assert (now.audience, now.delivered, now.failed, now.waiting) == (10, 7, 1, 0)
    assert now.seats[stroud.code].done == now.seats[stroud.code].total == 6
    assert now.done == now.delivered + now.failed + sum(now.left_out.values()) + now.uncertain


def test_the_estimate_before_the_press_is_what_then_happens(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
) -> None:
    supporter(party, "Nora", "Silent", stroud)

    guess = pressing.estimate(newsletter, NOON)

    done = progress.progress(released(newsletter, ada))
    assert (guess.audience, guess.asked, guess.left_out) == (
        done.audience,
        done.delivered,
        done.left_out,
    )


def test_refused_for_good_fails_with_the_servers_words(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    mailbox.rules.append(Rule("bob.*", "550 5.1.1 No such user"))

    pressed = released(newsletter, ada)

    failed = delivery_of(pressed, crowd[1])
    assert (failed.state, failed.reason) == (State.FAILED, "550 5.1.1 No such user")


def test_refused_for_now_waits_goes_again_and_only_then_is_it_finished(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    mailbox.rules.append(Rule("cat.*", "451 4.7.1 Later", once=True))
    pressed = released(newsletter, ada)
    waiting = delivery_of(pressed, crowd[2])
    assert (pressed.state, waiting.state) == (Sending.State.RELEASING, State.WAITING)
    assert waiting.due_at > datetime.now(UTC)

    at_peace()
    Delivery.objects.filter(sending_id=pressed.pk).update(due_at=NOON)
    pressed = run(pressed)

    assert delivery_of(pressed, crowd[2]).state == State.DELIVERED
    assert pressed.state == Sending.State.FINISHED
    assert len(mailbox.to(crowd[2])) == 1


def test_a_server_away_costs_no_attempt_and_says_when_to_look_again(
    newsletter: Message, ada: Member, crowd: list[Person], account: EmailAccount
) -> None:
    EmailAccount.objects.update(port=ports.any_free())
    pressed = pressing.press(newsletter, by=ada, at=NOON)
    run(pressed)

    again = sending.work_chunk(pressed.pk, 0)

    assert again is not None
    waiting = delivery_of(pressed, crowd[0])
    assert (waiting.state, waiting.attempts) == (State.WAITING, 0)


def test_a_demonstration_never_sends_beyond_this_machine(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    EmailAccount.objects.update(host="192.0.2.1", port=25)

    pressed = released(newsletter, ada)

    failed = delivery_of(pressed, crowd[0])
    assert failed.state == State.FAILED
    assert "this machine only" in failed.reason


def test_every_seats_first_goes_before_any_seats_second(
    newsletter: Message, ada: Member, crowd: list[Person], stroud: Place, mailbox: Mailbox
) -> None:
    released(newsletter, ada)

    first_two = {kept.seat for kept in mailbox.mail()[:2]}
    assert len(first_two) == 2


def test_each_delivery_is_a_fact_without_name_or_address(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    pressed = released(newsletter, ada)

    told = Fact.objects.filter(kind="message delivered", about_id=pressed.pk)
    assert {f.person_id for f in told} == {p.pk for p in crowd}
    assert told[0].codes == {"channel": "email", "purpose": "marketing"}


def test_the_consent_it_went_out_on_is_kept(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    pressed = released(newsletter, ada)

    consent = crowd[0].consent_events.get()
    assert delivery_of(pressed, crowd[0]).consent_event_id == consent.pk


def test_an_audience_of_nobody_is_finished_at_once(newsletter: Message, ada: Member) -> None:
    pressed = released(newsletter, ada)

    assert pressed.state == Sending.State.FINISHED
    assert progress.progress(pressed).audience == 0


def test_the_database_itself_forbids_a_second_delivery(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    pressed = released(newsletter, ada)

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_delivery SELECT * FROM messaging_delivery"
            " WHERE sending_id = %s ON CONFLICT DO NOTHING",
            [pressed.pk],
        )
        assert cursor.rowcount == 0
    assert chunks_of(pressed) == [0]


def test_an_objection_under_one_address_holds_for_all_of_a_persons(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    other = crowd[0].contact_points.create(
        organisation=crowd[0].organisation, kind="email", value="ann.other@example.com"
    )
    suppressing.suppress(
        newsletter.organisation, channel="email", value=other.value, reason="unsubscribed", at=NOON
    )

    guess = pressing.estimate(newsletter, NOON)
    pressed = released(newsletter, ada)

    assert delivery_of(pressed, crowd[0]).rule == "DP-21"
    assert guess.left_out == {"Asked not to be contacted.": 1}


def test_no_address_a_server_repeats_is_kept(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    mailbox.rules.append(Rule("ann.stroud0@*", "550 5.1.1 <ann.stroud0@example.com>: unknown"))

    pressed = released(newsletter, ada)

    assert delivery_of(pressed, crowd[0]).reason == "550 5.1.1 <address>: unknown"

"""What people write becomes conversations; what we answer goes once."""

import socketserver
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_string
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muster.channels.models import EmailAccount
from muster.lib import bounces
from muster.messaging.inbox import answering, keeping, receiving
from muster.messaging.models import Conversation, ConversationLine, Message, Sending
from muster.messaging.returns.addresses import returning_code
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Member, Organisation
from muster.people import erasing, filing, placing, suppressing
from muster.people.holding import held_of
from muster.people.models import Person
from muster.places.models import Place
from muster.web import people_timeline
from tests.conftest import supporter
from tests.messaging.conftest import Mailbox, released

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _real_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def wrote(
    party: Organisation, words: str, at: datetime = AT, **headers: str
) -> ConversationLine | None:
    told = {"From": "Ann <ann@elsewhere.example.org>", "Subject": "Re: Saturday"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    raw = "".join(f"{name}: {value}\r\n" for name, value in told.items()) + f"\r\n{words}"
    returned = bounces.read(raw.encode())
    is_automatic = returned.kind is bounces.Kind.AUTO_REPLY
    return receiving.receive(party, raw.encode(), returned.traces, is_automatic=is_automatic, at=at)


def reply_to(sending: Sending, person: Person) -> str:
    return f"reply+{returning_code(token_for(sending.pk, person.pk))}@back.example.org"


def test_an_answer_is_tied_to_whoever_had_the_message_and_goes_on_in_one_conversation(
    newsletter: Message, ada: Member, crowd: list[Person], party: Organisation
) -> None:
    sending = released(newsletter, ada)
    ours = reply_to(sending, crowd[0])
    quote = "\n\nOn Mon, 4 May 2026, Fair Future wrote:\n> Dear Ann, stop by?"

    first = wrote(party, f"I can bring a car.{quote}", To=ours, Message_ID="<1@x.example.org>")
    twice = wrote(party, f"I can bring a car.{quote}", To=ours, Message_ID="<1@x.example.org>")
    more = wrote(party, "And a friend", at=AT + HOUR, To=ours, Message_ID="<2@x.example.org>")
    away = wrote(
        party, "Away", To=ours, Message_ID="<3@x.example.org>", Auto_Submitted="auto-replied"
    )

    assert first is not None
    conversation = Conversation.objects.get()
    assert (conversation.person, conversation.sending) == (crowd[0], sending)
    assert (conversation.seat, conversation.subject) == (crowd[0].seat, "Saturday")
    assert (first.text, first.quoted[:10]) == ("I can bring a car.", "On Mon, 4 ")
    assert (twice, more is None, away is None) == (None, False, False)
    assert conversation.lines.filter(is_automatic=True).count() == 1
    assert not conversation.asks_to_stop
    timeline = [moment.words for moment in people_timeline.newest(crowd[0]).moments]
    assert "I can bring a car." in timeline


def test_a_stranger_is_a_conversation_of_their_own_and_no_machine_begins_one(
    party: Organisation, crowd: list[Person], ada: Member
) -> None:
    wrote(party, "Who are you?")
    wrote(party, "Out of office", From="robot@example.org", Auto_Submitted="auto-generated")
    wrote(party, "Hello", From=crowd[1].contact_points.get().value, Subject="Lifts")
    with pytest.raises(receiving.CannotReceive):
        wrote(party, "Hello", From="nobody")

    stranger, known = Conversation.objects.order_by("pk")
    assert (stranger.person, stranger.who, stranger.seat) == (None, "Ann", None)
    assert known.person == crowd[1]
    keeping.tie(stranger, crowd[2], by=ada, at=AT)
    keeping.tie(stranger, crowd[3], by=ada, at=AT)
    stranger.refresh_from_db()
    assert (stranger.person, stranger.seat) == (crowd[2], crowd[2].seat)


def test_stop_alone_unsubscribes_whoever_had_the_message_and_anything_less_plain_is_asked(
    newsletter: Message, ada: Member, crowd: list[Person], party: Organisation
) -> None:
    sending = released(newsletter, ada)
    ann, bob, cat = crowd[:3]
    quote = "\n> unsubscribe here"

    wrote(party, f" Stop.{quote}", To=reply_to(sending, ann))
    wrote(party, f"Please stop writing to me{quote}", To=reply_to(sending, bob))
    wrote(party, "STOP", From=cat.contact_points.get().value)

    stopped = {p.pk: set(suppressing.suppressed_channels(p)) for p in (ann, bob, cat)}
    assert list(stopped.values()) == [{"email"}, set(), set()]
    asks = dict(Conversation.objects.values_list("person", "asks_to_stop"))
    assert asks == {ann.pk: False, bob.pk: True, cat.pk: True}
    bobs = Conversation.objects.get(person=bob)
    keeping.stop(bobs, by=ada, at=AT)
    keeping.stop(bobs, by=ada, at=AT + HOUR)
    bobs.refresh_from_db()
    assert (bobs.stopped_at, bobs.asks_to_stop) == (AT, False)
    assert set(suppressing.suppressed_channels(bob)) == {"email"}


def test_an_answer_of_ours_goes_once_beneath_theirs_and_theirs_comes_back_to_it(
    newsletter: Message,
    account: EmailAccount,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    mailbox: Mailbox,
) -> None:
    sending = released(newsletter, ada)
    was = len(mailbox.mail())
    wrote(party, "When?", To=reply_to(sending, crowd[0]), Message_ID="<q@x.example.org>")
    conversation, code = Conversation.objects.get(), uuid.uuid4()

    for _ in range(2):
        line = answering.answer(conversation, "At ten.\r\nAda", code=code, by=ada, at=AT)
        answering.send(party.pk, line.pk, AT)
    with pytest.raises(answering.CannotAnswer):
        answering.answer(conversation, "  ", code=uuid.uuid4(), by=ada, at=AT)

    assert len(mailbox.mail()) == was + 1
    sent = message_from_string(mailbox.raw(mailbox.mail()[-1]))
    assert (sent["To"], sent["Subject"]) == ("ann@elsewhere.example.org", "Re: Saturday")
    assert (sent["In-Reply-To"], sent["References"]) == ("<q@x.example.org>",) * 2
    line.refresh_from_db()
    conversation.refresh_from_db()
    assert (line.state, conversation.assigned_to) == ("sent", ada)
    keeping.close(conversation, by=ada, at=AT)
    wrote(party, "Good", at=AT + HOUR, From="other@example.org", In_Reply_To=sent["Message-ID"])
    again = Conversation.objects.get()
    assert (again.is_open, again.lines.count(), again.address) == (True, 3, "other@example.org")


def test_an_answer_nobody_takes_says_so_and_one_cut_off_is_uncertain(
    party: Organisation, account: EmailAccount, ada: Member
) -> None:
    wrote(party, "When?")
    conversation = Conversation.objects.get()
    line = answering.answer(conversation, "At ten", code=uuid.uuid4(), by=ada, at=AT)
    ConversationLine.objects.filter(pk=line.pk).update(claimed_at=AT)
    answering.send(party.pk, line.pk, AT)
    line.refresh_from_db()
    EmailAccount.objects.filter(pk=account.pk).update(port=1)
    other = answering.answer(conversation, "At two", code=uuid.uuid4(), by=ada, at=AT)

    answering.send(party.pk, other.pk, AT)

    other.refresh_from_db()
    assert (line.state, other.state) == ("uncertain", "failed")
    assert "did not take it" in other.problem


def test_whoever_is_erased_takes_their_conversations_along(
    newsletter: Message, ada: Member, crowd: list[Person], party: Organisation
) -> None:
    sending = released(newsletter, ada)
    wrote(party, "I am ill", To=reply_to(sending, crowd[0]))
    told = [held.title for held in held_of(party, crowd[0].pk)["messaging"]]
    assert "What you wrote to us, and our answers" in told

    erasing.erase(crowd[0], by=ada, at=AT)

    assert (Conversation.objects.count(), ConversationLine.objects.count()) == (0, 0)


def test_an_unknown_address_that_says_stop_gets_none_and_so_does_whoever_it_is(
    party: Organisation, crowd: list[Person], ada: Member
) -> None:
    wrote(party, "Unsubscribe")
    assert suppressing.is_suppressed(party, "email", "ann@elsewhere.example.org")

    keeping.tie(Conversation.objects.get(), crowd[0], by=ada, at=AT)

    assert set(suppressing.suppressed_channels(crowd[0])) == {"email"}


def test_an_answer_of_ours_that_comes_back_says_so_in_its_conversation(
    party: Organisation, account: EmailAccount, ada: Member, mailbox: Mailbox
) -> None:
    EmailAccount.objects.filter(pk=account.pk).update(return_domain="back.example.org")
    wrote(party, "When?")
    talk = Conversation.objects.get()
    line = answering.answer(talk, "At ten", code=uuid.uuid4(), by=ada, at=AT)
    answering.send(party.pk, line.pk, AT)
    sent = mailbox.raw(mailbox.mail()[-1])
    assert f"Reply-To: reply+{line.code.hex}@back.example.org" in sent
    report = (
        "From: MAILER-DAEMON@mx.example.org\nMIME-Version: 1.0\nContent-Type: multipart/report;"
        " report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status"
        "\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; ann@elsewhere.example.org\n"
        f"Action: failed\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822\n\n{sent}\n--b--\n"
    )

    assert receiving.came_back(party, bounces.read(report.encode()), at=AT)

    line.refresh_from_db()
    assert line.state == "failed"
    assert line.problem.startswith("It came back. Nobody is at this address.")


def test_only_who_may_answer_there_is_given_a_conversation_and_it_moves_with_its_person(
    party: Organisation, crowd: list[Person], ada: Member, ben: Member, drew: Member, neath: Place
) -> None:
    wrote(party, "Hello", From=crowd[0].contact_points.get().value)
    talk = Conversation.objects.get()
    keeping.assign(talk, ben, by=ada, at=AT)
    with pytest.raises(keeping.CannotAssign):
        keeping.assign(talk, drew, by=ada, at=AT)
    assert keeping.answerers(talk, at=AT) == [ada, ben]

    placing.say_seat(crowd[0], neath, by=ada, at=AT)

    talk.refresh_from_db()
    assert talk.seat == neath
    assert keeping.answerers(talk, at=AT) == [ada]


def test_an_unknown_sender_is_found_by_name_and_tied_and_today_says_who_waits(
    party: Organisation, crowd: list[Person], ada: Member, as_ada: Client, rivals: Organisation
) -> None:
    for person in crowd:
        filing.file(person)
    wrote(party, "Who are you?")
    talk = Conversation.objects.get()
    address = reverse("inbox:show", args=[talk.code])
    tie = reverse("inbox:tie", args=[talk.code])
    theirs = supporter(rivals, "Ann", "Elsewhere", None)

    by_their_own_name = as_ada.get(address).content.decode()
    asked = as_ada.get(address, {"who": "bob"}).content.decode()
    nobody = as_ada.get(address, {"who": "zebedee"}).content.decode()
    today = as_ada.get("/").content.decode()
    refused = [as_ada.post(tie, {"person": value}) for value in ("", str(theirs.code))]
    talk.refresh_from_db()
    untied = talk.person
    as_ada.post(tie, {"person": str(crowd[1].code)})
    talk.refresh_from_db()
    keeping.assign(talk, ada, by=ada, at=AT)

    assert by_their_own_name.count("It is Ann") == 2
    assert "Elsewhere" not in by_their_own_name
    assert asked.count("It is Bob") == 2
    assert "Nobody you may see is found by" in nobody
    assert "Answer 1 person who wrote" in today
    assert "Nobody sees to them yet." in today
    assert ([one.status_code for one in refused], untied) == ([302, 404], None)
    assert talk.person == crowd[1]
    assert "They are yours." in as_ada.get("/").content.decode()


def test_an_answer_that_was_handed_over_and_never_acknowledged_is_uncertain_not_failed(
    party: Organisation, account: EmailAccount, ada: Member
) -> None:
    wrote(party, "When?")
    with hanging_up_after_the_body() as port:
        EmailAccount.objects.filter(pk=account.pk).update(host="127.0.0.1", port=port)
        conversation = Conversation.objects.get()
        line = answering.answer(conversation, "At ten", code=uuid.uuid4(), by=ada, at=AT)

        answering.send(party.pk, line.pk, AT)

    line.refresh_from_db()
    assert line.state == "uncertain"


@contextmanager
def hanging_up_after_the_body() -> Iterator[int]:
    """A mail server that takes a message in, and is gone before it says so."""

    class Conversing(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for line in self.rfile:
                if line.startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                elif line == b".\r\n":
                    return
                elif line.startswith((b"EHLO", b"MAIL", b"RCPT")):
                    self.wfile.write(b"250 well\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversing) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()

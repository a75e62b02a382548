"""Mailboxes: read to the end, each message once, and none in the way of those after it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from muster.messaging.models import Arrival, Conversation, Mailbox, Message, Return, Sending
from muster.messaging.returns import boxes, reading
from muster.messaging.returns.addresses import returning_code
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Member, Organisation
from muster.people import suppressing
from muster.people.models import Person
from tests.conftest import NOON
from tests.messaging.conftest import released

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 24, 9, tzinfo=UTC)
REPORT = """From: MAILER-DAEMON@mx.example.org
To: bounces+{code}@back.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not go.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} {words}
--b--
"""
COMPLAINT = """From: feedback@isp.example.org
To: bounces+{code}@back.example.org
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

Someone pressed the button.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: isp/1
Version: 1
--b
Content-Type: message/rfc822

From: hello@fairfuture.example.org
X-Muster-Delivery: {token}
Subject: Saturday

Dear friend
--b--
"""


@pytest.fixture
def box(party: Organisation, ada: Member, tmp_path: Path, settings: Any) -> Mailbox:
    settings.MAILDIRS = tmp_path / "maildirs"
    for part in ("new", "cur", "tmp"):
        (settings.MAILDIRS / party.slug / "back" / part).mkdir(parents=True)
    return Mailbox.objects.create(
        organisation=party, name="Back", kind="maildir", folder="back", kept_by=ada, kept_at=NOON
    )


def put(box: Mailbox, name: str, words: str | bytes) -> None:
    raw = words if isinstance(words, bytes) else words.encode()
    (boxes.folder_of(box) / "new" / name).write_bytes(raw)


def report(sending: Sending, person: Person, status: str, words: str) -> str:
    code = returning_code(token_for(sending.pk, person.pk))
    address = person.contact_points.get(kind="email").value
    return REPORT.format(code=code, address=address, status=status, words=words)


def left(box: Mailbox) -> dict[str, list[str]]:
    home = boxes.folder_of(box)
    return {
        part: sorted(path.name.partition(":")[0] for path in (home / part).glob("*"))
        for part in ("new", "cur", ".Aside/cur")
    }


def test_what_lies_in_a_maildir_is_taken_in_and_put_away(
    newsletter: Message, ada: Member, crowd: list[Person], box: Mailbox, party: Organisation
) -> None:
    sending = released(newsletter, ada)
    code = returning_code(token_for(sending.pk, crowd[3].pk))
    token = token_for(sending.pk, crowd[3].pk)
    put(box, "1", report(sending, crowd[0], "5.1.1", "User unknown"))
    put(box, "2", report(sending, crowd[1], "5.2.2", "Mailbox full"))
    put(box, "3", REPORT.format(code="0" * 42, address="a@example.org", status="5.1.1", words=""))
    put(box, "4", COMPLAINT.format(code=code, token=token))
    put(box, "5", b"\xff\xfe no mail at all")
    put(box, "6", b"x" * (boxes.LARGEST + 1))
    put(
        box,
        "7",
        "From: ann@example.org\nAuto-Submitted: auto-replied\nSubject: Away\n\nBack Monday",
    )
    (boxes.folder_of(box) / "new" / "8").symlink_to("/etc/passwd")

    assert not reading.read(party.pk, box.pk, AT)

    assert left(box) == {"new": ["8"], "cur": ["1", "2", "3", "4", "7"], ".Aside/cur": ["5", "6"]}
    outcomes = dict(Arrival.objects.values_list("name", "outcome"))
    assert outcomes == {
        "1": "returned",
        "2": "returned",
        "3": "nothing",
        "4": "returned",
        "5": "aside",
        "6": "aside",
        "7": "automatic",
    }
    assert Arrival.objects.get(name="6").reason == reading.TOO_LARGE
    states = {p.pk: p.contact_points.get().state for p in crowd[:4]}
    assert list(states.values()) == ["dead", "good", "good", "good"]
    assert set(suppressing.suppressed_channels(crowd[3])) == {"email"}
    assert (Conversation.objects.count(), Return.objects.count()) == (0, 3)
    box.refresh_from_db()
    assert (box.read_at, box.problem) == (AT, "")


def test_killed_between_reading_and_putting_away_it_is_taken_in_once(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    box: Mailbox,
    party: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sending = released(newsletter, ada)
    put(box, "1", report(sending, crowd[0], "4.2.0", "Try later"))
    code = returning_code(token_for(sending.pk, crowd[0].pk))
    put(box, "2", f"From: ann@example.org\nTo: reply+{code}@back.example.org\n\nYes, I can")

    class Killed(BaseException):
        """As kill -9 does it: nothing after this line is run."""

    def die(self: object, found: boxes.Found, *, aside: bool = False) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(boxes.Maildir, "put_away", die)
        for _ in range(2):
            with pytest.raises(Killed):
                reading.read(party.pk, box.pk, AT)
    reading.read(party.pk, box.pk, AT)
    put(box, "3", (boxes.folder_of(box) / "cur" / "2:2,S").read_bytes())
    reading.read(party.pk, box.pk, AT)

    assert left(box)["new"] == []
    assert (Return.objects.count(), Arrival.objects.count()) == (1, 2)
    assert Conversation.objects.get().lines.count() == 1


def test_a_message_that_breaks_the_reader_is_kept_aside_and_a_lost_database_breaks_off(
    party: Organisation, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(box, "1", "From: ann@example.org\n\nhello")
    put(box, "2", "From: bob@example.org\n\nhello")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    def away(*_: object, **__: object) -> None:
        raise OperationalError

    with monkeypatch.context() as breaking:
        breaking.setattr(reading.receiving, "receive", away)
        with pytest.raises(OperationalError):
            reading.read(party.pk, box.pk, AT)
    assert left(box)["new"] == ["1", "2"]
    with monkeypatch.context() as breaking:
        breaking.setattr(reading.receiving, "receive", broken)
        reading.read(party.pk, box.pk, AT)

    assert left(box)[".Aside/cur"] == ["1", "2"]
    assert set(Arrival.objects.values_list("reason", flat=True)) == {reading.UNREADABLE}


@pytest.mark.parametrize("folder", ["", "..", "../rivals", "/etc", "none"])
def test_no_name_of_a_folder_leads_out_of_the_organisations_own(
    box: Mailbox, party: Organisation, folder: str
) -> None:
    Mailbox.objects.filter(pk=box.pk).update(folder=folder)

    reading.read(party.pk, box.pk, AT)

    box.refresh_from_db()
    assert box.problem
    assert box.read_at is None


def test_a_demonstration_reads_no_mail_of_elsewhere(box: Mailbox, party: Organisation) -> None:
    Mailbox.objects.filter(pk=box.pk).update(kind="imap", host="imap.example.org")
    box.refresh_from_db()

    assert reading.try_out(box) == "A demonstration reads mail on this machine only."

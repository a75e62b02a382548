"""Mailboxes by IMAP, at a genuine server (dovecot) of our own: on loopback, in a folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster.lib import ports
from muster.messaging.models import Arrival, Conversation, Mailbox
from muster.messaging.returns import boxes, keeping, reading
from muster.organisations.models import Member, Organisation
from tests.conftest import NOON
from tests.messaging.returns.postfix import until

pytestmark = [pytest.mark.django_db, pytest.mark.counterpart]
AT = datetime(2026, 12, 24, 9, tzinfo=UTC)
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password=sesame
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@pytest.fixture
def server() -> Iterator[tuple[Path, int]]:
    """Its maildir, and the port it listens at."""
    if not Path("/usr/sbin/dovecot").exists() or not Path("/usr/lib/dovecot/imap").exists():
        pytest.skip("A genuine IMAP server is missing: apt install dovecot-imapd")
    if os.geteuid() != 0:
        pytest.skip("dovecot starts as root only, as it is set up here")
    folder, port = Path(tempfile.mkdtemp(prefix="muster-dovecot-")), ports.any_free()
    folder.chmod(0o755)
    for part in ("run", "state", "mail", "mail/new", "mail/cur", "mail/tmp"):
        (folder / part).mkdir()
        if part.startswith("mail"):
            shutil.chown(folder / part, "nobody", "nogroup")
    (folder / "dovecot.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    program = ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")]
    dovecot = subprocess.Popen(program)
    try:
        until(lambda: ports.answers(port))
        yield folder / "mail", port
    finally:
        dovecot.terminate()
        dovecot.wait(20)
        shutil.rmtree(folder)


def put(mail: Path, name: str, raw: bytes) -> None:
    (mail / "new" / name).write_bytes(raw)
    shutil.chown(mail / "new" / name, "nobody", "nogroup")


def test_a_mailbox_elsewhere_is_read_once_and_what_was_read_is_moved_in_it(
    server: tuple[Path, int],
    party: Organisation,
    ada: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail, port = server
    put(mail, "1", b"From: ann@example.org\r\nSubject: Lifts\r\n\r\nI have a car\r\n")
    put(mail, "2", b"From: bob@example.org\r\n\r\n" + b"x" * boxes.LARGEST)
    put(mail, "3", b"no mail at all")
    box = Mailbox(organisation=party)
    asked = keeping.Asked("Answers", "imap", "INBOX", "127.0.0.1", port, "us", "sesame")
    keeping.keep(box, asked, by=ada, at=NOON)

    class Killed(BaseException):
        """As kill -9 does it."""

    def die(self: object, found: boxes.Found, *, aside: bool = False) -> None:
        raise Killed

    assert reading.try_out(box) == ""
    with monkeypatch.context() as dying:
        dying.setattr(boxes.Imap, "put_away", die)
        with pytest.raises(Killed):
            reading.read(party.pk, box.pk, AT)
    reading.read(party.pk, box.pk, AT)
    reading.read(party.pk, box.pk, AT)

    box.refresh_from_db()
    assert (box.problem, box.read_at, "sesame" in box.sealed) == ("", AT, False)
    assert Conversation.objects.get().lines.get().text == "I have a car"
    outcomes = sorted(Arrival.objects.values_list("outcome", flat=True))
    assert outcomes == ["answer", "aside", "aside"]
    folders = {
        home.name: len([*home.glob("new/*"), *home.glob("cur/*")]) for home in mail.glob(".Muster*")
    }
    assert folders == {".Muster read": 1, ".Muster aside": 2}
    assert not [*mail.glob("new/*"), *mail.glob("cur/*")]


def test_a_wrong_password_is_said_in_words(
    server: tuple[Path, int], party: Organisation, ada: Member
) -> None:
    box = Mailbox(organisation=party)
    asked = keeping.Asked("Answers", "imap", "INBOX", "127.0.0.1", server[1], "us", "wrong")
    keeping.keep(box, asked, by=ada, at=NOON)

    reading.read(party.pk, box.pk, AT)

    box.refresh_from_db()
    assert box.problem.startswith("127.0.0.1 could not be read: ")
    assert box.read_at is None


def test_nobody_keeps_a_mailbox_that_could_not_be_read(party: Organisation, ada: Member) -> None:
    with pytest.raises(keeping.CannotKeep) as refusal:
        keeping.keep(
            Mailbox(organisation=party),
            keeping.Asked("Answers", "imap", host="imap.example.org"),
            by=ada,
            at=NOON,
        )

    assert len(refusal.value.args) == 3

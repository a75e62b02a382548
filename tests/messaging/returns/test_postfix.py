"""Genuine reports of a genuine mail server, from our press to what they do to an address."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from muster.channels.models import EmailAccount
from muster.messaging import progress
from muster.messaging.models import Arrival, Mailbox, Message, Return
from muster.messaging.returns import reading
from muster.organisations.models import Member, Organisation
from muster.people import suppressing
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON, supporter
from tests.messaging.conftest import released
from tests.messaging.returns import postfix

pytestmark = [pytest.mark.django_db, pytest.mark.counterpart]
DOMAIN = "back.example.org"
REPORTED = ("hard", "full", "soft")


@pytest.fixture
def home(party: Organisation, settings: Any) -> Iterator[Path]:
    """Where others than us may look: the server's processes are not all root."""
    if lacking := postfix.missing():
        pytest.skip(f"A genuine mail server is missing: {lacking}")
    folder = Path(tempfile.mkdtemp(prefix="muster-postfix-"))
    folder.chmod(0o755)
    settings.MAILDIRS = folder / "maildirs"
    for name in ("maildirs", "server"):
        (folder / name).mkdir()
    yield folder
    shutil.rmtree(folder)


def test_reports_of_a_mail_server_name_their_delivery_and_do_what_they_say(
    home: Path,
    party: Organisation,
    stroud: Place,
    newsletter: Message,
    account: EmailAccount,
    ada: Member,
    agree: Callable[[Person], Person],
    settings: Any,
) -> None:
    people = {
        kind: agree(supporter(party, kind, "Case", stroud, email=f"{kind}@{kind}.example.org"))
        for kind in ("good", *REPORTED)
    }
    inbox = f"{party.slug}/back"
    box = Mailbox.objects.create(
        organisation=party, name="Back", kind="maildir", folder="back", kept_by=ada, kept_at=NOON
    )
    with postfix.running(home / "server", DOMAIN, settings.MAILDIRS, inbox) as port:
        EmailAccount.objects.filter(pk=account.pk).update(port=port, return_domain=DOMAIN)
        sending = released(Message.objects.get(pk=newsletter.pk), ada)
        arrived = settings.MAILDIRS / inbox / "new"
        postfix.until(lambda: len(list(arrived.glob("*"))) == len(REPORTED))

    reading.read(party.pk, box.pk, datetime.now(UTC))

    heard = {r.person_id: r.kind for r in Return.objects.filter(sending=sending)}
    assert heard == {people[kind].pk: kind for kind in REPORTED}
    states = [people[kind].contact_points.get(kind="email").state for kind in people]
    assert states == ["good", "dead", "good", "good"]
    assert not any(suppressing.suppressed_channels(person) for person in people.values())
    assert set(Arrival.objects.values_list("outcome", flat=True)) == {"returned"}
    now = progress.progress(sending)
    assert (now.audience, now.delivered, now.came_back) == (4, 4, 3)

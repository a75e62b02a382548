"""Messages in the name of a branch: chosen before approval, signed for its domain."""

import pytest
from django.test import Client

from muster.channels import signing
from muster.channels.domains import keeping
from muster.channels.models import EmailAccount
from muster.content.models import Approval
from muster.messaging import pressing
from muster.messaging.models import Message
from muster.organisations.models import Member, Organisation, Unit
from muster.people.models import Person
from tests.conftest import MORNING, NOON
from tests.messaging.conftest import Mailbox, released

pytestmark = pytest.mark.django_db
BRANCH = "branch.example.org"


def test_a_message_goes_out_in_a_branchs_name(
    as_ada: Client,
    newsletter: Message,
    account: EmailAccount,
    party: Organisation,
    stroud_unit: Unit,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    sender = keeping.keep_sender(
        party, stroud_unit, "Stroud & Vale", f"us@{BRANCH}", f"desk@{BRANCH}", by=ada, at=MORNING
    )
    signing.make(keeping.signed(sender.domain), by=ada, at=MORNING)
    signing.begin(keeping.signed(sender.domain), by=ada, at=NOON)
    address = f"/messages/{newsletter.pk}/sender"
    approved = as_ada.post(address, {"sender": sender.pk})
    given = Approval.objects.get()
    Approval.objects.update(until=MORNING)
    strange = [as_ada.post(address, {"sender": s}).status_code for s in ("x", "9" * 30)]
    chosen = as_ada.post(address, {"sender": sender.pk}, follow=True).content.decode()
    Approval.objects.update(until=given.until)

    released(Message.objects.get(pk=newsletter.pk), ada)

    raws = [mailbox.raw(kept) for kept in mailbox.mail()]
    assert approved.status_code == 409
    assert strange == [404, 404]
    assert "From <b>Stroud &amp; Vale" in chosen
    assert len(raws) == len(crowd)
    assert all(f"<us@{BRANCH}>" in raw.split("\nTo:")[0] for raw in raws)
    assert all(f"Reply-To: desk@{BRANCH}" in raw and f"d={BRANCH};" in raw for raw in raws)


def test_nothing_goes_out_in_a_name_that_is_not_shown_to_be_ours(
    newsletter: Message, party: Organisation, stroud_unit: Unit, ada: Member
) -> None:
    sender = keeping.keep_sender(party, stroud_unit, "Us", f"us@{BRANCH}", by=ada, at=MORNING)
    party.is_demonstration = False
    party.save()
    newsletter.sender = sender

    found = pressing.problems_of_all(newsletter)

    assert found == [f"DNS does not show yet that {BRANCH} is yours: nobody sends as {sender}."]

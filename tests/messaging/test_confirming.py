from datetime import UTC, datetime

import pytest
from django.db import connection

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.content import facts
from muster.journal.models import Fact
from muster.messaging import confirming, progress
from muster.messaging.confirming import CONFIRMATION, open_sending, send_waiting
from muster.messaging.models import Delivery, Sending
from muster.organisations.models import Campaigner, Member, Organisation, User
from muster.people.models import Person
from tests.conftest import NOON, supporter
from tests.messaging.conftest import Mailbox

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def sign_up(sending: Sending, person: Person) -> None:
    """What the statement that signs someone up does."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH act AS (SELECT 1 AS id, %(person)s::bigint AS person_id,"
            f" %(place)s::bigint AS place_id) {CONFIRMATION}",
            {
                "person": person.pk,
                "place": person.seat_id,
                "organisation": sending.organisation_id,
                "month": sending.month,
                "sending": sending.pk,
                "at": now(),
            },
        )


def test_someone_who_signed_up_hears_that_they_did(
    page: ActionPage, account: EmailAccount, ada: Member, cleo: Person, mailbox: Mailbox
) -> None:
    sending = open_sending(page, at=now())
    assert sending is not None
    sign_up(sending, cleo)

    send_waiting(now())

    raw = mailbox.raw(mailbox.to(cleo)[0])
    assert "Dear Cleo," in raw
    assert "our page about Stroud" in " ".join(raw.split())
    assert "Promoted by R. Okafor" in raw
    assert "List-Unsubscribe" not in raw


def test_its_words_are_not_told_as_a_message_someone_wrote(
    page: ActionPage, account: EmailAccount, ada: Member
) -> None:
    open_sending(page, at=now())

    kinds = set(Fact.objects.values_list("kind", flat=True))
    assert facts.CONFIRMATION_WRITTEN in kinds
    assert facts.MASTER_WRITTEN not in kinds


def test_it_is_sent_once_however_often_they_sign_up_and_we_look(
    page: ActionPage, account: EmailAccount, ada: Member, cleo: Person, mailbox: Mailbox
) -> None:
    sending = open_sending(page, at=now())
    assert sending is not None
    for _ in range(2):
        sign_up(sending, cleo)
        send_waiting(now())

    assert len(mailbox.to(cleo)) == 1
    assert send_waiting(now()) == 0


def test_a_page_has_one_open_sending_a_month(
    page: ActionPage, account: EmailAccount, ada: Member
) -> None:
    june = NOON.replace(month=6)

    first = open_sending(page, at=NOON)

    assert first == open_sending(page, at=NOON)
    assert first != open_sending(page, at=june)


def test_without_a_mail_account_there_is_no_confirmation(page: ActionPage, ada: Member) -> None:
    assert open_sending(page, at=NOON) is None


def test_someone_who_unsubscribed_still_hears_that_their_sign_up_arrived(
    page: ActionPage, account: EmailAccount, ada: Member, cleo: Person, mailbox: Mailbox
) -> None:
    from muster.people import suppressing

    suppressing.suppress_person(cleo, reason="unsubscribed", at=NOON)
    sending = open_sending(page, at=now())
    assert sending is not None
    sign_up(sending, cleo)

    send_waiting(now())

    assert len(mailbox.to(cleo)) == 1


def test_words_that_ask_are_held_back_by_law(
    page: ActionPage, account: EmailAccount, ada: Member, cleo: Person, mailbox: Mailbox
) -> None:
    sending = open_sending(page, at=now())
    assert sending is not None
    cut = sending.message.master.cuts.get()
    cut.text += "\nPlease donate today."
    cut.save()
    sign_up(sending, cleo)

    send_waiting(now())

    left_out = Delivery.objects.get(sending_id=sending.pk)
    assert (left_out.state, left_out.rule) == (Delivery.State.LEFT_OUT, "PECR-DM")
    assert left_out.reason == "This asks people to act, so it is marketing."
    assert mailbox.mail() == []


def test_the_numbers_of_an_open_sending_add_up(
    page: ActionPage, account: EmailAccount, ada: Member, cleo: Person, party: Organisation
) -> None:
    sending = open_sending(page, at=now())
    assert sending is not None
    sign_up(sending, cleo)
    send_waiting(now())
    sign_up(sending, supporter(party, "Nora", "Waiting", cleo.seat))

    standing = progress.progress(sending)

    assert (standing.audience, standing.delivered, standing.waiting) == (2, 1, 1)


def test_one_organisations_bad_account_does_not_hold_up_the_others(
    page: ActionPage, account: EmailAccount, ada: Member, cleo: Person, mailbox: Mailbox
) -> None:
    other = Organisation.objects.create(slug="other", name="Other", is_demonstration=True)
    EmailAccount.objects.create(
        organisation=other,
        name="C",
        host="127.0.0.1",
        port=mailbox.port,
        from_name="Other",
        from_address="hello@exämple.org",
    )
    user = User.objects.create_user("x@example.org")
    Member.objects.create(organisation=other, user=user, name="X")
    Campaigner.objects.create(
        organisation=other, kind="party", name="Other", promoter="P", address="1 Street, Town"
    )
    theirs = ActionPage.objects.create(
        organisation=other, kind="volunteer", slug="v", title="t", is_open=True
    )
    bad, good = open_sending(theirs, at=now()), open_sending(page, at=now())
    assert bad is not None
    assert good is not None
    sign_up(bad, supporter(other, "Zed", "Zed", cleo.seat))
    sign_up(good, cleo)

    send_waiting(now())

    assert len(mailbox.mail()) == 1
    left_out = Delivery.objects.get(sending_id=bad.pk)
    assert left_out.state == Delivery.State.LEFT_OUT
    assert confirming.send_waiting(now()) == 0

"""Confirmations of what people did on a page: service mail, with no ask in it (PECR-DM).

Each page has one open-ended sending a month. The statement that signs someone up adds a delivery
to it; a loop in every worker sends what has been added within a second or two. No job per
sign-up. What the steps of journeys send goes the same way.
"""

import logging
import threading
from datetime import date, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.content import approving, cutting, facts, masters
from muster.lib.times import first_of_month, now
from muster.messaging.models import Message, Sending
from muster.messaging.partitions import make_month
from muster.messaging.sending import work_chunk
from muster.organisations.models import Member
from muster.organisations.scoping import acting_for

log = logging.getLogger(__name__)
LOOK = 0.5  # seconds
TO_DO, DONE = 0, 1  # chunks of an open-ended sending

CONFIRMATION = """
INSERT INTO messaging_delivery (organisation_id, month, sending_id, person_id, place_id,
                                turn, chunk, due_at)
SELECT %(organisation)s, %(month)s, %(sending)s, act.person_id, act.place_id, 0, 0, %(at)s
  FROM act
 WHERE %(sending)s::bigint IS NOT NULL
    ON CONFLICT DO NOTHING
"""
"""One part of the statement that signs someone up, hung on its `act` (id, person_id, place_id).

Asks: organisation, at, sending (None: no confirmation), month. The same person in the same month
is confirmed once.
"""

SUBJECT = "We have your details, {first_name|friend}"
BODY = """\
Dear {first_name|friend},

Thank you. This confirms that we have what you told us on our page about {seat}.

Somebody from our team will be in touch with you. Until then there is nothing you need to do.

If this was not you, answer this message and we will remove what was written.
"""

WAITING = """
SELECT s.id FROM messaging_sending s
 WHERE s.state = 'open' AND s.month >= %(since)s AND s.organisation_id = %(organisation)s
   AND EXISTS (SELECT 1 FROM messaging_delivery d
                WHERE d.month = s.month AND d.sending_id = s.id AND d.chunk = 0
                  AND (d.state = 0 AND d.due_at <= %(at)s
                       OR d.state = 1 AND d.lease_until < %(at)s))
 ORDER BY s.id
"""


def open_sending(page: ActionPage, *, at: datetime) -> Sending | None:
    """This month's sending of a page's confirmations, made if there is none.

    None when the organisation has no mail account or nobody to answer for the words: then no
    confirmation can go out. Call it off the request's path and keep the answer for the month.
    """
    month = first_of_month(at)
    kept = Sending.objects.filter(
        message__page=page, message__purpose="service", month=month, state=Sending.State.OPEN
    ).first()
    if kept is not None:
        return kept
    make_month(month)
    with transaction.atomic():
        page = ActionPage.objects.select_for_update().select_related("organisation").get(pk=page.pk)
        message = _message_for(page, at)
        if message is None:
            return None
        sending, _ = Sending.objects.get_or_create(
            organisation=page.organisation,
            message=message,
            month=month,
            state=Sending.State.OPEN,
            defaults={"pressed_at": at},
        )
    return sending


def _message_for(page: ActionPage, at: datetime) -> Message | None:
    kept = Message.objects.filter(page=page, purpose="service").first()
    if kept is not None:
        return kept
    account = EmailAccount.objects.filter(organisation=page.organisation).order_by("id").first()
    author = Member.objects.filter(organisation=page.organisation, ended_at=None).first()
    if account is None or author is None:
        return None
    words = masters.Words(f"Confirmation: {page.slug}", SUBJECT, BODY, "")
    # Nobody sat down to write it: told as a message, it would stand on Today as one of theirs.
    fact = facts.CONFIRMATION_WRITTEN
    master = masters.write(page.organisation, words, by=author, at=at, fact=fact)
    cutting.cut(master, [None], at)
    return Message.objects.create(
        organisation=page.organisation,
        master=master,
        page=page,
        account=account,
        purpose="service",
        made_at=at,
    )


def send_waiting(at: datetime) -> int:
    """Send every confirmation that waits; returns how many sendings had any."""
    since = first_of_month(at - timedelta(days=40))
    still_open = Sending.objects.filter(state=Sending.State.OPEN, month__gte=since)
    organisations = still_open.values_list("organisation_id", flat=True).distinct()
    return sum(_send_waiting_of(organisation, since, at) for organisation in organisations)


def _send_waiting_of(organisation: int, since: date, at: datetime) -> int:
    asked: dict[str, Any] = {"organisation": organisation, "since": since, "at": at}
    with acting_for(organisation):
        with connection.cursor() as cursor:
            cursor.execute(WAITING, asked)
            found = [row[0] for row in cursor.fetchall()]
        for sending_id in found:
            _send(sending_id)
    return len(found)


def _send(sending_id: int) -> None:
    """One sending's trouble must not hold up everybody else's."""
    try:
        if _may_go(sending_id):
            work_chunk(sending_id, TO_DO)
    except OperationalError:
        raise  # the database: everybody's trouble
    except Exception:
        log.exception("confirmations of sending %s wait", sending_id)


def _may_go(sending_id: int) -> bool:
    """Words of a journey's that were changed wait for their approval; what waits stays."""
    sending = Sending.objects.select_related("message__master").get(pk=sending_id)
    if not sending.message.goes_with_journey:
        return True
    return approving.approval_in_force(sending.message.master, now()) is not None


def keep_sending(stop: threading.Event) -> None:
    """Send confirmations as they come, until told to stop. For a thread of every worker."""
    while not stop.wait(LOOK):
        try:
            send_waiting(now())
        except Exception:
            # The database away, or anything else: say so, and look again a little later.
            log.warning("confirmations wait", exc_info=True)
            connection.close()
            stop.wait(2)
    connection.close()

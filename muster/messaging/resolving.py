"""Uncertain deliveries, looked into by a person: it arrived, or it did not. Never sent again."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from muster.journal import journal
from muster.messaging import facts
from muster.messaging.models import Delivery, Sending
from muster.organisations.models import Member

State = Delivery.State
ARRIVED = "Somebody asked: it arrived."
NEVER_CAME = "Somebody asked: it did not arrive."

RESOLVE = """
WITH ended AS (
    UPDATE messaging_delivery SET state = %(state)s, reason = %(words)s, ended_at = %(at)s
     WHERE month = %(month)s AND sending_id = %(sending)s AND person_id = %(person)s
       AND state = 5
 RETURNING coalesce(place_id, 0) AS place_id),
counted AS (
    INSERT INTO messaging_seattally AS t (sending_id, place_id, slot, total, delivered, failed,
                                          left_out, uncertain)
    SELECT %(sending)s, place_id, 0, 0, %(delivered)s, %(failed)s, 0, -1 FROM ended
        ON CONFLICT (sending_id, place_id, slot) DO UPDATE
       SET delivered = t.delivered + excluded.delivered, failed = t.failed + excluded.failed,
           uncertain = t.uncertain + excluded.uncertain)
SELECT nullif(place_id, 0) FROM ended
"""


def resolve(sending: Sending, person_id: int, *, arrived: bool, by: Member, at: datetime) -> bool:
    """Write down what a person found out. Twice is once; returns whether it was uncertain still.

    An answer of the server that comes later than this changes nothing any more.
    """
    asked: dict[str, Any] = {
        "month": sending.month,
        "sending": sending.pk,
        "person": person_id,
        "state": int(State.DELIVERED if arrived else State.FAILED),
        "words": ARRIVED if arrived else NEVER_CAME,
        "delivered": int(arrived),
        "failed": int(not arrived),
        "at": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RESOLVE, asked)
        ended = cursor.fetchone()
        if ended is None:
            return False
        journal.record(
            facts.MESSAGE_DELIVERED if arrived else facts.MESSAGE_FAILED,
            sending.organisation,
            at=at,
            by=by,
            person_id=person_id,
            place_id=ended[0],
            about=("sending", sending.pk),
            channel="email",
            purpose=sending.message.purpose,
        )
    return True

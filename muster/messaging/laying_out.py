"""Laying a sending out: one delivery for each person of the target seats, in fair turns."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from muster.messaging import chunks, whom
from muster.messaging.models import Sending
from muster.messaging.partitions import make_month
from muster.messaging.timing import first_turns, sharing, turns
from muster.messaging.writing_out import ADD_TOTALS, MEMORY, TOTALS, be_alone_with

State = Sending.State

# Who has a live address and whose latest word is yes: presumably they can be written to. The law
# is asked when their turn comes; they only go first, so that every seat's first really goes.
ABLE = """
SELECT person_id FROM people_consentevent c
 WHERE organisation_id = %(organisation)s AND channel = 'email' AND purpose = 'marketing'
   AND EXISTS (SELECT 1 FROM people_contactpoint e
                WHERE e.person_id = c.person_id AND e.kind = 'email' AND e.state <> 'dead')
 GROUP BY person_id
HAVING max(at) FILTER (WHERE is_given) > coalesce(max(at) FILTER (WHERE NOT is_given), '-infinity')
"""
# Every seat's first turn comes before any seat's second; chunks follow the turns.
LAY_OUT = f"""
INSERT INTO messaging_delivery (organisation_id, month, sending_id, person_id, place_id,
                                turn, chunk, due_at)
SELECT %(organisation)s, %(month)s, %(sending)s, id, seat_id, turn,
       {chunks.NUMBER.format(row="(row_number() OVER (ORDER BY {order}) - 1 + %(rows)s)")}, {{due}}
  FROM (SELECT id, seat_id, rank, later,
               row_number() OVER (PARTITION BY seat_id ORDER BY {{first}} unable, id)
                   + %(turns)s AS turn
          FROM (SELECT p.id, p.seat_id, t.rank, able.person_id IS NULL AS unable,
                       {{later}} AS later
                  FROM people_person p
                  JOIN places_target t ON t.place_id = p.seat_id AND t.target_list_id = %(targets)s
                  {{whom}}
                  LEFT JOIN ({ABLE}) AS able ON able.person_id = p.id
                 WHERE p.organisation_id = %(organisation)s {{others}}) AS everyone) AS person
 WHERE %(per_seat)s::integer IS NULL OR turn <= %(per_seat)s
 ORDER BY {{order}}
"""
# Beside those who are laid out already.
OTHERS = """AND NOT EXISTS (SELECT 1 FROM messaging_delivery d
                 WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = p.id)"""


def lay_out(sending_id: int, at: datetime) -> None:
    """Write the deliveries of a sending just pressed, armed or rehearsed.

    All of it or nothing: running it again after a crash begins afresh, after success does nothing.
    Of a large one the first turns are laid out before, and go meanwhile. The sending itself is
    locked only at the end, so that nobody who stops or disarms it waits.
    """
    sending = Sending.objects.select_related("message__audience", "freeze").get(pk=sending_id)
    make_month(sending.month)
    whom.get_ready(sending)
    with transaction.atomic():
        be_alone_with(sending_id)
        first_turns.begin_early(sending_id, at)
    with transaction.atomic():
        be_alone_with(sending_id)
        sending.refresh_from_db()
        if sending.state == State.LAYING_OUT:
            audience = _insert(sending, at)
            _end(sending_id, audience, at)
        elif first_turns.has_begun(sending):
            audience = _insert_others(sending, at)
            first_turns.add(sending_id, audience, at)
        else:
            return
    if audience > chunks.CHUNK:
        with connection.cursor() as cursor:
            cursor.execute("SELECT muster_count_deliveries()")


def _insert(sending: Sending, at: datetime) -> int:
    asked: dict[str, Any] = {
        "organisation": sending.organisation_id,
        "month": sending.month,
        "sending": sending.pk,
        "targets": sending.message.target_list_id,
        "per_seat": sending.per_seat,
        "at": at,
        "rows": 0,
        "turns": 0,
    }
    asked |= turns.asked(sending)
    parts = turns.parts_of(sending) | {"others": ""}
    statement = LAY_OUT.format(whom=whom.laid_out(sending, at), **parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        cursor.execute(statement, asked)
        laid_out = cursor.rowcount
        cursor.execute(TOTALS, asked)
        cursor.execute("SET LOCAL work_mem TO DEFAULT")
    return int(laid_out)


def _insert_others(sending: Sending, at: datetime) -> int:
    """Everybody but those who had the first turns."""
    asked = first_turns.asked_of_others(sending, at) | turns.asked(sending)
    statement = LAY_OUT.format(whom=whom.EVERYBODY, others=OTHERS, **turns.PLAIN)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        cursor.execute(statement, asked)
        laid_out = cursor.rowcount
        cursor.execute(ADD_TOTALS, asked)
        cursor.execute("SET LOCAL work_mem TO DEFAULT")
    return int(laid_out)


def _end(sending_id: int, audience: int, at: datetime) -> None:
    """Say that it is laid out. Somebody may have stopped or disarmed it: their word stands."""
    sending = Sending.objects.select_for_update(no_key=True).get(pk=sending_id)
    if sending.state != State.LAYING_OUT:
        transaction.set_rollback(True)
        return
    sending.audience = audience
    sending.state = _state_after(sending)
    if sending.went_at is not None:
        sending.topped_up_at = at
    sending.rest_due_at = sharing.due_at(sending, at)
    sending.save(update_fields=["audience", "state", "topped_up_at", "rest_due_at"])
    if sending.state == State.RELEASING:
        priority = chunks.LATER if sending.is_rehearsal else chunks.USUAL
        chunks.queue_chunks(sending_id, range(chunks.count_of(audience)), priority)
        if not audience:
            chunks.queue_finish(sending_id)
        sharing.rest_later(sending, at)


def _state_after(sending: Sending) -> State:
    if sending.went_at is None:
        return State.ARMED
    return State.STOPPED if sending.stopped_at else State.RELEASING

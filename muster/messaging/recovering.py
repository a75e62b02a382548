"""Taking back the claims of senders that are gone, without ever sending twice.

The hand-over log decides: not begun, and it waits again; answered, and it is recorded; begun and
unanswered, or no log to ask, and it is uncertain: shown to a person, never retried by itself.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from socket import gethostname

from django.db import connection, transaction

from muster.lib.smtp import Answer, End
from muster.messaging import handover
from muster.messaging.claiming import Work
from muster.messaging.handover import Known
from muster.messaging.models import Delivery, Sender
from muster.messaging.senders import LOCK_CLASS, boot_id, this_sender
from muster.messaging.settling import Outcome, outcome_of, settle

Row = tuple[int, int, int]  # person, fence, attempts
LOST = Answer(End.UNANSWERED, "the sender was gone before the answer was heard.")
NO_LOG = Answer(End.UNANSWERED, "the machine that sent it is gone, and its log with it.")

LAPSED = """
SELECT person_id, fence, attempts, sender_id
  FROM messaging_delivery
 WHERE month = %(month)s AND sending_id = %(sending)s AND chunk = %(chunk)s
   AND state = 1 AND lease_until < %(at)s
"""


def recover(work: Work, *, at: datetime) -> None:
    """Settle the lapsed claims of one chunk whose senders are certainly gone."""
    by_sender: dict[int, list[Row]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LAPSED, work.key() | {"at": at})
        for person, fence, attempts, sender in cursor.fetchall():
            by_sender.setdefault(sender, []).append((person, fence, attempts))
    for sender_id, rows in by_sender.items():
        if sender_id == work.sender_id:
            _recover_own(work, rows, at)
        else:
            _recover_from(work, sender_id, rows, at)


def _recover_own(work: Work, rows: Iterable[Row], at: datetime) -> None:
    """What a job of this very process left behind when it failed."""
    sender = this_sender()
    left = [row for row in rows if not sender.holds(row[1])]
    if left:
        known = handover.read(sender.folder.path)
        settle(work, _outcomes(work, left, known, at), at=at)


def _recover_from(work: Work, sender_id: int, rows: list[Row], at: datetime) -> None:
    """Another's claims, once both of its locks say that it is gone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, sender_id])
        if cursor.fetchone() != (True,):
            return
        gone = Sender.objects.filter(pk=sender_id).first()
        known: dict[tuple[str, int], Known] | None = None
        if gone is not None and gone.host == gethostname() and gone.boot == boot_id():
            if handover.is_held(Path(gone.log)):
                return
            known = handover.read(Path(gone.log))
        settle(work, _outcomes(work, rows, known, at), at=at)


def _outcomes(
    work: Work, rows: Iterable[Row], known: dict[tuple[str, int], Known] | None, at: datetime
) -> list[Outcome]:
    outcomes = []
    for person, fence, attempts in rows:
        if known is None:
            outcomes.append(outcome_of(person, fence, NO_LOG, attempts=attempts, at=at))
            continue
        told = known.get((handover.name_of(work.sending.pk, person), fence))
        if told is None:
            outcomes.append(Outcome(person, fence, Delivery.State.WAITING, "", at, back=1))
        else:
            answer = told.answer or LOST
            outcomes.append(outcome_of(person, fence, answer, attempts=attempts, at=at))
    return outcomes

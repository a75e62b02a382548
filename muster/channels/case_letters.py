"""The job that sends what privacy has written: that we have what somebody asked of us.

Claimed before it is handed over, so that it goes once (see `letters`).
"""

import logging
from datetime import datetime

from django.db import transaction

from muster.channels import letters, posting
from muster.privacy import letters as written
from muster.privacy.models import CaseLetter

log = logging.getLogger(__name__)
JOB = "channels.send_case_letter"
NOBODY = "Nothing is known of them any more."


def ask_for(letter_id: int) -> None:
    """Queue the sending of a letter, in the transaction that writes it."""
    letters.defer(JOB, letter=letter_id)


def send(letter_id: int, *, at: datetime) -> None:
    """Send one letter, if nobody has begun to. Whatever comes of it is kept beside it."""
    claimed = CaseLetter.objects.filter(pk=letter_id, claimed_at=None).update(claimed_at=at)
    if not claimed:
        return
    found = CaseLetter.objects.select_related("case__organisation", "case__person")
    letter = found.get(pk=letter_id)
    try:
        problem = _hand_over(letter, at)
    except posting.Unanswered:
        log.warning("nobody said what became of letter %s of a case", letter_id)
        return
    with transaction.atomic():
        sent_at = None if problem else at
        CaseLetter.objects.filter(pk=letter_id).update(sent_at=sent_at, problem=problem)
        if not problem:
            written.went(letter, at=at)


def _hand_over(letter: CaseLetter, at: datetime) -> str:
    to = written.address_of(letter.case)
    if not to:
        return NOBODY
    subject, words = written.written(letter.case, at=at)
    return letters.hand_over(letter.case.organisation, to, subject, words)

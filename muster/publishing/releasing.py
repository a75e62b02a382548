"""The release: everything staged in one batch goes, once each."""

from datetime import datetime

from django.db import connection, transaction

from muster.organisations.models import Member
from muster.publishing.models import Batch
from muster.publishing.waking import wake

GO = """
WITH ready AS (
    SELECT id FROM publishing_publication
     WHERE batch_id = %(batch)s AND state = 'staged' AND held_at IS NULL
       AND (kind <> 'ad' OR review = 'passed')
     ORDER BY id FOR NO KEY UPDATE),
going AS (
    UPDATE publishing_publication p SET state = 'releasing', due_at = %(at)s, attempts = 0
      FROM ready WHERE p.id = ready.id
 RETURNING p.id)
INSERT INTO publishing_publicationevent (publication_id, what, reason, at, by_id)
SELECT id, 'releasing', '', %(at)s, %(by)s FROM going
"""


def release(batch: Batch, *, by: Member, at: datetime) -> Batch:
    """Let all of it go. Releasing twice is releasing once.

    What is held stays until it is let go; what is staged, or passes its review, afterwards goes
    by itself.
    """
    with transaction.atomic():
        batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if batch.released_at:
            return batch
        batch.released_at, batch.released_by = at, by
        batch.save(update_fields=["released_at", "released_by"])
        with connection.cursor() as cursor:
            cursor.execute(GO, {"batch": batch.pk, "at": at, "by": by.pk})
        wake(batch.publications.values_list("account_id", flat=True).distinct())
    return batch

"""A sending is finished when every delivery has an end, and not before.

Whoever waits in a held seat has none yet; nor is it over before those who joined until Go were
added.
"""

from datetime import datetime

from django.db import connection, transaction

from muster.journal import journal
from muster.messaging import facts
from muster.messaging.models import Sending

DONE = """
UPDATE messaging_sending
   SET state = 'finished', finished_at = %(at)s
 WHERE id = %(sending)s AND state = 'releasing' AND topped_up_at IS NOT NULL
   AND audience = (SELECT coalesce(sum(delivered + failed + left_out + uncertain), 0)
                     FROM messaging_seattally WHERE sending_id = %(sending)s)
"""


def finish_if_done(sending_id: int, at: datetime) -> bool:
    """Call it finished if it is. Of several that ask at once, one writes it down."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DONE, {"sending": sending_id, "at": at})
        if not cursor.rowcount:
            return False
        sending = Sending.objects.select_related("organisation").get(pk=sending_id)
        if not sending.is_rehearsal:
            about = ("sending", sending_id)
            journal.record(facts.SENDING_FINISHED, sending.organisation, at=at, about=about)
    return True

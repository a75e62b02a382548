"""What laying out and topping up have in common: alone at it, with room to sort, and the totals."""

from django.db import connection

LOCK_CLASS = 20_511  # the advisory locks of laying out: (this, sending id)
MEMORY = "128MB"  # for each sort: a million people stay off the disk

# As in `laying_out.ABLE`, asked of one person: those who joined are few, and a million wait.
IS_ABLE = """
coalesce((SELECT is_given FROM people_consentevent
           WHERE person_id = p.id AND channel = 'email' AND purpose = 'marketing'
           ORDER BY at DESC, is_given LIMIT 1), false)
    AND EXISTS (SELECT 1 FROM people_contactpoint
                 WHERE person_id = p.id AND kind = 'email' AND state <> 'dead')
"""
TOTALS = """
INSERT INTO messaging_seattally (sending_id, place_id, slot, total, delivered, failed, left_out,
                                 uncertain)
SELECT %(sending)s, t.place_id, 0, count(d.person_id), 0, 0, 0, 0
  FROM places_target t
  LEFT JOIN messaging_delivery d ON d.month = %(month)s AND d.sending_id = %(sending)s
                                AND d.place_id = t.place_id
 WHERE t.target_list_id = %(targets)s
 GROUP BY t.place_id
"""
# Of the chunks from `chunk` on: what lies before them is counted already.
ADD_TOTALS = """
INSERT INTO messaging_seattally AS t (sending_id, place_id, slot, total, delivered, failed,
                                      left_out, uncertain)
SELECT %(sending)s, place_id, 0, count(*), 0, 0, 0, 0 FROM messaging_delivery
 WHERE month = %(month)s AND sending_id = %(sending)s AND chunk >= %(chunk)s
 GROUP BY place_id ORDER BY place_id
    ON CONFLICT (sending_id, place_id, slot) DO UPDATE SET total = t.total + excluded.total
"""


def be_alone_with(sending_id: int) -> None:
    """Let one job at a time write deliveries of this sending, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, sending_id])

"""Consent to see what somebody opens (PECR-6): of its own, beside the one to be written to.

Kept as every consent is: to exact words, from a place, on a day, with the purpose `OPENS`. People
give it and take it back themselves, on their preference page; nobody else gives it for them.
"""

from django.db import connection

from muster.people.explicit import SPECIAL

OPENS = "opens"
RARE = {SPECIAL: "consent_explicit", OPENS: "consent_opens"}
"""Purposes that few among millions of consents have, each with an index of its own."""

COUNTED = f"""
coalesce((SELECT opens.is_given FROM people_consentevent opens
           WHERE opens.person_id = p.id AND opens.channel = 'email'
             AND opens.purpose = '{OPENS}'
           ORDER BY opens.at DESC, opens.is_given LIMIT 1), false)
"""
"""Did a person `p` agree that what they open is counted? At one instant a no comes before a yes."""


def agreed(person_id: int) -> bool:
    """Does their yes stand?"""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COUNTED} FROM (VALUES (%s::bigint)) AS p (id)",
            [person_id],
        )
        return bool(cursor.fetchone()[0])

"""Tags by name, many at once: made where nobody used the word yet."""

from collections.abc import Collection

from django.db import connection

FOUND = """
SELECT asked, tag.id FROM unnest(%s::text[]) AS asked
  JOIN people_tag tag ON tag.organisation_id = %s AND lower(tag.name) = lower(asked)
"""


def ids_of(organisation_id: int, names: Collection[str]) -> dict[str, int]:
    """The tag of each name, whatever its capitals."""
    if not names:
        return {}
    asked = sorted(names)
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [asked, organisation_id])
        found: dict[str, int] = dict(cursor.fetchall())
        if missing := [name for name in asked if name not in found]:
            cursor.execute(
                "INSERT INTO people_tag (organisation_id, name)"
                " SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
                [organisation_id, missing],
            )
            cursor.execute(FOUND, [missing, organisation_id])
            found |= dict(cursor.fetchall())
    return found

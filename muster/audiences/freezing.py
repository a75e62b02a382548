"""Using an audience freezes who was in it: found once, kept, never found again differently."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from muster.audiences import compiling, facts, special
from muster.audiences.counting import ROOMY
from muster.audiences.models import Audience, Freeze
from muster.audiences.rules import Unclear
from muster.journal import journal
from muster.organisations.models import Member
from muster.people import summing_up

KEEP = """
INSERT INTO audiences_frozen (organisation_id, freeze_id, person_id, seat_id)
SELECT %s, %s, person_id, seat_id FROM ({found}) AS found
"""


class CannotFreeze(Exception):
    """Why an audience may not be used; nobody was frozen."""


def freeze(
    audience: Audience,
    *,
    by: Member | None,
    at: datetime,
    for_what: str,
    about: tuple[str, int] | None = None,
    seats: Collection[int] | None = None,
) -> Freeze:
    """Keep who is in it now, within these seats (None: all). Raises `CannotFreeze`."""
    summing_up.catch_up(audience.organisation_id)
    with transaction.atomic():
        locked = Audience.objects.select_for_update().get(pk=audience.pk)
        verdict = special.judge(locked.definition, locked.organisation, locked)
        if verdict.kind is not special.Kind.ALLOW:
            raise CannotFreeze(f"{verdict.words} ({verdict.rule})")
        kept = Freeze.objects.create(
            organisation_id=locked.organisation_id,
            audience=locked,
            version=locked.version,
            for_what=for_what[:100],
            about_kind=about[0] if about else "",
            about_id=about[1] if about else None,
            how_many=0,
            seats=None if seats is None else sorted(seats),
            by=by,
            at=at,
        )
        kept.how_many = _keep(kept, locked, seats, at)
        kept.save(update_fields=["how_many"])
        journal.record(
            facts.AUDIENCE_FROZEN,
            locked.organisation,
            at=at,
            by=by,
            about=("audience", locked.pk),
            version=locked.version,
            people=kept.how_many,
        )
    return kept


def _keep(kept: Freeze, audience: Audience, seats: Collection[int] | None, at: datetime) -> int:
    among = None if seats is None else frozenset(seats)
    try:
        found = compiling.sql("ids", audience.definition, audience.organisation, at=at, seats=among)
    except Unclear as unclear:
        raise CannotFreeze(str(unclear)) from None
    with connection.cursor() as cursor:
        cursor.execute(ROOMY.partition(";")[0])
        # The statement holds words people typed: a % among them is doubled, as it has parameters.
        statement = KEEP.format(found=found.replace("%", "%%"))
        cursor.execute(statement, [audience.organisation_id, kept.pk])
        return int(cursor.rowcount)

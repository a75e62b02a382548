"""Using an audience freezes who was in it: found once, kept, never found again differently.

Begun where it is decided, filled where there is time: by the version of then, within the seats of
then. `top_up` keeps who came in since, as a freeze of its own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from muster.audiences import compiling, facts, special
from muster.audiences.counting import ROOMY
from muster.audiences.models import Audience, Freeze
from muster.audiences.rules import Node, Unclear
from muster.journal import journal
from muster.organisations.models import Member
from muster.people import summing_up

KEEP = """
INSERT INTO audiences_frozen (organisation_id, freeze_id, person_id, seat_id)
SELECT %(organisation)s, %(freeze)s, found.person_id, found.seat_id FROM ({found}) AS found
 WHERE %(but_not)s::bigint IS NULL
    OR NOT EXISTS (SELECT 1 FROM audiences_frozen other
                    WHERE other.freeze_id = %(but_not)s AND other.person_id = found.person_id)
"""


class CannotFreeze(Exception):
    """Why an audience may not be used; nobody was frozen."""


@dataclass(frozen=True)
class Use:
    """What an audience is used for, in words, and the thing itself by its kind and id."""

    words: str
    kind: str = ""
    id: int | None = None


def problem(audience: Audience) -> str:
    """Why it may not be used as it stands; empty: it may."""
    if audience.put_away_at is not None:
        return f"The audience “{audience.name}” was put away: choose another."
    verdict = special.judge(audience.definition, audience.organisation, audience)
    return "" if verdict.kind is special.Kind.ALLOW else f"{verdict.words} ({verdict.rule})"


def freeze(
    audience: Audience,
    use: Use,
    *,
    by: Member | None,
    at: datetime,
    seats: Collection[int] | None = None,
) -> Freeze:
    """Keep who is in it now, within these seats (None: all). Raises `CannotFreeze`."""
    summing_up.catch_up(audience.organisation_id)
    with transaction.atomic():
        return fill(begin(audience, use, by=by, at=at, seats=seats))


def begin(
    audience: Audience,
    use: Use,
    *,
    by: Member | None,
    at: datetime,
    seats: Collection[int] | None = None,
) -> Freeze:
    """Decide to use it as it says now; `fill` finds who is in it. Raises `CannotFreeze`."""
    with transaction.atomic():
        locked = Audience.objects.select_for_update(of=("self",)).get(pk=audience.pk)
        if refused := problem(locked):
            raise CannotFreeze(refused)
        kept = Freeze(
            organisation_id=locked.organisation_id,
            audience=locked,
            version=locked.version,
            for_what=use.words[:100],
            about_kind=use.kind,
            about_id=use.id,
            how_many=0,
            seats=None if seats is None else sorted(seats),
            by=by,
            at=at,
        )
        _judge(kept, locked.definition)
        _statement(kept, locked.definition)  # what cannot be asked is refused here
        kept.save()
    return kept


def fill(kept: Freeze, but_not: Freeze | None = None) -> Freeze:
    """Find and keep who is in it, but for those in another, as far as people are summed up.

    Sum them up before, outside of this transaction: until its end nobody else could.
    """
    then = kept.audience.versions.get(number=kept.version)
    with transaction.atomic():
        _judge(kept, then.definition)
        kept.how_many = _keep(kept, then.definition, but_not)
        kept.save(update_fields=["how_many", "is_explicit"])
        journal.record(
            facts.AUDIENCE_FROZEN,
            kept.organisation,
            at=kept.at,
            by=kept.by,
            about=("audience", kept.audience_id),
            version=kept.version,
            people=kept.how_many,
        )
    return kept


def top_up(first: Freeze, *, at: datetime) -> Freeze:
    """Keep who came into it since it was first frozen: by the same words, in the same seats."""
    more = Freeze.objects.get(pk=first.pk)
    more.pk, more.code = None, Freeze._meta.get_field("code").get_default()
    more.for_what, more.how_many, more.at = f"{first.for_what}: who came since"[:100], 0, at
    more._state.adding = True
    more.save()
    return fill(more, but_not=first)


def _keep(kept: Freeze, definition: Node, but_not: Freeze | None) -> int:
    asked = {
        "organisation": kept.organisation_id,
        "freeze": kept.pk,
        "but_not": but_not.pk if but_not else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(ROOMY.partition(";")[0])
        cursor.execute(KEEP.format(found=_statement(kept, definition)), asked)
        return int(cursor.rowcount)


def _judge(kept: Freeze, definition: Node) -> None:
    """May it reach who did not consent explicitly? Asked again when it is filled: a condition
    may have ended, or an audience within it have changed, since it was begun."""
    kept.is_explicit = not special.is_wide(definition, kept.organisation, kept.audience)


def _statement(kept: Freeze, definition: Node) -> str:
    """Who is in it, as part of a statement that has parameters."""
    among = None if kept.seats is None else frozenset(kept.seats)
    asked, wide = (definition, kept.organisation), not kept.is_explicit
    try:
        return compiling.within("ids", *asked, at=kept.at, seats=among, wide=wide)
    except Unclear as unclear:
        raise CannotFreeze(str(unclear)) from None

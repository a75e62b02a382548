"""Decisions of members, chained into the audit from the journal within the minute (SEC-3).

Not in the transaction that decides: whoever adds to the audit waits for whoever adds before, and
neither Go nor a stop may wait for anybody.
"""

from datetime import datetime, timedelta

from django.db import connection

from muster.organisations import auditing
from muster.organisations.models import AuditEntry, Member, Organisation
from muster.organisations.scoping import acting_for

LOOK_BACK = timedelta(days=30)
AT_ONCE = 1_000
_kinds: set[str] = set()

MISSING = """
SELECT fact.organisation_id, fact.id, fact.kind, fact.member_id, fact.about_kind, fact.about_id,
       fact.place_id, fact.at
  FROM journal_fact fact
 WHERE fact.organisation_id = %(organisation)s AND fact.kind = ANY(%(kinds)s)
   AND fact.at >= %(since)s AND fact.member_id IS NOT NULL
   AND fact.xid < pg_snapshot_xmin(pg_current_snapshot())
   AND NOT (fact.id = ANY(%(known)s))
 ORDER BY fact.xid, fact.id LIMIT %(most)s
"""


def register(*kinds: str) -> None:
    """A room says which of its facts are decisions that somebody may have to answer for."""
    _kinds.update(kinds)


def follow(at: datetime) -> int:
    """Chain in what was decided and is not there yet; how many. Safe to run again."""
    followed = 0
    for organisation in Organisation.objects.all():
        with acting_for(organisation.pk):
            followed += _follow(organisation, at)
    return followed


def _follow(organisation: Organisation, at: datetime) -> int:
    since = at - LOOK_BACK
    entries = AuditEntry.objects.filter(
        organisation=organisation, kind__in=_kinds, at__gte=since, codes__has_key="fact"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            MISSING,
            {
                "organisation": organisation.pk,
                "kinds": list(_kinds),
                "since": since,
                "known": list(entries.values_list("codes__fact", flat=True)),
                "most": AT_ONCE,
            },
        )
        rows = cursor.fetchall()
    members = Member.objects.filter(organisation=organisation).in_bulk([row[3] for row in rows])
    for _, fact, kind, member, about_kind, about_id, place, when in rows:
        codes = {"fact": fact} | ({"place": place} if place else {})
        about = (about_kind, about_id) if about_kind else None
        auditing.note(kind, organisation, by=members.get(member), at=when, about=about, **codes)
    return len(rows)

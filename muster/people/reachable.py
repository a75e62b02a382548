"""Who may be reached on a channel: their latest word was yes, and they did not ask to stop."""

from collections.abc import Collection

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from muster.organisations.models import Organisation
from muster.people.models import ConsentEvent, Person, Suppression
from muster.people.suppressing import key_for

KIND_OF = {"email": "email", "sms": "phone", "call": "phone"}

ADDRESSES = """
SELECT point.person_id, point.value
  FROM people_person
  JOIN people_contactpoint point ON point.person_id = people_person.id
   AND point.kind = %s AND point.state <> 'dead'
 WHERE people_person.organisation_id = %s
   AND (%s::bigint[] IS NULL OR people_person.seat_id = ANY(%s)
        OR (%s AND people_person.seat_id IS NULL))
   AND people_person.id IN (
       SELECT person_id FROM (
           SELECT DISTINCT ON (person_id) person_id, is_given FROM people_consentevent
            WHERE organisation_id = %s AND channel = %s AND purpose = 'marketing'
            ORDER BY person_id, at DESC, is_given) AS latest
        WHERE is_given)
"""


def who_said_yes(people: QuerySet[Person], channel: str) -> QuerySet[Person]:
    """Of these people, those whose latest word on this channel was yes."""
    latest = ConsentEvent.objects.filter(
        person=OuterRef("pk"), channel=channel, purpose="marketing"
    ).order_by("-at", "is_given")
    return people.alias(said_yes=Subquery(latest.values("is_given")[:1])).filter(said_yes=True)


def how_many(
    organisation: Organisation,
    channel: str,
    seats: Collection[int] | None,
    *,
    with_nowhere: bool = False,
) -> int:
    """People who may be reached by `channel` (email, sms, call) in these seats; None: everywhere.

    `with_nowhere` adds those whose seat is not known.
    Addresses are hashed only where the organisation has any suppression on the channel.
    """
    stopped = {
        bytes(key)
        for key in Suppression.objects.filter(
            organisation=organisation, channel=channel
        ).values_list("key", flat=True)
    }
    among = None if seats is None else list(seats)
    org = organisation.pk
    people: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES, [KIND_OF[channel], org, among, among, with_nowhere, org, channel])
        while rows := cursor.fetchmany(10_000):
            people |= {
                person_id
                for person_id, value in rows
                if not stopped or key_for(channel, value) not in stopped
            }
    return len(people)

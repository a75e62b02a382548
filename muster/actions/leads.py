"""New volunteers: who follows each one up, by when, and how it ends."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from muster.actions import facts
from muster.actions.models import Lead
from muster.journal import journal
from muster.organisations.models import Member, Organisation
from muster.people import placing
from muster.people.models import Person
from muster.places.models import Place
from muster.places.scope import reach_of

CLOCK = 48
"""Hours within which a volunteer hears from their named person."""

# Nearest first: the seat's organiser, then region and nation, then head office. An organiser
# before an administrator; the longest-serving before the newest, so that the name stays the same.
FOLLOWERS_SQL = """
SELECT member.id, member.name
FROM organisations_role AS role
JOIN organisations_member AS member ON member.id = role.member_id AND member.ended_at IS NULL
JOIN organisations_unit AS unit ON unit.id = role.unit_id
LEFT JOIN places_place AS seat ON seat.id = {place}
LEFT JOIN places_place AS region ON region.id = seat.parent_id
LEFT JOIN places_place AS nation ON nation.id = region.parent_id
LEFT JOIN places_place AS country ON country.id = nation.parent_id
WHERE unit.organisation_id = {organisation}
    AND member.organisation_id = unit.organisation_id
    AND role.kind IN ('organiser', 'admin') AND role.revoked_at IS NULL
    AND (role.expires_at IS NULL OR role.expires_at > {at})
    AND (unit.kind = 'head_office' OR (unit.place_code <> '' AND unit.place_code
        IN (seat.code, region.code, nation.code, country.code)))
ORDER BY
    CASE WHEN unit.kind = 'head_office' THEN 5 WHEN unit.place_code = seat.code THEN 1
        WHEN unit.place_code = region.code THEN 2 WHEN unit.place_code = nation.code THEN 3
        ELSE 4 END,
    role.kind = 'organiser' DESC, role.granted_at, role.id"""
OWNER_SQL = f"{FOLLOWERS_SQL} LIMIT 1"


class CannotHandOver(Exception):
    """Why the volunteer stays with whom they are, in words for whoever tried."""


def owner_for(
    organisation_id: int, place_id: int | None, *, at: datetime
) -> tuple[int, str] | None:
    """Id and name of the member who follows up volunteers from this place; None: nobody could."""
    rows = _ask(OWNER_SQL, organisation_id, place_id, at)
    return rows[0] if rows else None


def followers(organisation_id: int, place_id: int | None, *, at: datetime) -> dict[int, str]:
    """Everyone who may follow up volunteers from this place, nearest first: id → name."""
    return dict(_ask(FOLLOWERS_SQL, organisation_id, place_id, at))


def contacted(lead: Lead, *, by: Member, at: datetime) -> None:
    """Someone spoke to them: the clock stops. Twice is once, and the first stands."""
    with transaction.atomic():
        stopped = Lead.objects.filter(pk=lead.pk, contacted_at=None).update(
            contacted_at=at, contacted_by=by
        )
        if stopped:
            _tell(facts.LEAD_CONTACTED, lead, by=by, at=at)


def hand_over(lead: Lead, *, to: Member, by: Member, at: datetime) -> None:
    """Give a waiting volunteer to another member; the clock runs on. Raises `CannotHandOver`."""
    with transaction.atomic():
        held = Lead.objects.select_for_update().get(pk=lead.pk)
        if held.contacted_at:
            raise CannotHandOver("Someone has already been in touch with them.")
        if not may_follow_up(to, held, at=at):
            raise CannotHandOver(f"{to.name} does not work in this seat.")
        if held.owner_id != to.pk:
            Lead.objects.filter(pk=held.pk).update(owner=to)
            _tell(facts.LEAD_HANDED_OVER, held, by=by, at=at, to=str(to.code))


def hand_on(
    organisation: Organisation,
    person_id: int,
    seat_id: int | None,
    *,
    to: Member,
    why: str,
    at: datetime,
) -> Lead:
    """Somebody who did nothing just now is to be followed up by this member, within the usual time.

    Where the member may not follow up there, or is gone, whoever is nearest does. One who waits
    already goes to them, their clock running on. Inside the caller's transaction.
    """
    place = Place(pk=seat_id) if seat_id is not None else None
    waits = Lead.objects.select_for_update().filter(person=person_id, contacted_at=None).first()
    lead = waits or Lead(organisation=organisation, person_id=person_id, place=place)
    owner: int | None = to.pk
    if not may_follow_up(to, lead, at=at):
        nearest = owner_for(organisation.pk, lead.place_id, at=at)
        owner = nearest[0] if nearest else None
    if waits is None:
        lead.owner_id, lead.why, lead.due_at = owner, why[:300], at + timedelta(hours=CLOCK)
        lead.save()
    elif waits.owner_id != owner and owner == to.pk:
        lead.owner_id = owner
        lead.save(update_fields=["owner"])
    else:
        return lead
    _tell(facts.LEAD_HANDED_OVER, lead, by=None, at=at, to=str(to.code))
    return lead


def began_at(lead: Lead) -> datetime:
    """Since when they wait: what they did, or when we handed them over."""
    return lead.action.at if lead.action else lead.due_at - timedelta(hours=CLOCK)


@placing.on_move
def follow(person: Person, at: datetime) -> None:
    """A waiting volunteer moves with the person, to whoever looks after the new seat."""
    for lead in Lead.objects.select_for_update().filter(person=person, contacted_at=None):
        lead.place = person.seat
        if lead.owner is None or not may_follow_up(lead.owner, lead, at=at):
            owner = owner_for(lead.organisation_id, lead.place_id, at=at)
            lead.owner_id = owner[0] if owner else None
        lead.save(update_fields=["place", "owner"])


def may_follow_up(member: Member, lead: Lead, *, at: datetime) -> bool:
    """Does their role let them, where this volunteer lives?"""
    if member.organisation_id != lead.organisation_id or member.ended_at is not None:
        return False
    return reach_of(member, at=at).may_in("change leads", lead.place_id)


def _ask(
    sql: str, organisation_id: int, place_id: int | None, at: datetime
) -> list[tuple[int, str]]:
    filled = sql.format(organisation="%(organisation)s", place="%(place)s", at="%(at)s")
    with connection.cursor() as cursor:
        cursor.execute(filled, {"organisation": organisation_id, "place": place_id, "at": at})
        return list(cursor.fetchall())


def _tell(kind: str, lead: Lead, *, by: Member | None, at: datetime, **codes: str) -> None:
    journal.record(
        kind,
        lead.organisation,
        at=at,
        person_id=lead.person_id,
        place_id=lead.place_id,
        by=by,
        about=("lead", lead.pk),
        **codes,
    )

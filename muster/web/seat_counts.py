"""How far one seat's people have come: on the list, reachable, volunteering, waiting to hear."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from muster.actions.models import Action, Lead
from muster.organisations.models import Organisation
from muster.people.models import Person, Suppression
from muster.people.suppressing import key_for
from muster.places.models import Place

# Addresses that work, of people whose last word on marketing by e-mail was yes; at one instant a
# no comes before a yes.
ALLOWED_SQL = """
SELECT person.id, contact.value
  FROM people_person AS person
  JOIN people_contactpoint AS contact
    ON contact.person_id = person.id AND contact.kind = 'email' AND contact.state <> 'dead'
 WHERE person.organisation_id = %(organisation)s AND person.seat_id = %(seat)s
   AND (SELECT is_given FROM people_consentevent
         WHERE person_id = person.id AND channel = 'email' AND purpose = 'marketing'
         ORDER BY at DESC, is_given LIMIT 1)
"""


@dataclass(frozen=True)
class Rung:
    """One step of the ladder; `share` is how wide it is drawn, against the first."""

    words: str
    number: int
    share: float
    href: str = ""


@dataclass(frozen=True)
class Counts:
    people: int
    by_email: int
    volunteers: int
    waiting: int
    idle: int
    """Reachable by e-mail, and not a volunteer yet."""
    silent: int
    """Neither reachable by e-mail nor a volunteer yet."""

    @property
    def rungs(self) -> list[Rung]:
        steps = [
            ("Supporters", self.people),
            ("Reachable by e-mail", self.by_email),
            ("Volunteered", self.volunteers),
        ]
        return [Rung(words, n, n / self.people if self.people else 0.0) for words, n in steps]


def counts_of(organisation: Organisation, seat: Place) -> Counts:
    """The figures as they are now."""
    living = Person.objects.filter(organisation=organisation, seat=seat)
    acted = Action.objects.filter(organisation=organisation, person__seat=seat)
    open_leads = Lead.objects.filter(organisation=organisation, place=seat, contacted_at=None)
    people = living.count()
    reachable = _reachable(organisation, seat)
    volunteers = set(acted.filter(page__kind="volunteer").values_list("person", flat=True))
    return Counts(
        people,
        len(reachable),
        len(volunteers),
        open_leads.count(),
        idle=len(reachable - volunteers),
        silent=people - len(reachable | volunteers),
    )


def _reachable(organisation: Organisation, seat: Place) -> set[int]:
    """Allowed and not suppressed. Suppression keeps only keyed hashes, so those are compared."""
    with connection.cursor() as cursor:
        cursor.execute(ALLOWED_SQL, {"organisation": organisation.pk, "seat": seat.pk})
        of_person = [(person, bytes(key_for("email", value))) for person, value in cursor]
    suppressed = Suppression.objects.filter(
        organisation=organisation, channel="email", key__in={key for _, key in of_person}
    )
    silenced = {bytes(key) for key in suppressed.values_list("key", flat=True)}
    return {person for person, key in of_person if key not in silenced}


def wards_of(organisation: Organisation, seat: Place) -> list[tuple[Place, int]]:
    """The seat's wards with how many of our people live in each."""
    living = Person.objects.filter(organisation=organisation, seat=seat).order_by()
    counted = dict(living.values_list("ward_id").annotate(n=Count("pk")))
    wards = Place.objects.filter(parent=seat, kind=Place.Kind.WARD).order_by("name", "code")
    return [(ward, counted.get(ward.pk, 0)) for ward in wards]

"""Rows that would heap addresses and numbers on one person: a file that is wrong, not a person.

Whoever has thousands is read and filed anew with every row that adds one: the whole list waits.
"""

from collections import Counter

from muster.people.imports.recognising import Good, Recognised
from muster.people.models import ContactPoint

MOST = 50
"""Addresses and numbers of one person that files may bring them to."""
OFTEN = 25
"""Rows of one person, among those read at a time, from which on it is looked at."""
TOO_MANY = f"This person has {MOST} addresses and numbers already: more are not taken in."


class Crowds:
    """Those whom one file names often, and what they can be reached at so far."""

    def __init__(self) -> None:
        self.held: dict[int, set[str]] = {}

    def refuse(self, found: Recognised) -> Recognised:
        """Refuse what goes beyond. Ids below 0 are of people whom a count would make."""
        rows = Counter(person for _, person in found.matched)
        often = {person for person, times in rows.items() if times > OFTEN}
        if not often and not self.held.keys() & rows.keys():
            return found
        self._know(often - self.held.keys())
        for good, person in found.made:
            if person in self.held:
                self.held[person] |= _addresses(good)
        matched, refused = [], []
        for good, person in found.matched:
            if self._has_room(good, person):
                matched.append((good, person))
            else:
                refused.append((good, TOO_MANY))
        kept = {good.row.email for good, _ in (*found.made, *matched)}
        claims = {email: person for email, person in found.claims.items() if email in kept}
        return Recognised(found.made, matched, [*found.refused, *refused], claims)

    def _know(self, people: set[int]) -> None:
        self.held |= {person: set() for person in people}
        points = ContactPoint.objects.filter(person__in=[p for p in people if p > 0])
        for person, value in points.values_list("person_id", "value"):
            self.held[person].add(value)

    def _has_room(self, good: Good, person: int) -> bool:
        held = self.held.get(person)
        if held is None:
            return True
        both = held | _addresses(good)
        if len(both) > max(MOST, len(held)):
            return False
        self.held[person] = both
        return True


def _addresses(good: Good) -> set[str]:
    return {value for value in (good.row.email, *good.row.phones) if value}

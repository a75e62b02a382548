"""Asking an audience in tests: whom does it find?"""

from muster.audiences import counting, definitions
from muster.people.models import Person
from tests.conftest import NOON


def audience(*who, one_per_household=False):
    return {"who": {"all": list(who)}, "one_per_household": one_per_household}


def found(organisation, *who, at=NOON, seats=None, one_per_household=False):
    """The given names of everyone in it, in order."""
    said = audience(*who, one_per_household=one_per_household)
    definition = definitions.read(said, organisation)
    ids = [pk for pk, _ in counting.ids(definition, organisation, at=at, seats=seats)]
    names = Person.objects.filter(pk__in=ids).order_by("given_name")
    return list(names.values_list("given_name", flat=True))

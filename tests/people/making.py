"""People who can be found, for tests that begin with someone known."""

from muster.organisations.models import Organisation
from muster.people import filing
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import supporter


def on_the_list(
    organisation: Organisation,
    email: str,
    given: str,
    family: str = "",
    *,
    phone: str = "",
    seat: Place | None = None,
) -> Person:
    """A supporter who is found by all of their words."""
    person = supporter(organisation, given, family, seat, email=email, phone=phone)
    filing.file(person)
    return person

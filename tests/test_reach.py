"""How far members reach."""

from muster.organisations.models import Member
from muster.places.models import Place
from muster.places.scope import reach_of
from tests.conftest import NOON


def test_head_office_reaches_everyone_even_the_placeless(ada: Member, stroud: Place) -> None:
    reach = reach_of(ada, at=NOON)

    assert reach.may_in("see people", stroud.pk)
    assert reach.may_in("see people", None)


def test_a_seat_organiser_reaches_only_their_seat(ben: Member, stroud: Place, neath: Place) -> None:
    reach = reach_of(ben, at=NOON)

    assert reach.may_in("see people", stroud.pk)
    assert not reach.may_in("see people", neath.pk)
    assert not reach.may_in("see people", None)
    assert not reach.may("change settings")


def test_an_expired_role_reaches_nothing(ben: Member, stroud: Place) -> None:
    ben.roles.update(expires_at=NOON)

    reach = reach_of(ben, at=NOON)

    assert not reach.may("see people")

from collections.abc import Callable

import pytest

from muster.journal.models import Fact
from muster.messaging.models import Message, Sending
from muster.messaging.unsubscribing import BadToken, ids_in, read, token_for, unsubscribe
from muster.organisations.models import Member
from muster.people import consenting, erasing, suppressing
from muster.people.models import Person, Suppression
from tests.conftest import NOON
from tests.messaging.conftest import released

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(newsletter: Message, ada: Member, crowd: list[Person]) -> str:
    return token_for(released(newsletter, ada).pk, crowd[0].pk)


def test_a_code_names_its_delivery_and_fits_a_link() -> None:
    code = token_for(41, 1_000_000_007)

    assert ids_in(code) == (41, 1_000_000_007)
    assert len(code) == 28
    assert code.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c[:-1] + ("A" if c[-1] != "A" else "B"),
        lambda c: ("B" if c[0] != "B" else "C") + c[1:],
        lambda c: c + "AAAA",
        lambda c: c[:-4],
        lambda c: "",
        lambda c: "not a code!",
        lambda c: "ä" * 28,
    ],
)
def test_an_altered_code_does_nothing(spoil: Callable[[str], str]) -> None:
    with pytest.raises(BadToken):
        ids_in(spoil(token_for(41, 7)))


def test_unsubscribing_withdraws_and_suppresses_at_once(token: str, crowd: list[Person]) -> None:
    unsubscribe(token, NOON)

    said = consenting.standing(crowd[0])["email"]
    assert (said.is_given, said.source) == (False, "Unsubscribe link")
    assert set(suppressing.suppressed_channels(crowd[0])) == {"email"}


def test_unsubscribing_twice_is_once(token: str, crowd: list[Person]) -> None:
    unsubscribe(token, NOON)
    unsubscribe(token, NOON)

    assert Fact.objects.filter(kind="unsubscribed", person_id=crowd[0].pk).count() == 1


def test_everything_means_every_channel(token: str, crowd: list[Person]) -> None:
    crowd[0].contact_points.create(
        organisation=crowd[0].organisation, kind="phone", value="+447700900123"
    )

    unsubscribe(token, NOON, everything=True)

    assert set(suppressing.suppressed_channels(crowd[0])) == {"email", "sms", "call"}


def test_a_link_of_someone_erased_since_does_no_harm(token: str, crowd: list[Person]) -> None:
    erasing.erase(crowd[0], by=None, at=NOON)
    before = list(Suppression.objects.order_by("pk").values_list("pk", "reason"))

    unsubscribe(token, NOON)

    assert list(Suppression.objects.order_by("pk").values_list("pk", "reason")) == before


def test_a_code_of_a_sending_that_never_was_is_nobodys() -> None:
    with pytest.raises(BadToken):
        read(token_for(Sending.objects.count() + 999, 7))

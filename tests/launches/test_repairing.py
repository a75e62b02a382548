"""A seat held for its new candidate is made anew, approved, sealed and let go; the rest is out."""

import pytest
from django.core.files.storage import default_storage

from muster.content import approving
from muster.launches import events, going, holding, repairing, rules
from muster.launches.models import Event, Launch
from muster.launches.parts import masters_of
from muster.launches.standing import standing
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON
from tests.content.conftest import candidate
from tests.launches.conftest import LONG, armed, drawn, held, now, published, sent, taken
from tests.messaging.conftest import Mailbox

pytestmark = pytest.mark.django_db


def test_a_seat_with_a_new_candidate_goes_after_the_others(
    launch: Launch,
    party: Organisation,
    ada: Member,
    dilys: Member,
    approver: Member,
    neath: Place,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())
    candidate(party, neath, "Rhys Bevan")
    launch = going.go(launch, by=ada, at=now())
    sent(launch)
    published(launch, now())

    assert repairing.make_again(launch, neath, by=ada, at=now()) == 4
    with pytest.raises(repairing.CannotRepair, match=rules.WAITS):
        repairing.seal_again(drawn(launch), neath, by=ada, at=now())
    for master in masters_of(launch):
        approving.approve(master, approver, NOON, NOON + LONG)
    repairing.seal_again(launch, neath, by=ada, at=now())
    assert len(held(launch)) == 4
    taken(launch, now())
    holding.let_go(launch, neath, by=ada, at=now())
    sent(launch)
    published(launch, now())

    mail = mailbox.mail()[before:]
    assert len(mail) == len(crowd)
    assert sum("Rhys Bevan" in mailbox.raw(kept) for kept in mail) == 4
    assert sum("Megan Lloyd" in mailbox.raw(kept) for kept in mail) == 0
    assert standing(launch).seats_live == 2
    assert Event.objects.filter(launch=launch, what=events.RESEALED, place=neath).count() == 4


def test_what_went_out_is_never_made_anew(
    launch: Launch, ada: Member, dilys: Member, neath: Place, crowd: list[Person]
) -> None:
    launch = going.go(armed(launch, ada, dilys), by=ada, at=now())
    sent(launch)
    published(launch, now())
    holding.hold(launch, neath, ["email", "post"], by=ada, at=now(), reason="Oh dear.")

    with pytest.raises(repairing.CannotRepair, match="withdraw it"):
        repairing.make_again(launch, neath, by=ada, at=now())


def test_a_seat_whose_picture_is_lost_is_drawn_again_and_goes_as_it_was_sealed(
    launch: Launch, ada: Member, dilys: Member, neath: Place, crowd: list[Person]
) -> None:
    launch = armed(launch, ada, dilys)
    assert launch.card is not None
    cut = launch.card.cuts.get(place=neath, format="square")
    default_storage.delete(f"cards/{cut.image[:2]}/{cut.image}.jpg")
    launch = going.go(launch, by=ada, at=now())
    assert {place for place, _ in held(launch)} == {neath.name}

    repairing.make_again(launch, neath, by=ada, at=now())
    drawn(launch)
    for kind in ("post", "ad"):
        holding.let_go(launch, neath, [kind], by=ada, at=now())
    sent(launch)
    published(launch, now())

    assert launch.card.cuts.get(pk=cut.pk).image == cut.image
    assert held(launch) == {}
    assert standing(launch).seats_live == 2

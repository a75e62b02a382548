"""The seal at Go: whatever changed since arming holds its own seat, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from muster.channels.models import NetworkAccount
from muster.content import approving, pictures
from muster.launches import arming, going, rules
from muster.launches.models import Item, Launch
from muster.launches.standing import standing
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from muster.publishing.models import Publication
from tests.conftest import NOON, supporter
from tests.content.conftest import candidate
from tests.launches.conftest import (
    armed,
    held,
    item,
    now,
    rehearsed,
    sent,
)
from tests.messaging.conftest import Mailbox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_a_card_changed_on_disk_breaks_the_seal_of_its_seat_only(
    launch: Launch, ada: Member, dilys: Member, stroud: Place
) -> None:
    launch = armed(launch, ada, dilys)
    assert launch.card is not None
    sha = launch.card.cuts.get(place=stroud, format="square").image
    spoil(sha)

    going.go(launch, by=ada, at=LATER)

    assert held(launch) == {
        ("Stroud", "post"): rules.BROKEN_PICTURE,
        ("Stroud", "ad"): rules.BROKEN_PICTURE,
    }


def spoil(sha: str) -> None:
    """Change one byte of a picture where it lies."""
    (path,) = Path(settings.MEDIA_ROOT).rglob(f"cards/**/{sha}*")
    whole = bytearray(path.read_bytes())
    whole[-3] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(whole))


def test_a_card_drawn_anew_breaks_the_seal_though_someone_approved_it(
    launch: Launch, ada: Member, dilys: Member, approver: Member, stroud: Place
) -> None:
    launch = armed(launch, ada, dilys)
    assert launch.card is not None
    other = pictures.keep(pictures.read(launch.card.cuts.get(place=stroud, format="story").image))
    launch.card.cuts.filter(place=stroud, format="square").update(image=other)
    approving.approve(launch.card, approver, NOON, NOON + timedelta(days=9))

    going.go(launch, by=ada, at=LATER)

    assert held(launch).keys() == {("Stroud", "post"), ("Stroud", "ad")}
    assert rules.SEAL_BROKEN in held(launch)["Stroud", "post"]


def test_an_approval_that_lapsed_between_arming_and_go_holds_what_it_covered(
    launch: Launch, ada: Member, dilys: Member, approver: Member
) -> None:
    assert launch.ad is not None
    launch.ad.approvals.update(until=NOON + timedelta(days=2))
    launch = armed(launch, ada, dilys)

    going.go(launch, by=ada, at=NOON + timedelta(days=3))

    assert held(launch) == {
        ("Stroud", "ad"): rules.LAPSED,
        ("Neath and Swansea East", "ad"): rules.LAPSED,
    }


def test_an_approval_taken_back_holds_too(
    launch: Launch, ada: Member, dilys: Member, approver: Member
) -> None:
    launch = armed(launch, ada, dilys)
    approving.withdraw(launch.message.master.approvals.get(), by=approver, at=NOON)

    going.go(launch, by=ada, at=LATER)

    assert set(held(launch).values()) == {rules.LAPSED}
    assert {kind for _, kind in held(launch)} == {"email"}


def test_a_replaced_candidate_holds_that_seat_and_the_others_go(
    launch: Launch,
    party: Organisation,
    ada: Member,
    dilys: Member,
    neath: Place,
    mailbox: Mailbox,
    crowd: list[Person],
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())
    candidate(party, neath, "Rhys Bevan")

    gone = going.go(launch, by=ada, at=now())
    sent(gone)

    assert {place for place, _ in held(launch)} == {"Neath and Swansea East"}
    assert set(held(launch).values()) == {rules.ANOTHER_CANDIDATE}
    assert len(mailbox.mail()) - before == 4
    found = standing(gone)
    assert [seat.state for seat in found.seats] == ["going", "held"]
    assert (found.audience, found.delivered, found.waiting) == (8, 4, 4)


def test_a_candidates_new_address_holds_that_seat(
    launch: Launch, ada: Member, dilys: Member, candidates: list[Campaigner]
) -> None:
    launch = armed(launch, ada, dilys)
    Campaigner.objects.filter(pk=candidates[0].pk).update(address="9 New Road, Stroud GL5 9ZZ")

    going.go(launch, by=ada, at=LATER)

    assert {place for place, _ in held(launch)} == {"Stroud"}
    assert rules.OTHER_FACTS in held(launch)["Stroud", "post"]


def test_an_ad_refused_after_arming_holds_that_ad_only(
    launch: Launch, ada: Member, dilys: Member, stroud: Place
) -> None:
    launch = armed(launch, ada, dilys)
    ad = Publication.objects.filter(batch=launch.batch, kind="ad", place=stroud)
    ad.update(state="failed", review="refused", reason="The headline shouts.")

    gone = going.go(launch, by=ada, at=LATER)

    assert held(launch) == {("Stroud", "ad"): "The ad platform refused it: The headline shouts."}
    assert Publication.objects.filter(batch=launch.batch, state="releasing").count() == 3
    assert standing(gone).seats[0].items["ad"].state == "held"


def test_a_seat_that_grew_beyond_its_ceiling_is_held_and_the_others_go(
    launch: Launch, party: Organisation, ada: Member, dilys: Member, stroud: Place
) -> None:
    launch = armed(launch, ada, dilys)
    assert item(launch, stroud, "email").ceiling == 30
    for n in range(27):
        supporter(party, f"New{n}", "Person", stroud)

    going.go(launch, by=ada, at=LATER)

    assert held(launch) == {
        ("Stroud", "email"): "31 people now, more than the 30 agreed when it was armed."
    }


def test_the_seal_covers_the_ceiling_and_never_who_is_in_the_audience(
    launch: Launch, party: Organisation, ada: Member, dilys: Member, stroud: Place
) -> None:
    launch = armed(launch, ada, dilys)
    supporter(party, "New", "Person", stroud).delete()
    Item.objects.filter(launch=launch, place=stroud, kind="email").update(ceiling=30_000)

    going.go(launch, by=ada, at=LATER)

    assert held(launch) == {("Stroud", "email"): rules.SEAL_BROKEN}


def test_someone_who_joins_between_the_first_and_the_second_arming_changes_nothing(
    launch: Launch, party: Organisation, ada: Member, dilys: Member, stroud: Place
) -> None:
    rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)
    supporter(party, "New", "Person", stroud)

    launch = arming.arm(launch, by=dilys, at=NOON, proved_at=NOON)

    assert launch.sealed_at == NOON
    assert item(launch, stroud, "email").ceiling == 30


def test_a_platform_account_changed_since_breaks_the_seal(
    launch: Launch, ada: Member, dilys: Member, social: NetworkAccount
) -> None:
    launch = armed(launch, ada, dilys)
    NetworkAccount.objects.filter(pk=social.pk).update(handle="someoneelse")

    going.go(launch, by=ada, at=LATER)

    assert {kind for _, kind in held(launch)} == {"post"}
    assert set(held(launch).values()) == {rules.SEAL_BROKEN}

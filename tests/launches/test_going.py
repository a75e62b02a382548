"""Go: every seat's e-mail, post, ad and page at one press; what fails is held, seat by seat."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from muster.actions import local_pages
from muster.channels.models import NetworkAccount
from muster.content import approving, pictures
from muster.journal.models import Fact
from muster.launches import arming, events, facts, going, holding, rules
from muster.launches.going import CannotGo
from muster.launches.models import Event, Launch
from muster.launches.standing import standing
from muster.messaging.models import Sending
from muster.organisations.models import Campaigner, Member, Organisation, Role
from muster.people.models import Person
from muster.places.models import Place
from muster.publishing.models import Publication
from tests.conftest import NOON, supporter
from tests.content.conftest import candidate
from tests.launches.conftest import (
    EVERY,
    armed,
    held,
    item,
    published,
    rehearsed,
    sent,
)
from tests.messaging.conftest import Mailbox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def test_every_seat_goes_live_with_all_it_has(
    launch: Launch, ada: Member, dilys: Member, crowd: list[Person], mailbox: Mailbox, stroud: Place
) -> None:
    launch = armed(launch, ada, dilys)
    rehearsal = len(mailbox.mail())

    gone = going.go(launch, by=ada, at=now())
    sent(gone)
    published(gone, now())

    assert len(mailbox.mail()) - rehearsal == len(crowd)
    found = standing(gone)
    assert (found.state, found.seats_live, found.seats_asked) == ("finished", 2, 2)
    assert {seat.state for seat in found.seats} == {"live"}
    assert set(local_pages.live_places(gone.page)) == {seat.place_id for seat in found.seats}
    assert Fact.objects.filter(kind=facts.LAUNCH_WENT, member=ada).count() == 1


def test_pressing_twice_is_pressing_once(
    launch: Launch, ada: Member, dilys: Member, crowd: list[Person]
) -> None:
    launch = armed(launch, ada, dilys)

    first = going.go(launch, by=ada, at=LATER)
    again = going.go(launch, by=dilys, at=LATER + timedelta(seconds=1))

    assert (again.went_at, again.went_by) == (first.went_at, ada)
    assert Event.objects.filter(launch=launch, what=events.WENT).count() == 1
    assert Sending.objects.in_earnest().count() == 1


def test_it_cannot_go_before_two_have_armed_it(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)

    with pytest.raises(CannotGo, match="Two members must arm it first"):
        going.go(launch, by=ada, at=NOON)


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


def test_a_platform_account_changed_since_breaks_the_seal(
    launch: Launch, ada: Member, dilys: Member, social: NetworkAccount
) -> None:
    launch = armed(launch, ada, dilys)
    NetworkAccount.objects.filter(pk=social.pk).update(handle="someoneelse")

    going.go(launch, by=ada, at=LATER)

    assert {kind for _, kind in held(launch)} == {"post"}
    assert set(held(launch).values()) == {rules.SEAL_BROKEN}


def test_whoever_armed_it_must_still_be_one_who_may(
    launch: Launch, ada: Member, dilys: Member
) -> None:
    launch = armed(launch, ada, dilys)
    Role.objects.filter(member=dilys).update(revoked_at=LATER)

    with pytest.raises(CannotGo) as refused:
        going.go(launch, by=ada, at=LATER + timedelta(minutes=1))

    assert refused.value.args == (
        "Dilys Hughes armed it and may no longer: disarm it, and have another arm it.",
        "Nobody who armed it may authorise spending any more (SP-1).",
    )
    assert Launch.objects.get(pk=launch.pk).went_at is None


def test_disarmed_in_between_it_does_not_go(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = armed(launch, ada, dilys)
    arming.disarm(launch, by=dilys, at=LATER)

    with pytest.raises(CannotGo):
        going.go(launch, by=ada, at=LATER)

    assert not Publication.objects.filter(state="releasing").exists()


def test_what_was_held_before_go_does_not_go_and_keeps_its_reason(
    launch: Launch,
    ada: Member,
    dilys: Member,
    stroud: Place,
    mailbox: Mailbox,
    crowd: list[Person],
) -> None:
    launch = armed(launch, ada, dilys)
    before = len(mailbox.mail())
    holding.hold(launch, stroud, by=ada, at=NOON, reason="A funeral in town.")

    gone = going.go(launch, by=ada, at=now())
    sent(gone)

    assert held(launch) == {("Stroud", kind): "A funeral in town." for kind in EVERY}
    assert len(mailbox.mail()) - before == 4
    assert stroud.pk not in local_pages.live_places(launch.page)


def test_numbers_add_up_whatever_happened(
    launch: Launch,
    party: Organisation,
    ada: Member,
    dilys: Member,
    stroud: Place,
    neath: Place,
    crowd: list[Person],
) -> None:
    supporter(party, "Never", "Asked", stroud)
    launch = armed(launch, ada, dilys)
    holding.hold(launch, neath, ["email"], by=ada, at=NOON, reason="Not yet.")

    gone = going.go(launch, by=ada, at=now())
    sent(gone)

    found = standing(gone)
    ended = found.delivered + found.failed + sum(found.left_out.values()) + found.uncertain
    assert found.audience == ended + found.waiting == 9
    assert sum(found.by_state.values()) == len(found.seats) == 2
    told = found.as_json()
    assert told["audience"] == 9
    assert told["left_out_total"] == sum(told["left_out"].values()) == 1
    one = found.as_json([stroud.pk])
    assert (one["audience"], list(one["seats"])) == (5, [stroud.code])

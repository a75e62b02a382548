"""Armed by two different members with a fresh second factor, and sealed."""

from datetime import timedelta

import pytest

from muster.audiences import definitions, saving
from muster.content import approving, cutting, masters
from muster.launches import arming, drafting, events, going, history, holding
from muster.launches.arming import CannotArm
from muster.launches.models import Arming, Event, Item, Launch
from muster.launches.standing import standing
from muster.messaging import whom
from muster.messaging.models import Sending
from muster.organisations.models import Member, Organisation, Unit, User
from muster.people import suppressing
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import MORNING, NOON, supporter
from tests.launches.conftest import (
    LONG,
    armed,
    armed_again,
    held,
    item,
    now,
    published,
    rehearsed,
    sent,
    staged,
    together,
)
from tests.messaging.conftest import Mailbox

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=1)


def test_the_second_member_seals_it(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = rehearsed(launch, ada)

    once = arming.arm(launch, by=ada, at=NOON, proved_at=NOON)
    assert (once.sealed_at, once.sending) == (None, None)
    twice = arming.arm(launch, by=dilys, at=SOON, proved_at=SOON)

    assert twice.sealed_at == SOON
    assert len(twice.seal) == 64
    assert twice.sending is not None
    assert not Item.objects.filter(launch=launch, sealed="").exists()
    assert standing(twice).armed_by == ["Ada Marsh", "Dilys Hughes"]


def test_the_same_member_cannot_arm_it_twice(launch: Launch, ada: Member) -> None:
    launch = rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)

    with pytest.raises(CannotArm, match="someone else must arm it too"):
        arming.arm(launch, by=ada, at=SOON, proved_at=SOON)

    assert Arming.objects.filter(launch=launch).count() == 1


@pytest.mark.parametrize("proved_at", [None, NOON - timedelta(minutes=6), SOON])
def test_a_second_factor_must_be_fresh(
    launch: Launch, party: Organisation, ada: Member, proved_at: object
) -> None:
    party.is_demonstration = False
    party.save()
    launch = rehearsed(again_approved(launch), ada)

    with pytest.raises(CannotArm, match="second factor"):
        arming.arm(launch, by=ada, at=NOON, proved_at=proved_at)  # type: ignore[arg-type]


def again_approved(launch: Launch) -> Launch:
    """Made anew as its organisation now is, drawn and approved."""
    from tests.launches.conftest import approved

    drafting.renew(launch, MORNING)
    return approved(launch, Member.objects.get(name="Ola Approves"))


def test_one_of_the_two_must_be_the_treasurer_where_money_is_spent(
    launch: Launch, ada: Member, approver: Member
) -> None:
    launch = rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)

    with pytest.raises(CannotArm, match="SP-1"):
        arming.arm(launch, by=approver, at=SOON, proved_at=SOON)

    assert Launch.objects.get(pk=launch.pk).sealed_at is None


def test_without_ads_any_two_who_may_arm_it_do(
    launch: Launch, ada: Member, approver: Member
) -> None:
    Launch.objects.filter(pk=launch.pk).update(ad=None, ads=None, ad_budget=0)
    Item.objects.filter(launch=launch, kind="ad").delete()
    launch = rehearsed(Launch.objects.get(pk=launch.pk), ada)

    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)

    assert arming.arm(launch, by=approver, at=SOON, proved_at=SOON).sealed_at == SOON


def test_a_viewer_or_a_rival_cannot_arm_it(
    launch: Launch, head_office: Unit, party: Organisation, ada: Member, ben: Member, drew: Member
) -> None:
    launch = rehearsed(launch, ada)

    for member in (ben, drew):
        with pytest.raises(CannotArm):
            arming.arm(launch, by=member, at=NOON, proved_at=NOON)


def test_it_is_armed_only_when_all_is_ready_and_everything_wrong_is_told(
    launch: Launch, ada: Member
) -> None:
    assert launch.post is not None
    launch.post.approvals.update(withdrawn_at=NOON)
    launch.page.is_open = False
    launch.page.save()

    with pytest.raises(CannotArm) as refused:
        arming.arm(launch, by=ada, at=NOON, proved_at=NOON)

    assert "Rehearse it as it stands now." in refused.value.args
    assert "Open the page that its links lead to." in refused.value.args
    assert "Post in all 2 seats: Waits for approval." in refused.value.args
    assert "Ad in all 2 seats: Not uploaded yet: stage it." in refused.value.args


def test_a_seat_that_is_held_stands_in_nobodys_way(
    launch: Launch, ada: Member, dilys: Member, neath: Place
) -> None:
    launch.message.master.cuts.filter(place=neath).update(problems=["Candidate missing"])
    holding.hold(launch, neath, by=ada, at=NOON, reason="No candidate yet.")

    launch = armed(launch, ada, dilys)

    assert launch.sealed_at is not None
    assert item(launch, neath, "email").sealed == ""


def test_a_word_changed_between_two_armings_makes_the_first_lapse(
    launch: Launch, ada: Member, dilys: Member, approver: Member
) -> None:
    launch = rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)
    assert launch.words is not None
    changed = masters.change(
        launch.words,
        masters.Words(**masters.words_of(launch.words).__dict__ | {"subject": "Other words"}),
        by=ada,
        at=NOON,
    )
    cutting.cut(changed, launch.places(), NOON)
    approving.approve(changed, approver, NOON, NOON + LONG)

    launch = arming.arm(launch, by=dilys, at=SOON, proved_at=SOON)

    assert launch.sealed_at is None
    lapsed = Event.objects.get(launch=launch, what=events.ARMING_LAPSED)
    assert (lapsed.by, lapsed.reason) == (ada, arming.CHANGED)
    assert arming.arm(launch, by=ada, at=SOON, proved_at=SOON).sealed_at == SOON


def test_an_audience_changed_between_two_armings_makes_the_first_lapse(
    launch: Launch, party: Organisation, ada: Member, dilys: Member
) -> None:
    kept = saving.make(party, name="All", definition=definitions.empty(), by=ada, at=NOON)
    whom.choose(launch.message, kept)
    launch = rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)
    placed = {"who": {"all": [{"not": {"is": "nowhere"}}]}}
    saving.change(kept, name="All", definition=placed, by=ada, at=NOON)

    launch = arming.arm(launch, by=dilys, at=SOON, proved_at=SOON)

    assert launch.sealed_at is None
    assert Event.objects.get(launch=launch, what=events.ARMING_LAPSED).by == ada


@pytest.mark.parametrize(
    ("waited", "seals"), [(timedelta(hours=24), True), (timedelta(hours=24, seconds=1), False)]
)
def test_the_first_waits_a_day_for_the_second(
    launch: Launch, ada: Member, dilys: Member, waited: timedelta, seals: bool
) -> None:
    launch = rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)
    later = NOON + waited

    launch = arming.arm(launch, by=dilys, at=later, proved_at=later)

    assert (launch.sealed_at is not None) == seals
    lapsed = [one for one in history.of(launch) if one.what == events.ARMING_LAPSED]
    why = "Ada Marsh armed it more than a day ago: both arm within a day of each other."
    assert [(one.by, one.reason) for one in lapsed] == ([] if seals else [("Ada Marsh", why)])
    if not seals:
        assert arming.arm(launch, by=ada, at=later, proved_at=later).sealed_at == later


def test_armed_by_both_it_ages_no_more(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = armed(launch, ada, dilys)
    much_later = NOON + timedelta(days=30)

    assert going.go(launch, by=ada, at=much_later).went_at == much_later


def test_whose_login_was_switched_off_has_not_armed_it(
    launch: Launch, ada: Member, dilys: Member, stroud: Place
) -> None:
    launch = armed(launch, ada, dilys)
    User.objects.filter(pk=dilys.user_id).update(is_active=False)

    with pytest.raises(going.CannotGo) as refused:
        going.go(launch, by=ada, at=now())

    assert refused.value.args == (
        "Dilys Hughes armed it and may no longer: disarm it, and have another arm it.",
        "Nobody who armed it may authorise spending any more (SP-1).",
    )
    with pytest.raises(going.CannotGo, match="You may not arm launches"):
        going.go(launch, by=dilys, at=now())
    User.objects.filter(pk=ada.user_id).update(is_active=False)
    with pytest.raises(holding.CannotHold, match="in this seat"):
        holding.hold(launch, stroud, by=ada, at=now(), reason="Wait.")


def test_a_first_arming_lapses_once_its_login_is_switched_off(
    launch: Launch, ada: Member, dilys: Member, approver: Member
) -> None:
    launch = rehearsed(launch, ada)
    arming.arm(launch, by=ada, at=NOON, proved_at=NOON)
    User.objects.filter(pk=ada.user_id).update(is_active=False)

    launch = arming.arm(launch, by=dilys, at=SOON, proved_at=SOON)

    assert launch.sealed_at is None
    assert Event.objects.get(launch=launch, what=events.ARMING_LAPSED).by == ada
    assert arming.arm(launch, by=approver, at=SOON, proved_at=SOON).sealed_at == SOON


def test_disarmed_it_must_be_armed_by_two_again(
    launch: Launch, ada: Member, dilys: Member, approver: Member
) -> None:
    launch = armed(launch, ada, dilys)
    sending = launch.sending

    launch = arming.disarm(launch, by=approver, at=SOON, reason="The date moved.")
    again = arming.disarm(launch, by=approver, at=SOON)

    assert (again.sealed_at, again.seal, again.sending) == (None, "", None)
    assert sending is not None
    sending.refresh_from_db()
    assert sending.state == Sending.State.DISARMED
    told = Event.objects.get(launch=launch, what=events.DISARMED)
    assert (told.by, told.reason) == (approver, "The date moved.")
    assert armed_again(launch, ada, dilys, SOON).sealed_at == SOON


def test_after_go_nothing_disarms_it(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = going.go(armed(launch, ada, dilys), by=ada, at=SOON)

    with pytest.raises(CannotArm, match="went out already"):
        arming.disarm(launch, by=ada, at=SOON)


def test_staged_anew_it_must_be_rehearsed_anew(launch: Launch, ada: Member) -> None:
    launch = staged(rehearsed(launch, ada), ada, SOON)

    with pytest.raises(CannotArm, match="Rehearse it"):
        arming.arm(launch, by=ada, at=SOON, proved_at=SOON)


def test_armed_for_months_it_goes_to_those_who_are_there_at_go(
    launch: Launch,
    party: Organisation,
    ada: Member,
    dilys: Member,
    agree: object,
    stroud: Place,
    neath: Place,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    launch = armed(launch, ada, dilys)
    rehearsed_mail = len(mailbox.mail())
    left, unsubscribed, moved = crowd[0], crowd[1], crowd[2]
    joined = agree(supporter(party, "Jo", "Joined", neath))  # type: ignore[operator]
    suppressing.suppress_person(
        unsubscribed, reason="unsubscribed", at=MORNING, channels=("email",)
    )
    Person.objects.filter(pk=moved.pk).update(seat=neath)
    Person.objects.filter(pk=left.pk).update(seat=None)

    gone = going.go(launch, by=ada, at=now())
    sent(gone)
    published(gone, now())

    assert held(gone) == {}
    assert len(mailbox.to(joined)) == 1
    assert mailbox.to(unsubscribed) == []
    found = standing(gone)
    assert found.audience == found.delivered + sum(found.left_out.values())
    assert found.waiting == 0
    assert found.delivered == len(mailbox.mail()) - rehearsed_mail
    assert found.state == "finished"


@pytest.mark.django_db(transaction=True)
def test_two_who_arm_at_the_same_instant_seal_it_once(
    launch: Launch, ada: Member, dilys: Member
) -> None:
    launch = rehearsed(launch, ada)

    together([lambda m=m: arming.arm(launch, by=m, at=NOON, proved_at=NOON) for m in (ada, dilys)])

    launch.refresh_from_db()
    assert launch.sealed_at == NOON
    assert Sending.objects.in_earnest().count() == 1


@pytest.mark.django_db(transaction=True)
def test_disarm_against_go_has_one_winner(launch: Launch, ada: Member, dilys: Member) -> None:
    launch = armed(launch, ada, dilys)

    told = together(
        [
            lambda: going.go(launch, by=ada, at=SOON),
            lambda: arming.disarm(launch, by=dilys, at=SOON),
        ]
    )

    launch.refresh_from_db()
    assert len(told) == 1
    sending = Sending.objects.filter(is_rehearsal=False).get()
    went = launch.went_at is not None
    assert went == (sending.state == Sending.State.RELEASING) == (launch.sealed_at is not None)
    assert isinstance(told[0], CannotArm if went else going.CannotGo)

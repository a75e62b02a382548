"""All that is wrong is said at once, in the organiser's words."""

from datetime import date, timedelta

import pytest

from muster.channels.domains import keeping
from muster.channels.models import EmailAccount, NetworkAccount
from muster.content import cutting, masters
from muster.content.blocks import of_letter
from muster.content.models import Master
from muster.launches import drafting, readiness, rules
from muster.launches.models import Launch
from muster.launches.standing import standing
from muster.organisations.models import Campaigner, Member, Organisation, Role
from muster.people.models import Person
from muster.places.models import Place
from muster.publishing.models import Publication
from tests.conftest import MORNING, NOON
from tests.content.conftest import candidate
from tests.launches.conftest import (
    armed,
    drawn,
    staged,
    words,
)

pytestmark = pytest.mark.django_db


def test_a_launch_with_everything_in_it_is_ready_once_it_is_staged(
    launch: Launch, ada: Member
) -> None:
    assert words(readiness.problems(launch, NOON)) == {
        (rules.NOT_STAGED, "post", 2),
        (rules.NOT_STAGED, "ad", 2),
    }

    found = readiness.problems(staged(launch, ada), NOON)

    assert (found.is_ready, found.seats_ready, found.in_words()) == (True, 2, [])


def test_what_receivers_would_refuse_its_e_mail_for_stands_in_its_way(launch: Launch) -> None:
    ours = launch.organisation
    ours.is_demonstration = False
    ours.save()
    name = launch.message.account.from_address.rpartition("@")[2]
    domain = keeping.domain_for(ours, name, at=MORNING)
    wrong = {"code": "dmarc", "state": "block", "words": "No DMARC record.", "record": ""}
    domain.found = [wrong, wrong | {"code": "spf", "state": "warn", "words": "SPF is odd."}]
    domain.save()

    found = readiness.problems(Launch.objects.get(pk=launch.pk), NOON)

    assert "No DMARC record." in found.overall
    assert "SPF is odd." not in found.overall


def test_what_waits_for_approval_is_counted_by_whose_words_they_are(
    party: Organisation,
    asked: drafting.Asked,
    candidates: list[Campaigner],
    ada: Member,
    dilys: Member,
    approver: Member,
) -> None:
    launch = drawn(drafting.draft(party, asked, by=ada, at=MORNING))
    assert launch.words is not None
    other = masters.Words(**masters.words_of(launch.words).__dict__ | {"subject": "Come along"})
    cutting.cut(masters.change(launch.words, other, by=approver, at=MORNING), launch.places(), NOON)

    found = readiness.problems(launch, NOON)

    assert found.waits_for == [("Ada Marsh", 2), ("Ola Approves", 2)]
    assert found.waiting_for_approval == 2
    assert (rules.WAITS, "email", 2) in words(found)


def test_cards_not_drawn_yet_are_told_for_what_they_travel_in(
    party: Organisation, asked: drafting.Asked, candidates: list[Campaigner], ada: Member
) -> None:
    launch = drafting.draft(party, asked, by=ada, at=MORNING)

    found = words(readiness.problems(launch, NOON))

    assert {(rules.NOT_DRAWN, "post", 2), (rules.NOT_DRAWN, "ad", 2)} <= found
    assert not any(kind in ("email", "page") and why == rules.NOT_DRAWN for why, kind, _ in found)


def test_a_seat_without_a_candidate_is_named_in_every_kind(
    launch: Launch, candidates: list[Campaigner], neath: Place
) -> None:
    Campaigner.objects.filter(pk=candidates[1].pk).update(place_code="W07999999")

    found = readiness.problems(launch, NOON)

    assert set(found.seats[neath.pk]) == {"email", "post", "ad", "page"}
    assert rules.OUT_OF_STEP in found.seats[neath.pk]["email"]
    drafting.renew(launch, NOON)
    assert "Candidate missing." in readiness.problems(launch, NOON).seats[neath.pk]["email"]


def test_everything_wrong_overall_is_said_at_once(
    launch: Launch, account: EmailAccount, ads: NetworkAccount, dilys: Member, approver: Member
) -> None:
    Role.objects.filter(member__in=[dilys, approver]).update(revoked_at=NOON)
    NetworkAccount.objects.filter(pk=ads.pk).update(is_on=False)
    EmailAccount.objects.filter(pk=account.pk).update(host="")
    launch.page.is_open = False
    launch.page.save()

    found = readiness.problems(Launch.objects.get(pk=launch.pk), NOON)

    assert found.overall == [
        "Open the page that its links lead to.",
        "Give the mail account a server.",
        "Fair Future ads is switched off: switch it on, or choose another account.",
        "Two members must arm it, and only one may: give another the right.",
        "It spends money on ads: name a treasurer or agent who may authorise it (SP-1).",
    ]


def test_a_day_that_is_past_and_days_that_differ_are_said(launch: Launch) -> None:
    Master.objects.filter(pk=launch.post_id).update(date=date(2020, 1, 1))
    launch = Launch.objects.get(pk=launch.pk)

    overall = readiness.problems(launch, NOON).overall

    assert any("is past: Wednesday 1 January" in words for words in overall)
    assert any(words.startswith("Its dates differ: ") for words in overall)


def test_a_link_to_a_page_of_ours_that_is_not_open_is_dead(
    launch: Launch, settings: object, stroud: Place
) -> None:
    from django.conf import settings as ours

    Master.objects.filter(pk=launch.message.master_id).update(
        blocks=of_letter(
            f"[here]({ours.PUBLIC_ADDRESS}/fair-future/gone) and"
            f" [there]({ours.PUBLIC_ADDRESS}/fair-future/volunteer/stroud)"
        )
    )

    found = readiness.problems(Launch.objects.get(pk=launch.pk), NOON)

    dead = f"A link leads to a page of ours that is not open: {ours.PUBLIC_ADDRESS}"
    assert found.overall == [f"{dead}/fair-future/gone"]


def test_an_ad_without_a_budget_or_refused_is_not_ready(launch: Launch, ada: Member) -> None:
    launch = staged(launch, ada)
    Launch.objects.filter(pk=launch.pk).update(ad_budget=0)
    Publication.objects.filter(kind="ad").update(
        state="failed", review="refused", reason="Too loud."
    )

    found = readiness.problems(Launch.objects.get(pk=launch.pk), NOON)

    assert "Say how much each seat's ad may cost." in found.overall
    assert ("The ad platform refused it: Too loud.", "ad", 2) in words(found)


def test_a_seat_with_nobody_in_it_is_said_and_stops_nothing(
    launch: Launch, ada: Member, dilys: Member, neath: Place
) -> None:
    Person.objects.filter(seat=neath).update(seat=None)

    assert readiness.problems(launch, NOON).nobody == (neath.pk,)

    launch = armed(launch, ada, dilys)
    found = standing(launch, NOON)
    assert found.seats[1].items["email"].state == "nobody"
    assert found.state == "armed"


def test_an_armed_launch_says_what_go_would_hold_and_which_approval_ends_first(
    launch: Launch, party: Organisation, ada: Member, dilys: Member, neath: Place
) -> None:
    assert launch.ad is not None
    launch.ad.approvals.update(until=NOON + timedelta(days=30))
    launch = armed(launch, ada, dilys)
    assert readiness.problems(launch, NOON).is_ready

    candidate(party, neath, "Rhys Bevan")
    found = readiness.problems(launch, NOON)

    assert {group.words for group in found.grouped} == {rules.ANOTHER_CANDIDATE}
    assert set(found.seats) == {neath.pk}
    assert (found.endings[0].master, found.endings[0].by) == (launch.ad, "Ola Approves")
    readiness.forget(launch)
    assert [seat.state for seat in standing(launch, NOON).seats] == ["ready", "waiting"]

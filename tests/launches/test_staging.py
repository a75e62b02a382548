"""Drafted, staged and rehearsed: only what is ready, only what is ours, and nothing leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muster.content import approving, cutting, masters
from muster.launches import drafting, readiness, rehearsing, rules, staging
from muster.launches.drafting import CannotDraft
from muster.launches.models import Launch
from muster.launches.parts import masters_of
from muster.launches.standing import standing
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from muster.publishing.models import Publication
from tests.conftest import MORNING, NOON
from tests.content.conftest import candidate
from tests.launches.conftest import (
    armed,
    drawn,
    network_account,
    rehearsed,
    staged,
    taken,
    words,
)
from tests.messaging.conftest import Mailbox, run

pytestmark = pytest.mark.django_db


def test_staging_uploads_what_is_ready_once_and_what_changed_again(
    launch: Launch, ada: Member, approver: Member, neath: Place
) -> None:
    launch = staged(launch, ada)
    first = set(Publication.objects.values_list("pk", flat=True))
    assert len(first) == 4

    staging.stage(launch, by=ada, at=NOON)
    assert set(Publication.objects.values_list("pk", flat=True)) == first

    assert launch.post is not None
    other = masters.words_of(launch.post)
    changed = masters.change(
        launch.post, replace(other, body="{seat}: come along. {link}"), by=ada, at=NOON
    )
    cutting.cut(changed, launch.places(), NOON)
    with_old = readiness.problems(launch, NOON)
    assert (rules.STAGE_AGAIN, "post", 2) in words(with_old)
    approving.approve(changed, approver, NOON, NOON + timedelta(days=9))
    staging.stage(launch, by=ada, at=NOON)

    rows = Publication.objects.exclude(pk__in=first)
    assert {row.kind for row in rows} == {"post"}
    assert {row.words.split(":")[0] for row in rows} == {"Stroud", "Neath and Swansea East"}
    assert all("?s=" in row.words and "{" not in row.words for row in rows)


def test_nothing_unapproved_is_uploaded(
    party: Organisation, asked: drafting.Asked, candidates: list[Campaigner], ada: Member
) -> None:
    launch = drawn(drafting.draft(party, asked, by=ada, at=MORNING))

    with pytest.raises(staging.CannotStage, match="No post or ad is ready"):
        staging.stage(launch, by=ada, at=NOON)

    assert not Publication.objects.exists()


def test_an_armed_launch_is_not_staged_anew_nor_are_its_cuts_touched(
    launch: Launch, party: Organisation, ada: Member, dilys: Member, neath: Place
) -> None:
    launch = armed(launch, ada, dilys)
    sealed = set(launch.message.master.cuts.values_list("pk", "digest"))
    candidate(party, neath, "Rhys Bevan")

    with pytest.raises(staging.CannotStage, match="disarm it first"):
        staging.stage(launch, by=ada, at=NOON)
    drafting.renew(launch, NOON)

    assert set(launch.message.master.cuts.values_list("pk", "digest")) == sealed


def test_a_rehearsal_leaves_nothing_and_touches_nobody(
    launch: Launch, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    launch = staged(launch, ada)
    sending = rehearsing.rehearse(launch, by=ada, at=NOON, per_seat=2)
    run(sending)
    launch.refresh_from_db()

    assert rehearsing.is_rehearsed(launch)
    assert len(mailbox.mail()) == 4
    assert launch.rehearsal_batch is not None
    assert launch.rehearsal_batch.is_rehearsal
    assert launch.rehearsal_batch.publications.count() == 4
    assert launch.batch is not None
    assert launch.batch.released_at is None
    assert standing(launch).delivered == 0


def test_a_launch_is_drafted_only_with_what_is_its_own(
    party: Organisation, rivals: Organisation, asked: drafting.Asked, ada: Member, ben: Member
) -> None:
    theirs = network_account(rivals, "social")

    with pytest.raises(CannotDraft) as refused:
        drafting.draft(party, replace(asked, name=" ", social=theirs), by=ada, at=MORNING)
    assert refused.value.args == (
        "Give the launch a name, to find it by.",
        "Choose seats, page and accounts of your own organisation.",
    )
    with pytest.raises(CannotDraft, match="may not prepare launches"):
        drafting.draft(party, asked, by=ben, at=MORNING)
    assert not Launch.objects.exists()


def test_two_launches_share_neither_name_nor_masters(
    launch: Launch, party: Organisation, asked: drafting.Asked, ada: Member
) -> None:
    with pytest.raises((CannotDraft, masters.CannotWrite)):
        drafting.draft(party, asked, by=ada, at=MORNING)

    other = drafting.draft(party, replace(asked, name="Sunday"), by=ada, at=MORNING)

    assert not {m.pk for m in masters_of(launch)} & {m.pk for m in masters_of(other)}


def test_a_launch_without_ads_and_cards_is_a_launch(
    party: Organisation,
    asked: drafting.Asked,
    candidates: list[Campaigner],
    ada: Member,
    approver: Member,
    crowd: list[Person],
) -> None:
    kinds = ("email", "page")
    launch = drafting.draft(party, replace(asked, kinds=kinds), by=ada, at=MORNING)
    assert (launch.kinds, launch.ad_budget, launch.card) == (kinds, 0, None)
    for master in masters_of(launch):
        approving.approve(master, approver, MORNING, MORNING + timedelta(days=3650))

    assert armed(launch, ada, approver).sealed_at is not None


def test_standing_before_go_tells_each_items_state(launch: Launch, ada: Member) -> None:
    found = standing(launch, NOON)
    assert found.state == "drafted"
    assert {i.state for seat in found.seats for i in seat.items.values()} == {"ready"}

    launch = staging.stage(launch, by=ada, at=NOON)
    assert standing(launch, NOON).seats[0].items["post"].state == "waiting"
    taken(launch)
    readiness.forget(launch)

    found = standing(launch, NOON)
    assert found.state == "staged"
    assert found.seats[0].items["post"].state == "staged"
    assert found.seats[0].candidate == "Sian Hughes"
    assert standing(rehearsed(launch, ada), NOON).state == "rehearsed"

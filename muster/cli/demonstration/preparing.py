"""Everything before the launch is armed: written, cut, drawn, approved, staged.

A step that was cut off goes on where it was: what is there already is not made again.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from muster.actions.models import ActionPage
from muster.actions.pages import volunteer_page
from muster.cli.demonstration import cast
from muster.cli.demonstration.cast import Cast
from muster.content import approving
from muster.content.cards import drawn_of, queue_missing
from muster.launches import drafting, retrying, staging
from muster.launches.models import Launch
from muster.launches.parts import masters_of
from muster.lib.progress import Progress
from muster.lib.times import now
from muster.places import targets
from muster.places.models import Contest, Election, Party, Place, Target, TargetList
from muster.publishing import standing
from muster.publishing.models import Batch, Publication

ELECTION, PARTY = "GB-2019-notional", "Lab"
BUDGET = 2_000  # pence of made-up money a seat
LOOK = 0.25  # seconds between looks at how far it is
# Seconds in which something should have moved: an answer is waited for 60, a lost claim some more.
PATIENCE = 240
State = Publication.State
STAGED = frozenset({State.STAGED, State.RELEASING, State.LIVE})
REVIEWED = frozenset({Publication.Review.NONE, Publication.Review.PASSED})


class Stuck(Exception):
    """Nothing goes on: what was being waited for."""


def targets_of(gathered: Cast, seats: int, at: datetime) -> TargetList:
    """The best targets of May 2024 as it looked beforehand: from the 2019 notional results.

    Where more are asked for than can be won, seats that are held come along, and then those where
    the party did not stand: behind by all the winner's votes.
    """
    name = f"The {seats} best targets"
    kept = TargetList.objects.filter(organisation=gathered.organisation, name=name).first()
    if kept:
        return kept
    party, election = Party.objects.get(code=PARTY), Election.objects.get(code=ELECTION)
    wanted = targets.Inputs(swing=12.0, how_many=seats)
    winnable = sum(each.lead <= 0 for each in targets.reckon(party, election, wanted))
    with transaction.atomic():
        made = targets.choose(
            gathered.organisation,
            name=name,
            party=party,
            election=election,
            inputs=replace(wanted, with_held=winnable < seats),
            by=gathered.ada,
            at=at,
        )
        _fill_up(made, seats)
    return made


def _fill_up(made: TargetList, seats: int) -> None:
    there = made.targets.count()
    votes = Contest.objects.filter(election=made.election, valid_votes__gt=0).exclude(
        place__target__target_list=made
    )
    others = votes.annotate(most=Max("results__votes")).order_by("place__name")
    Target.objects.bulk_create(
        Target(
            target_list=made,
            place_id=contest.place_id,
            rank=rank,
            lead=-contest.most,
            swing_needed=50 * contest.most / contest.valid_votes,
            chance=0,
            gain=0,
        )
        for rank, contest in enumerate(others[: seats - there], there + 1)
    )


def launch_to(gathered: Cast, chosen: TargetList, at: datetime) -> Launch:
    """Operation Go for these seats, drafted by Ada with the starter words if it is not there."""
    organisation = gathered.organisation
    there = Launch.objects.filter(organisation=organisation, target_list=chosen).first()
    return there or drafting.draft(
        organisation,
        drafting.Asked(
            name=f"Operation Go: {chosen.name.lower()}",
            targets=chosen,
            page=page_of(gathered, at),
            email=cast.account(organisation),
            social=cast.social_account(organisation),
            ads=cast.ads_account(organisation),
            ad_budget=BUDGET,
            date=a_saturday(at.date()),
        ),
        by=gathered.ada,
        at=at,
    )


def page_of(gathered: Cast, at: datetime) -> ActionPage:
    return volunteer_page(
        gathered.organisation, cast.party(gathered.organisation), by=gathered.ada, at=at
    )


def a_saturday(today: date) -> date:
    """The Saturday after next: time enough to ring everyone who answers."""
    return today + timedelta(days=(5 - today.weekday()) % 7 + 7)


def draw(launch: Launch) -> None:
    """Have the workers draw the cards that are missing, and wait for them."""
    if launch.card is None:
        return
    card = launch.card
    done, total = drawn_of(card)
    if done < total:
        queue_missing(card)
        watch("Cards drawn", total, lambda: drawn_of(card)[0])


def approve(gathered: Cast, launch: Launch, at: datetime) -> None:
    """Cara approves each master that is not approved yet."""
    for master in masters_of(launch):
        if approving.approval_in_force(master, at) is None:
            approving.approve(master, gathered.cara, at, at + timedelta(days=7))


def stage(gathered: Cast, launch: Launch) -> Launch:
    """Posts and ads lie ready at the platform, reviewed; a refused one is handed in once more."""
    if launch.batch is None:
        launch = staging.stage(launch, by=gathered.ada, at=now())
    batch = launch.batch
    if batch is not None:
        total = len(standing.of(batch))
        watch("Posts and ads staged", total, lambda: _staged(gathered, launch, batch))
    return launch


def _staged(gathered: Cast, launch: Launch, batch: Batch) -> int:
    """How many are ready; each that its review refused is handed in again on the way."""
    rows = standing.of(batch)
    for row in rows:
        if row.state == State.FAILED:
            place = Place.objects.get(pk=row.place_id)
            if row.review != Publication.Review.REFUSED:
                raise Stuck(f"{place}, {row.kind}: {row.reason}")
            retrying.retry(launch, place, [row.kind], by=gathered.ada, at=now())
    return sum(row.state in STAGED and row.review in REVIEWED for row in rows)


def watch(label: str, total: int, done: Callable[[], int]) -> None:
    """Show how far something is until all of it is done. Raises `Stuck`."""
    if done() >= total:
        return
    with Progress(label, total) as shown:
        seen, moved = 0, time.monotonic()
        while seen < total:
            there = done()
            if there != seen:
                shown.advance(there - seen)
                seen, moved = there, time.monotonic()
            elif time.monotonic() - moved > PATIENCE:
                raise Stuck(f"{label}: {seen:,} of {total:,}, and nothing moved for {PATIENCE} s.")
            time.sleep(LOOK)

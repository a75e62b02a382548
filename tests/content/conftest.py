"""Candidates, a target list, and words to put to them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from muster.content import cards, cutting, masters, starters
from muster.content.models import Cut, Master
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Contest, Election, Party, Place, Result, Target, TargetList
from tests.conftest import MORNING

BODY = """Dear {first_name|friend},

Come and help **{candidate}** in {seat} on {date}. We are {fact:lead}.

- knock on doors
- ring people
"""


def candidate(organisation: Organisation, place: Place, name: str) -> Campaigner:
    """A candidate with a whole imprint."""
    return Campaigner.objects.create(
        organisation=organisation,
        kind="candidate",
        name=name,
        promoter="Jo Agent",
        address="2 Market Place, Stroud GL5 1AB",
        on_behalf_of=name,
        on_behalf_address="2 Market Place, Stroud GL5 1AB",
        place_code=place.code,
    )


@pytest.fixture
def stroud_candidate(party: Organisation, stroud: Place, campaigner: Campaigner) -> Campaigner:
    return candidate(party, stroud, "Sian Hughes")


@pytest.fixture
def neath_candidate(party: Organisation, neath: Place) -> Campaigner:
    return candidate(party, neath, "Megan Lloyd")


@pytest.fixture
def targets(party: Organisation, stroud: Place, neath: Place, ada: Member) -> TargetList:
    ours = Party.objects.create(code="FF", name="Fair Future")
    theirs = Party.objects.create(code="OTH", name="Others")
    election = Election.objects.create(code="test", name="The last one", held_on=date(2019, 12, 12))
    chosen = TargetList.objects.create(
        organisation=party,
        name="Best two",
        party=ours,
        election=election,
        inputs={},
        made_by=ada,
        made_at=MORNING,
    )
    for rank, place in enumerate([stroud, neath], start=1):
        contest = Contest.objects.create(election=election, place=place, valid_votes=50_000)
        Result.objects.create(contest=contest, party=ours, votes=20_000)
        Result.objects.create(contest=contest, party=theirs, votes=25_611)
        Target.objects.create(
            target_list=chosen,
            place=place,
            rank=rank,
            lead=-5_611,
            swing_needed=5.4,
            chance=0.4,
            gain=0.01,
        )
    return chosen


@pytest.fixture
def master(party: Organisation, ada: Member, targets: TargetList) -> Master:
    words = masters.Words(
        name="May",
        subject="Help {candidate} win {seat}",
        body=BODY,
        button="I can help in {seat}",
        date=date(2026, 5, 9),
        targets=targets,
    )
    return masters.write(party, words, by=ada, at=MORNING)


def master_of(
    kind: str, organisation: Organisation, by: Member, targets: TargetList, **changed: Any
) -> Master:
    """A kind's first words, or others, for the two seats."""
    words = starters.words_for(kind, targets=targets, date=date(2026, 5, 9))
    return masters.write(organisation, replace(words, **changed), by=by, at=MORNING)


@pytest.fixture
def card_master(
    party: Organisation,
    ada: Member,
    targets: TargetList,
    stroud_candidate: Campaigner,
    neath_candidate: Campaigner,
) -> Master:
    return master_of("card", party, ada, targets)


def drawn(master: Master, places: list[Place]) -> list[Cut]:
    """Cut it and draw every card of it, as the jobs would."""
    cuts = cutting.cut(master, places, MORNING)
    cards.draw_these(master.pk, [cut.pk for cut in cuts])
    return list(master.cuts.select_related("master", "place", "campaigner").order_by("pk"))

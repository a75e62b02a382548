"""Choosing the seats to fight: reckoned from an election's results, kept as a list."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from muster.journal import journal
from muster.organisations.models import Member, Organisation
from muster.places import facts, rules
from muster.places.models import Contest, Election, Party, Place, Result, Target, TargetList
from muster.places.rules import Inputs, Reckoned, Standing, Worth
from muster.places.swings import Leads, Shares, leads_at, national_shares

__all__ = [
    "CannotChoose",
    "Inputs",
    "Reckoned",
    "choose",
    "inputs_of",
    "leads_expected",
    "reckon",
    "sentence",
    "use",
]


class CannotChoose(Exception):
    """Why the list can't be made: every reason at once."""


def reckon(party: Party, election: Election, inputs: Inputs) -> list[Reckoned]:
    """Every seat the party stood in at that election, with its lead, swing, chance and gain."""
    votes = _votes(election)
    seats = Contest.objects.filter(election=election).values_list(
        "id", "place_id", "place__code", "place__name", "valid_votes"
    )
    shares = national_shares((votes[contest], valid) for contest, *_, valid in seats)
    reckoned = []
    for contest, seat_id, code, name, valid in seats:
        if at := rules.standing(votes[contest], party.code, valid):
            nationally = Shares(shares[party.code], shares.get(at.rival, 0.0))
            leads = leads_at(inputs.swing, at.shares, nationally)
            worth = rules.worth(at, inputs)
            reckoned.append(Reckoned(seat_id, code, name, at, worth, expected=leads))
    return reckoned


def _votes(election: Election) -> dict[int, list[tuple[str, int]]]:
    """(party, votes) of every candidate, by contest."""
    votes: dict[int, list[tuple[str, int]]] = defaultdict(list)
    counted = Result.objects.filter(contest__election=election)
    for contest, code, n in counted.values_list("contest_id", "party__code", "votes"):
        votes[contest].append((code, n))
    return votes


def choose(
    organisation: Organisation,
    *,
    name: str,
    party: Party,
    election: Election,
    inputs: Inputs,
    by: Member | None,
    at: datetime,
) -> TargetList:
    """Reckon, rank, and keep the seats that fit as a list of this name.

    An organisation's first list is in force at once; a later one only when someone uses it.
    Raises `CannotChoose` with every reason at once.
    """
    problems = rules.problems_with(inputs)
    if not name.strip():
        problems.append("Give the list a name.")
    if problems:
        raise CannotChoose(*problems)
    chosen = rules.choose(reckon(party, election, inputs), inputs)
    if not chosen:
        raise CannotChoose(rules.in_a_sentence([], inputs, party.name))
    with transaction.atomic():
        is_first = TargetList.objects.in_force(organisation) is None
        made = _made(organisation, name.strip(), party, election, inputs, by, at)
        if is_first:
            _put_in_force(made, by, at)
        Target.objects.bulk_create(_target(made, seat) for seat in chosen)
        journal.record(facts.TARGETS_CHOSEN, organisation, at=at, by=by, about=("targets", made.pk))
    return made


def use(target_list: TargetList, *, by: Member, at: datetime) -> None:
    """Work by this list from now on. Using the list in force again changes nothing."""
    with transaction.atomic():
        organisation = target_list.organisation
        if TargetList.objects.in_force(organisation) != target_list:
            _put_in_force(target_list, by, at)
            about = ("targets", target_list.pk)
            journal.record(facts.TARGETS_IN_USE, organisation, at=at, by=by, about=about)


def _put_in_force(target_list: TargetList, by: Member | None, at: datetime) -> None:
    target_list.chosen_by, target_list.chosen_at = by, at
    target_list.save(update_fields=["chosen_by", "chosen_at"])


def _made(
    organisation: Organisation,
    name: str,
    party: Party,
    election: Election,
    inputs: Inputs,
    by: Member | None,
    at: datetime,
) -> TargetList:
    try:
        with transaction.atomic():
            return TargetList.objects.create(
                organisation=organisation,
                name=name,
                party=party,
                election=election,
                inputs=asdict(inputs),
                made_by=by,
                made_at=at,
            )
    except IntegrityError as error:
        raise CannotChoose(f"There is a list named “{name}” already.") from error


def _target(made: TargetList, seat: Reckoned) -> Target:
    return Target(
        target_list=made,
        place_id=seat.seat_id,
        rank=seat.rank,
        lead=seat.lead,
        swing_needed=seat.worth.swing_needed,
        chance=seat.worth.chance,
        gain=seat.worth.gain,
    )


def inputs_of(made: TargetList) -> Inputs:
    """The inputs a kept list was made with."""
    return Inputs(**made.inputs)


def leads_expected(made: TargetList) -> dict[int, Leads]:
    """The lead of each of the party's seats at the list's expected swing, by the seat's id.

    Reckoned from the results as they are loaded now; the rest of a list is as it was kept.
    """
    reckoned = reckon(made.party, made.election, inputs_of(made))
    return {seat.seat_id: seat.expected for seat in reckoned if seat.expected}


def sentence(
    made: TargetList,
    among: frozenset[int] | None = None,
    leads: Mapping[int, Leads] | None = None,
) -> str:
    """A kept list in one sentence; `among`: only these seats' ids, as one member may see them.

    `leads`, where they are known, are counted too.
    """
    targets = made.targets.select_related("place")
    if among is not None:
        targets = targets.filter(place_id__in=among)
    seats = [_reckoned(t, t.place, (leads or {}).get(t.place_id)) for t in targets]
    if not seats and among is not None:
        return "None of its seats is yours."
    return rules.in_a_sentence(seats, inputs_of(made), made.party.name)


def _reckoned(target: Target, place: Place, expected: Leads | None) -> Reckoned:
    return Reckoned(
        place.pk,
        place.code,
        place.name,
        Standing(max(target.lead, 0), max(-target.lead, 0), 0),
        Worth(target.swing_needed, target.chance, target.gain),
        target.rank,
        expected,
    )

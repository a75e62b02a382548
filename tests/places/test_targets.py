"""Lists of target seats, kept."""

from datetime import timedelta

import pytest

from muster.journal.models import Fact
from muster.organisations.models import Member, Organisation
from muster.places import targets
from muster.places.models import Contest, Election, Party, Place, Result, TargetList
from muster.places.standings import latest_general, standings
from muster.places.swings import Leads
from tests.conftest import MORNING, NOON


@pytest.fixture
def labour(db: None) -> Party:
    return Party.objects.create(code="Lab", name="Labour", colour="#d50000")


@pytest.fixture
def green(db: None) -> Party:
    return Party.objects.create(code="Green", name="Green", colour="#78b82a")


@pytest.fixture
def election(stroud: Place, neath: Place, labour: Party, green: Party) -> Election:
    """Labour is 100 behind in Stroud and did not stand in Neath."""
    made = Election.objects.create(code="GB-2024", name="2024", held_on=MORNING.date())
    in_stroud = Contest.objects.create(election=made, place=stroud, valid_votes=1000)
    in_neath = Contest.objects.create(election=made, place=neath, valid_votes=500)
    Result.objects.create(contest=in_stroud, party=green, candidate="Bo", votes=550)
    Result.objects.create(contest=in_stroud, party=labour, candidate="Ann", votes=450)
    Result.objects.create(contest=in_neath, party=green, votes=500)
    return made


def choose(
    party: Organisation, labour: Party, election: Election, by: Member, name: str = "Best"
) -> TargetList:
    return targets.choose(
        party,
        name=name,
        party=labour,
        election=election,
        inputs=targets.Inputs(swing=5.0),
        by=by,
        at=NOON,
    )


def test_a_list_keeps_the_seats_the_party_stood_in_as_they_were_reckoned(
    party: Organisation, labour: Party, election: Election, ada: Member, stroud: Place
) -> None:
    made = choose(party, labour, election, ada)

    target = made.targets.get()
    assert (target.place, target.rank, target.lead) == (stroud, 1, -100)
    assert target.swing_needed == pytest.approx(5.0)
    assert target.chance == pytest.approx(0.5)
    assert targets.inputs_of(made) == targets.Inputs(swing=5.0)
    assert Fact.objects.filter(kind="targets chosen", about_id=made.pk).exists()
    assert targets.sentence(made).startswith("1 seat, Stroud (5.0 points)")


def test_the_leads_at_the_expected_swing_are_reckoned_for_a_kept_list(
    party: Organisation, labour: Party, election: Election, ada: Member, stroud: Place
) -> None:
    made = choose(party, labour, election, ada)

    leads = targets.leads_expected(made)

    # Labour: 45 of 100 here and in the country. Green: 55 here, 1,050 of 1,500 in the country.
    assert leads == {stroud.pk: Leads(pytest.approx(0), pytest.approx(50 - 55 * 65 / 70))}


def test_a_seat_organiser_is_told_of_their_own_seats_only(
    party: Organisation, labour: Party, election: Election, ada: Member, neath: Place
) -> None:
    made = choose(party, labour, election, ada)

    assert "Stroud" not in targets.sentence(made, frozenset({neath.pk}))


def test_a_name_is_taken_once(
    party: Organisation, labour: Party, election: Election, ada: Member
) -> None:
    choose(party, labour, election, ada)

    with pytest.raises(targets.CannotChoose, match="a list named “Best” already"):
        choose(party, labour, election, ada)


def test_the_first_list_is_in_force_and_a_later_one_only_when_it_is_used(
    party: Organisation, labour: Party, election: Election, ada: Member
) -> None:
    first = choose(party, labour, election, ada)
    trial = choose(party, labour, election, ada, "Trial")
    assert TargetList.objects.in_force(party) == first
    assert list(TargetList.objects.by_use(party)) == [first, trial]

    targets.use(trial, by=ada, at=NOON + timedelta(hours=1))
    targets.use(trial, by=ada, at=NOON + timedelta(hours=2))

    assert TargetList.objects.in_force(party) == trial
    assert list(TargetList.objects.by_use(party)) == [trial, first]
    assert (trial.chosen_by, trial.chosen_at) == (ada, NOON + timedelta(hours=1))
    assert Fact.objects.filter(kind="targets in use", about_id=trial.pk).count() == 1


def test_another_organisations_list_is_not_in_force_here(
    party: Organisation, rivals: Organisation, labour: Party, election: Election, ada: Member
) -> None:
    choose(party, labour, election, ada)

    assert TargetList.objects.in_force(rivals) is None


def test_every_reason_against_a_list_is_given_at_once(
    party: Organisation, labour: Party, election: Election, ada: Member
) -> None:
    with pytest.raises(targets.CannotChoose) as refusal:
        targets.choose(
            party,
            name=" ",
            party=labour,
            election=election,
            inputs=targets.Inputs(how_many=0),
            by=ada,
            at=NOON,
        )

    assert refusal.value.args == ("Choose at least one seat.", "Give the list a name.")


def test_a_list_of_no_seat_is_not_kept(
    party: Organisation, green: Party, election: Election, ada: Member
) -> None:
    with pytest.raises(targets.CannotChoose, match="No seat fits"):
        choose(party, green, election, ada)

    assert not TargetList.objects.exists()


def test_standings_say_who_won_and_by_how_much(
    election: Election, stroud: Place, neath: Place, green: Party
) -> None:
    found = standings(election)

    assert (found[stroud.pk].party, found[stroud.pk].second) == (green, "Labour")
    assert (found[stroud.pk].lead, found[stroud.pk].swing) == (100, pytest.approx(5.0))
    assert (found[neath.pk].second, found[neath.pk].swing) == ("", 50.0)


def test_a_by_election_is_not_the_latest_general_election(
    election: Election, stroud: Place, neath: Place
) -> None:
    by = Election.objects.create(code="GB-by", name="By-election", held_on=NOON.date())
    Contest.objects.create(election=by, place=stroud, valid_votes=1)
    london = Place.objects.create(code="E1", kind="seat", name="London", slug="london")
    Contest.objects.create(election=election, place=london, valid_votes=1)

    assert latest_general() == election

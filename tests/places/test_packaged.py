"""What comes with Muster is what Parliament published, whole."""

from collections import Counter

import pytest
from django.db.models import Sum

from muster.places.loading import FILES, load_file
from muster.places.models import Contest, Election, Loading, Place
from muster.places.standings import standings

SMALL = (
    "places.csv",
    "parties.csv",
    "boundaries.geojson.gz",
    "results-2019-notional.csv.gz",
    "results-2024.csv.gz",
)


@pytest.mark.django_db
def test_the_packaged_seats_and_results_are_whole() -> None:
    for name in SMALL:
        assert load_file(FILES / name).refused == (), name

    seats = Place.objects.seats()
    assert seats.count() == 650
    assert seats.filter(hex_q=None).count() == seats.filter(boundary=None).count() == 0
    assert len(set(seats.values_list("slug", flat=True))) == 650
    assert Contest.objects.filter(election__code="GB-2024").aggregate(n=Sum("valid_votes")) == {
        "n": 28_809_340
    }
    won = {
        election.code: Counter(s.party.code for s in standings(election).values())
        for election in Election.objects.all()
    }
    assert [won["GB-2024"][p] for p in ("Lab", "Con", "LD", "RUK")] == [411, 121, 72, 5]
    notional = won["GB-2019-notional"]
    assert [notional[p] for p in ("Con", "Lab", "Spk", "SNP", "LD")] == [372, 200, 1, 48, 8]


@pytest.mark.django_db
def test_every_packaged_file_says_whom_to_thank() -> None:
    for name in SMALL:
        load_file(FILES / name)

    assert not Loading.objects.filter(attribution="").exists()


@pytest.mark.django_db
def test_loading_the_packaged_seats_again_changes_nothing() -> None:
    for name in SMALL:
        load_file(FILES / name)

    assert all(load_file(FILES / name).is_known for name in SMALL)

"""The Seats and Targets pages."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from muster.lib import csv_cells
from muster.organisations.models import Organisation
from muster.people.models import Person
from muster.places.models import Contest, Election, Party, Place, Result, TargetList
from muster.web.seat_filter import Filter, read
from tests.conftest import MORNING, supporter


@pytest.fixture
def election(stroud: Place, neath: Place) -> Election:
    """Green won Stroud by 100 of 1,000; Labour won Neath by 20 of 500."""
    green = Party.objects.create(code="Green", name="Green", colour="#78b82a")
    labour = Party.objects.create(code="Lab", name="Labour", colour="#d50000")
    made = Election.objects.create(
        code="GB-2024", name="General election 2024", held_on=MORNING.date(), attribution="Thanks"
    )
    for seat, valid, first, second in (
        (stroud, 1000, (green, 550), (labour, 450)),
        (neath, 500, (labour, 260), (green, 240)),
    ):
        contest = Contest.objects.create(election=made, place=seat, valid_votes=valid)
        for party, votes in (first, second):
            Result.objects.create(contest=contest, party=party, votes=votes)
    return made


def rows(client: Client, query: str = "") -> str:
    """The table as the page answers htmx: without the frame."""
    answer = client.get(f"/seats/{query}", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode().split("<tbody>")[-1]


def test_the_seats_page_answers_in_a_sentence(as_ada: Client, election: Election) -> None:
    words = " ".join(as_ada.get("/seats/").content.decode().split())

    assert "<b>2</b> seats: " in words
    assert "Green won 1</a>" in words
    assert "Thanks" in words


@pytest.mark.parametrize(
    ("query", "stays", "goes"),
    [
        ("?q=stro", "Stroud", "Neath"),
        ("?party=Lab", "Neath", "Stroud"),
        ("?within=3", "Neath", "Stroud"),
        ("?pick=E14001530", "Stroud", "Neath"),
    ],
)
def test_the_table_follows_the_filter(
    as_ada: Client, election: Election, query: str, stays: str, goes: str
) -> None:
    table = rows(as_ada, query)

    assert stays in table
    assert goes not in table


def test_the_legend_counts_the_seats_that_fit(as_ada: Client, election: Election) -> None:
    legend = as_ada.get("/seats/?q=stro&party=Lab").context["legend"]

    assert [(key.name, key.number) for key in legend] == [("Green", 1)]


def test_a_region_holds_the_seats_beneath_it_and_its_nation(
    as_ada: Client, election: Election, stroud: Place, england: Place
) -> None:
    west = Place.objects.create(
        code="E12000009", kind="region", name="South West", slug="sw", parent=england
    )
    Place.objects.filter(pk=stroud.pk).update(parent=west)

    assert "Neath" not in rows(as_ada, "?region=E12000009")
    assert "Stroud" in rows(as_ada, f"?region={england.code}")


def test_the_table_sorts_both_ways(as_ada: Client, election: Election) -> None:
    smallest, largest = rows(as_ada, "?sort=lead"), rows(as_ada, "?sort=-lead")

    assert smallest.index("Neath") < smallest.index("Stroud")
    assert largest.index("Stroud") < largest.index("Neath")


def test_nonsense_in_the_address_is_left_out(as_ada: Client, election: Election) -> None:
    query = "?within=lots&sort=weight&shade=mood&list=&pick=,,&party=%00&region=x'y"

    assert as_ada.get(f"/seats/{query}").status_code == 200


def test_a_seat_organisers_map_shows_only_their_seat_in_colour(
    as_ben: Client, election: Election, cleo: Person, party: Organisation, neath: Place
) -> None:
    supporter(party, "Nia", "Rees", neath)

    page = as_ben.get("/seats/").content.decode()

    assert 'href="/seats/stroud"' in page
    assert "/seats/neath" not in page
    assert "Neath and Swansea East: outside your seats" in page
    assert "<b>1</b> of our supporters" in page


@pytest.mark.parametrize("shade", ["party", "lead", "chance", "supporters"])
def test_the_map_can_be_shaded_by_any_figure(
    as_ada: Client, election: Election, shade: str
) -> None:
    assert 'class="hexmap"' in as_ada.get(f"/seats/?shade={shade}").content.decode()


def test_a_seats_page_says_how_it_stands(as_ada: Client, election: Election, cleo: Person) -> None:
    page = as_ada.get("/seats/stroud").content.decode()

    assert "Green lead of 100 over Labour; a swing of 5.0 points takes it." in page
    assert "1 supporter" in page


def test_a_seat_without_results_has_a_page_too(as_ada: Client, neath: Place) -> None:
    assert "No result is loaded" in as_ada.get("/seats/neath").content.decode()


FORM = {
    "name": "Hopes",
    "swing": "5",
    "rank_by": "gain",
    "national": "1.5",
    "local": "3",
    "votes_per_hour": "0.2",
}


def form(election: Election, **changes: str) -> dict[str, object]:
    labour = Party.objects.get(code="Lab")
    return FORM | {"party": labour.pk, "election": election.pk} | changes


def test_the_form_counts_before_anything_is_kept(as_ada: Client, election: Election) -> None:
    page = as_ada.get("/targets/preview", form(election)).content.decode()

    assert "1 seat, Stroud (5.0 points)" in page
    assert "Keep 1 seat</button>" in page
    assert not TargetList.objects.exists()


def test_a_list_is_made_shown_and_downloaded(as_ada: Client, election: Election) -> None:
    answer = as_ada.post("/targets/make", form(election))

    kept = TargetList.objects.get()
    assert answer["Location"] == f"/targets/{kept.pk}"
    page = as_ada.get(answer["Location"]).content.decode()
    assert "1 seat, Stroud (5.0 points)" in page
    assert 'data-label="Lead at the expected swing, proportional">-0.02<' in page
    lines = as_ada.get(f"/targets/{kept.pk}.csv").content.decode().splitlines()
    assert lines[0].startswith("\ufeffrank,code,seat,lead")
    assert lines[0].endswith(",lead_points_uniform_swing,lead_points_proportional_swing")
    assert lines[1].startswith("1,E14001530,Stroud,-100,5.0,0.5,")
    assert lines[1].endswith(",0.0,-0.02")


def test_a_seat_whose_result_is_gone_shows_no_lead(as_ada: Client, election: Election) -> None:
    page = as_ada.post("/targets/make", form(election))["Location"]
    Contest.objects.all().delete()

    assert 'expected swing, proportional"></td>' in as_ada.get(page).content.decode()
    assert as_ada.get(f"{page}.csv").content.decode().splitlines()[1].endswith(",,")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"swing": "60"}, "The expected swing is between -50 and 50 points."),
        ({"name": ""}, "Give the list a name."),
        ({"swing": "much"}, "Enter a number."),
        ({"chance_from": "90", "chance_to": "10"}, "The lower chance is above the higher one."),
        ({"swing": "nan"}, "Enter a number."),
    ],
)
def test_a_form_that_makes_no_sense_says_so_and_keeps_nothing(
    as_ada: Client, election: Election, change: dict[str, str], words: str
) -> None:
    answer = as_ada.post("/targets/make", form(election, **change))

    assert words in answer.content.decode()
    assert not TargetList.objects.exists()


def test_a_trial_list_takes_over_only_when_it_is_used(as_ada: Client, election: Election) -> None:
    green = str(Party.objects.get(code="Green").pk)
    as_ada.post("/targets/make", form(election))
    as_ada.post("/targets/make", form(election, name="Trial", party=green))
    first, trial = TargetList.objects.order_by("pk")
    before = as_ada.get("/seats/stroud").content.decode()
    assert f"/targets/{first.pk}" in before
    assert as_ada.get("/seats/neath").context["target"] is None
    assert "Use as our targets" not in as_ada.get(f"/targets/{first.pk}").content.decode()
    assert "Use as our targets" in as_ada.get(f"/targets/{trial.pk}").content.decode()

    as_ada.post(f"/targets/{trial.pk}/use")

    assert as_ada.get("/seats/neath").context["target"].target_list == trial
    assert as_ada.get("/seats/stroud").context["target"] is None
    assert as_ada.get("/seats/?shade=chance").context["targets"] == trial
    assert as_ada.get("/targets/").content.decode().count(">In use</span>") == 1
    assert as_ada.get("/targets/make").context["form"]["party"].initial == trial.party


def test_a_seat_organiser_makes_no_list(as_ben: Client, election: Election) -> None:
    assert as_ben.post("/targets/make", form(election)).status_code == 403


@given(
    st.builds(
        Filter,
        q=st.text("abc é&=?", max_size=8).map(str.strip),
        region=st.sampled_from(["", "E12000009"]),
        party=st.sampled_from(["", "Lab", "Meb Ker"]),
        list=st.one_of(st.none(), st.integers(1, 999)),
        within=st.sampled_from([None, 1.0, 2.5]),
        pick=st.lists(st.sampled_from(["E1", "W2"])).map(tuple),
        shade=st.sampled_from(["party", "lead"]),
        sort=st.sampled_from(["", "lead", "-lead"]),
        all=st.booleans(),
    )
)
def test_the_address_holds_the_whole_filter(asked: Filter) -> None:
    from django.http import QueryDict

    assert read(QueryDict(asked.address()[1:])) == asked


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Stroud", "Stroud"),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ('Ann "Bo", Co', '"Ann ""Bo"", Co"'),
        (-5, "-5"),
        (None, ""),
        ("-5", "'-5"),
        ("\tx", "'\tx"),
    ],
)
def test_a_spreadsheet_runs_no_cell(value: object, cell: str) -> None:
    assert csv_cells.cell(value) == cell

"""Taking in files: what goes in, what is refused and why, and what is left as it was."""

import gzip
from pathlib import Path

import pytest

from muster.places.loading import CannotLoad, load_file
from muster.places.models import (
    Contest,
    Election,
    Loading,
    Party,
    Place,
    Postcode,
    RefusedRow,
    Result,
)
from tests.places.conftest import Write

Seats = tuple[Place, Place]
ABOUT = "# election: GB-2030\n# name: General election 2030\n# held on: 2030-05-02\n"
HEADER = "seat,party_code,party,candidate,votes,valid_votes,electorate,turnout_pct,majority\n"
STROUD = (
    "E14001530,Lab,Labour,Ann Hill,200,300,500,60.0,100\n"
    "E14001530,Green,Green,Bo Dale,100,300,500,60.0,100\n"
)
NEATH = "W07000100,Lab,Labour,Cai Rees,70,70,100,70.0,70\n"


def test_an_election_goes_in_seat_by_seat(write: Write, two_seats: Seats) -> None:
    loaded = load_file(write("may.csv", ABOUT + HEADER + STROUD + NEATH))

    assert (loaded.kind, loaded.rows, loaded.changed, loaded.refused) == ("results", 3, 2, ())
    assert Election.objects.get().name == "General election 2030"
    assert sorted(Result.objects.values_list("party__code", "votes")) == [
        ("Green", 100),
        ("Lab", 70),
        ("Lab", 200),
    ]


def test_a_seat_that_contradicts_itself_is_refused_and_the_rest_goes_in(
    write: Write, two_seats: Seats
) -> None:
    loaded = load_file(
        write("may.csv", ABOUT + HEADER + STROUD + NEATH.replace(",70,70", ",70,71"))
    )

    assert Contest.objects.get().place == two_seats[0]
    assert loaded.refused[0][0] == 7
    assert "The votes add to 70, but valid_votes says 71." in loaded.refused[0][2]
    kept = RefusedRow.objects.get()
    assert (kept.line, kept.loading.name) == (7, "may.csv")
    assert "Cai Rees" in kept.text


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "E14001530,Lab,Labour,Ann,many,300,500,60.0,100\n",
            "votes is “many”, not a whole number.",
        ),
        ("E14001530,Lab,Labour,Ann,-5,300,500,60.0,100\n", "votes is “-5”"),
        ("E14001530,Lab,Labour\n", "It has 3 cells where the header has 9."),
        ("E99999999,Lab,Labour,Ann,300,300,500,60.0,300\n", "No seat has the code E99999999"),
        (STROUD.replace("100,300", "100,299"), "gives other totals"),
        (STROUD.replace("Green,Green,Bo Dale", "Lab,Labour,Ann Hill"), "Ann Hill is there twice"),
    ],
)
def test_a_row_that_cannot_be_true_says_why(
    write: Write, two_seats: Seats, row: str, reason: str
) -> None:
    loaded = load_file(write("may.csv", ABOUT + HEADER + NEATH + row))

    assert reason in loaded.refused[0][2]
    assert Contest.objects.get().place == two_seats[1]


def test_the_same_file_twice_changes_nothing(write: Write, two_seats: Seats) -> None:
    path = write("may.csv", ABOUT + HEADER + STROUD)
    load_file(path)
    before = list(Result.objects.values_list("pk", flat=True))

    again = load_file(path)

    assert again.is_known
    assert list(Result.objects.values_list("pk", flat=True)) == before
    assert Loading.objects.count() == 1


def test_a_corrected_file_corrects_and_the_first_one_puts_it_back(
    write: Write, two_seats: Seats
) -> None:
    first = write("may.csv", ABOUT + HEADER + STROUD + NEATH)
    corrected = write("may2.csv", ABOUT + HEADER + STROUD.replace("Ann Hill", "Anne Hill") + NEATH)
    load_file(first)

    loaded = load_file(corrected)

    assert loaded.changed == 1
    assert Result.objects.filter(candidate="Anne Hill").exists()
    assert Contest.objects.count() == 2
    load_file(first)
    assert Result.objects.filter(candidate="Ann Hill").exists()


def test_a_correction_that_contradicts_itself_leaves_the_seat_as_it_was(
    write: Write, two_seats: Seats
) -> None:
    load_file(write("may.csv", ABOUT + HEADER + STROUD + NEATH))

    load_file(write("bad.csv", ABOUT + HEADER + STROUD.replace("Hill,200", "Hill,900") + NEATH))

    assert Result.objects.get(candidate="Ann Hill").votes == 200


def test_the_statistics_offices_own_column_names_are_understood(
    write: Write, two_seats: Seats
) -> None:
    path = write(
        "by.csv",
        "date,gss_code,name,party,party_abbrev,candidate_first_name,candidate_surname,votes,"
        "electorate,valid_votes\n2031-06-05,E14001530,Stroud,Labour,Lab,Ann,Hill,200,500,200\n",
    )

    load_file(path)

    assert Election.objects.get().name == "By-elections of 5 June 2031"
    assert Result.objects.get().candidate == "Ann Hill"


def test_a_row_for_each_seat_with_votes_across_is_understood(
    write: Write, two_seats: Seats
) -> None:
    Party.objects.create(code="LD", name="Liberal Democrat")
    path = write(
        "wide.csv",
        "gss_code,name,electorate,valid_votes,invalid_votes,majority,votes_ld,votes_con,votes_other\n"
        "E14001530,Stroud,500,300,2,50,150,100,50\n"
        "W07000100,Neath,500,300,2,51,150,100,50\n",
    )

    loaded = load_file(path, says={"election": "GB-2031", "held on": "2031-05-01"})

    assert [line for line, _, _ in loaded.refused] == [3]
    assert Result.objects.get(party__code="LD").votes == 150


COUNTRY = """# country: FR
# attribution: Made up for this test
code,kind,name,parent,name_local,type,electorate,hex_q,hex_r
FR,country,France,,,,,,
FR-A,region,Auvergne,FR,,,,,
FR-01,seat,Ain 1,FR-A,,,81000,0,0
FR-02,seat,Ain 2,FR-A,,,many,1,0
FR-03,seat,Ain 3,FR-Z,,,81000,1,1
FR-01,seat,Ain again,FR-A,,,1,2,0
FR-05,parish,Ain 5,FR-A,,,81000,1,1
FR-06,seat,,FR-A,,,81000,1,2
FR-W1,ward,,FR-01,,,,,
"""


@pytest.mark.django_db
def test_another_country_goes_in_with_its_tree(write: Write) -> None:
    loaded = load_file(write("fr.csv", COUNTRY))

    ain = Place.objects.get(code="FR-01")
    assert (ain.parent.parent.name, ain.country, ain.electorate) == ("France", "FR", 81000)
    assert Place.objects.get(code="FR-W1").name == "FR-W1"
    assert [(line, reason.split(".")[0]) for line, _, reason in loaded.refused] == [
        (10, "“parish” is no kind of place: country, nation, region, seat, ward"),
        (7, "electorate is “many”, not a whole number"),
        (8, "Its parent FR-Z isn't known"),
        (9, "FR-01 is in the file twice"),
        (11, "It has no name"),
    ]


@pytest.mark.django_db
def test_outlines_are_given_to_known_places(write: Write) -> None:
    load_file(write("fr.csv", COUNTRY))
    shape = '{"type":"Polygon","coordinates":[[[1,2],[2,2],[2,3],[1,2]]]}'
    path = write(
        "fr.geojson",
        '{"type":"FeatureCollection","country":"FR","features":['
        f'{{"id":"FR-01","geometry":{shape}}},{{"id":"FR-99","geometry":{shape}}}]}}',
    )

    loaded = load_file(path)

    assert loaded.changed == 1
    assert loaded.refused[0][2] == "No place has the code FR-99."
    assert Place.objects.get(code="FR-01").boundary["type"] == "Polygon"


def test_postcodes_go_in_and_a_correction_changes_only_itself(
    write: Write, two_seats: Seats
) -> None:
    stroud, neath = two_seats
    head = "postcode,seat,ward\n"
    first = write("pc.csv", f"{head}GL51AA,E14001530,\nGL51AB,E14001530,\nZE11ZZ,,\n")

    assert load_file(first).changed == 3
    loaded = load_file(write("pc2.csv", f"{head}GL51AB,W07000100,\nGL51AA,E14001530,\nSA11AA,,\n"))

    assert loaded.changed == 2
    seats = dict(Postcode.objects.values_list("code", "seat_id"))
    assert seats == {"GL51AA": stroud.pk, "GL51AB": neath.pk, "ZE11ZZ": None, "SA11AA": None}


def test_a_postcode_that_contradicts_itself_is_refused(write: Write, two_seats: Seats) -> None:
    loaded = load_file(
        write(
            "pc.csv",
            'postcode,seat,ward\n"GL5 1AA",E14001530,\ngl51aa,W07000100,\n'
            "GL5!!,E14001530,\nGL52AA,E999,\nGL53AA,E14001530,\n",
        )
    )

    assert [(line, reason) for line, _, reason in loaded.refused] == [
        (3, "GL51AA is in the file twice."),
        (4, "“GL5!!” isn't a postcode."),
        (5, "No seat has the code E999."),
    ]
    assert sorted(Postcode.objects.values_list("code", flat=True)) == ["GL51AA", "GL53AA"]


WHOLE = (ABOUT + HEADER + STROUD).encode()


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("empty.csv", b"", "empty.csv is empty."),
        ("head.csv", (ABOUT + HEADER).encode(), "head.csv has a header, but no rows."),
        ("about.csv", ABOUT.encode(), "about.csv has no header and no rows."),
        ("latin.csv", WHOLE.replace(b"Ann", b"Ann\xe9"), "latin.csv, line 5 isn't UTF-8."),
        ("wide.csv", WHOLE.decode().encode("utf-16"), "wide.csv is in UTF-16."),
        ("bytes.csv", b"PK\x03\x04\0\0\0", "bytes.csv isn't a CSV file"),
        ("cut.csv.gz", gzip.compress(WHOLE)[:-12], "cut.csv.gz is cut off or damaged"),
        ("odd.csv", b"a,b\n1,2\n", "odd.csv has no header we know"),
        ("short.csv", b"seat,votes\nE1,2\n", "these columns are missing: party_code"),
        ("quote.csv", WHOLE + b'E14,"Lab', "quote.csv, line 7: the row can't be read"),
        ("day.csv", WHOLE.replace(b"2030-05-02", b"soon"), "doesn't say when it was"),
        ("code.csv", WHOLE.replace(b"# election", b"# vote"), "doesn't say which election"),
        ("none.csv", WHOLE.replace(b"E14001530", b"E1"), "every row was refused. Line 5: No seat"),
        ("not.geojson", b"[]", "not.geojson isn't GeoJSON"),
    ],
)
def test_a_file_that_cannot_be_taken_in_says_so_and_changes_nothing(
    write: Write, two_seats: Seats, name: str, raw: bytes, reason: str
) -> None:
    with pytest.raises(CannotLoad) as refusal:
        load_file(write(name, raw))

    assert reason in str(refusal.value)
    assert not Election.objects.exists()
    assert not Result.objects.exists()
    assert not Loading.objects.exists()


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotLoad, match="can't be opened"):
        load_file(tmp_path / "nothing.csv")


HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "load-places.md"


def example(name: str) -> str:
    """The file of this name as the how-to prints it."""
    text = HOW_TO.read_text().split(f"`{name}`\n\n")[1].split("\n\n")[0]
    return "\n".join(line.removeprefix("    ") for line in text.splitlines()) + "\n"


@pytest.mark.django_db
def test_the_how_tos_own_example_loads_as_it_says(write: Write) -> None:
    told = [
        load_file(write(name, example(name))).words
        for name in ("lilliput.csv", "lilliput-1726.csv")
    ]

    for words in told:
        assert words in HOW_TO.read_text()
    assert set(RefusedRow.objects.values_list("line", flat=True)) == {8, 9}

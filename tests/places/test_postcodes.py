"""The book of postcodes, and its honest answers."""

import gzip
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.places import postcodes
from muster.places.book import PostcodeBook, Seat, bind
from muster.places.loading import FILES
from muster.places.models import Place, Postcode

Fill = Callable[[Mapping[str, Place | None]], None]
AT = {"GL51AA": 1, "GL51AB": 2, "ZE1ZZ": None}


def book(entries: Mapping[str, int | None]) -> PostcodeBook:
    ordered = sorted(entries, key=lambda code: (len(code), code))
    seats = [
        Seat(n, f"E{n}", f"Seat {n}", f"seat-{n}") for n in sorted(set(entries.values()) - {None})
    ]
    return PostcodeBook(bind(((code, entries[code], None) for code in ordered), seats))


def test_a_postcode_is_in_its_seat(postcode_book: Fill, stroud: Place) -> None:
    postcode_book({"GL51AA": stroud})

    found = postcodes.find("gl5 1aa")

    assert (found.kind, found.postcode, found.seat_id) == ("found", "GL5 1AA", stroud.pk)
    assert found.words == "GL5 1AA is in Stroud."


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ("GL5 9ZZ", "unknown", "We don't know GL5 9ZZ."),
        ("ZZ99 9ZZ", "unknown", "We don't know ZZ99 9ZZ."),
        ("hello", "malformed", "isn't a postcode"),
        ("", "malformed", "No postcode was given."),
        ("GL5", "malformed", "only the first half"),
        ("GL5 2BB", "seatless", "a real postcode, but the list gives it no seat"),
        ("bt1 5gs", "northern_ireland", "is in Northern Ireland"),
        ("JE2 3AB", "unknown", "isn't in the United Kingdom"),
    ],
)
def test_each_kind_of_nothing_has_an_answer_of_its_own(
    postcode_book: Fill, stroud: Place, typed: str, kind: str, words: str
) -> None:
    postcode_book({"GL51AA": stroud, "GL52BB": None})

    found = postcodes.find(typed)

    assert found.kind == kind
    assert found.seat_id is None
    assert words in found.words


def test_a_book_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="out of order"):
        bind([("GL51AB", None, None), ("GL51AA", None, None)], [])


@given(
    st.dictionaries(
        st.text(st.sampled_from("ABCXYZ0123456789"), min_size=1, max_size=7),
        st.one_of(st.none(), st.integers(1, 5)),
    )
)
def test_a_book_holds_exactly_what_was_bound(entries: dict[str, int | None]) -> None:
    bound = book(entries)

    assert len(bound) == len(entries)
    for code, seat in entries.items():
        entry = bound.get(code)
        assert entry is not None
        assert (entry.seat.id if entry.seat else None) == seat
    assert bound.get("NOTHERE") is None


@pytest.mark.django_db(transaction=True)
def test_the_book_follows_the_table(settings: object, tmp_path: Path) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    postcodes.use(None)
    seat = Place.objects.create(code="E14000001", kind="seat", name="Ashby", slug="ashby")
    Postcode.objects.create(code="LE651AA", seat=seat)
    try:
        assert len(postcodes.open_book()) == 1
        assert postcodes.find("LE65 1AA").words == "LE65 1AA is in Ashby."
        assert list((tmp_path / "postcodes").glob("*.book"))
    finally:
        postcodes.use(None)


def test_every_real_postcode_of_a_sample_is_found_however_it_is_typed() -> None:
    with gzip.open(FILES / "postcodes.csv.gz", "rt", encoding="utf-8") as file:
        lines = [line.rstrip("\n").split(",") for line in file if not line.startswith("#")][1:]
    assert len(lines) == 1_734_274
    assert sum(not seat for _, seat, _ in lines) == 868
    chosen = random.Random(7).sample(lines, 5_000)
    codes = {seat: n for n, seat in enumerate(sorted({s for _, s, _ in chosen if s}), 1)}
    known = {code: codes.get(seat) for code, seat, _ in chosen}
    postcodes.use(book(known), pinned=True)
    try:
        for code, seat in known.items():
            typed = (
                f" {code[:-3].lower()}  {code[-3].replace('0', 'o').replace('1', 'i')}{code[-2:]}"
            )
            found = postcodes.find(typed)
            assert found.seat_id == seat, (typed, found)
            assert found.kind == ("found" if seat else "seatless")
    finally:
        postcodes.use(None)

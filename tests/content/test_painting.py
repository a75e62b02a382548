"""A card can be read by everyone, whatever its seat and its candidate are called."""

import csv
import io
import time
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from muster import places
from muster.content.cards.fonts import missing
from muster.content.cards.painting import Drawn, paint
from muster.lib.colour import contrast
from tests.content.cards import HEXES, card

SIZES = {"square": (1080, 1080), "story": (1080, 1920)}
FORMATS = list(SIZES)
LONG_NAME = "Angharad Gwenllïan Llŷr-Williams ap Rhŷs o Ynys Gŵyl a Môn ê"


def roles(drawn: Drawn) -> dict[str, dict[str, object]]:
    return {part["role"]: part for part in drawn.drawn if "role" in part}


def problems(drawn: Drawn) -> list[str]:
    return [part["problem"] for part in drawn.drawn if "problem" in part]


def opened(drawn: Drawn) -> Image.Image:
    return Image.open(io.BytesIO(drawn.jpeg)).convert("RGB")


@pytest.mark.parametrize("format", FORMATS)
def test_a_card_is_a_jpeg_of_its_formats_size(format: str) -> None:
    picture = Image.open(io.BytesIO(paint(card(), format, HEXES).jpeg))

    assert (picture.format, picture.size) == ("JPEG", SIZES[format])


@pytest.mark.parametrize("format", FORMATS)
def test_the_imprint_is_burned_in_whole_and_large_enough(format: str) -> None:
    words = card()

    mark = roles(paint(words, format, HEXES))["imprint"]

    assert mark["words"] == words["imprint"]
    assert mark["px"] >= 22  # type: ignore[operator]
    assert mark["contrast"] >= 4.5  # type: ignore[operator]


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_said_to_be_drawn_is_in_the_picture(format: str) -> None:
    with_it = opened(paint(card(), format, HEXES))

    for role in ("imprint", "headline", "call", "candidate", "seat"):
        without = opened(paint(card(**{role: " "}), format, HEXES))
        assert ImageChops.difference(with_it, without).getbbox() is not None, role


def test_every_seat_of_the_country_fits_both_formats() -> None:
    file = Path(places.__path__[0]) / "files" / "places.csv"
    lines = (line for line in file.read_text().splitlines() if not line.startswith("#"))
    names = [row for row in csv.DictReader(lines) if row["kind"] == "seat"]
    longest = sorted(names, key=lambda row: len(row["name"] + row["name_local"]))[-8:]
    words = sorted(names, key=lambda row: max(map(len, row["name"].split())))[-8:]

    for row in [*longest, *words]:
        local = row["name_local"] if row["name_local"] != row["name"] else ""
        for format in FORMATS:
            drawn = paint(card(row["name"], "Siân Hughes", local=local), format, HEXES)
            assert problems(drawn) == [], row["name"]
    assert len(names) == 650


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "seat", ["Inverness, Skye and West Ross-shire", "Neath", "Ynys Môn", "Caerfyrddin"]
)
def test_names_long_and_short_fit_with_a_candidate_of_sixty_letters(seat: str, format: str) -> None:
    drawn = paint(card(seat, LONG_NAME), format, HEXES)

    assert len(LONG_NAME) == 60
    assert problems(drawn) == []
    assert roles(drawn)["seat"]["words"] == seat


def test_a_short_name_stands_larger_than_a_long_one() -> None:
    short = roles(paint(card("Neath"), "square", HEXES))["seat"]["px"]
    long = roles(paint(card("Inverness, Skye and West Ross-shire"), "square", HEXES))["seat"]["px"]

    assert short > long >= 56  # type: ignore[operator]


def test_the_font_has_every_letter_of_our_languages() -> None:
    assert (
        missing("ŴŵŶŷÂâÊêÎîÔôÛûÀàÈèÌìÒòÙùÁáÉéÍíÓóÚúÄäËëÏïÖöÜüÇçÑñŁłŠšŽžĆćŃńŚśŹźŻżĄąĘę’“”–—…£€")
        == []
    )


def test_a_letter_the_font_lacks_is_told_and_nothing_is_drawn() -> None:
    drawn = paint(card(candidate="道子"), "square", HEXES)

    assert drawn.jpeg == b""
    assert problems(drawn) == ["The card's letters lack “道子”"]


@pytest.mark.parametrize(
    ("role", "words", "said"),
    [
        ("headline", "word " * 60, "The headline is too long to be read on the card"),
        ("candidate", "X" * 60, "The candidate's name is too long to be read on the card"),
        ("call", "word " * 30, "The call is too long to be read on the card"),
        ("imprint", "A long address, " * 40, "The imprint is too long to be read on the card"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_never_drawn(role: str, words: str, said: str) -> None:
    drawn = paint(card(**{role: words}), "square", HEXES)

    assert drawn.jpeg == b""
    assert problems(drawn) == [said]


@pytest.mark.parametrize("design", ["colour", "paper"])
@pytest.mark.parametrize(
    "accent", ["#b8123f", "#ffd000", "#000000", "#ffffff", "#777777", "#00b140"]
)
def test_whatever_its_colour_every_word_stands_out(accent: str, design: str) -> None:
    for format in FORMATS:
        drawn = paint(card(accent=accent, design=design), format, HEXES)
        weak = {role: part["contrast"] for role, part in roles(drawn).items()}
        assert min(weak.values()) >= 4.5, weak  # type: ignore[type-var]


def test_the_contrast_told_is_that_of_the_picture() -> None:
    drawn = paint(card(design="paper"), "square", HEXES)
    picture = opened(drawn)

    # The foot's own pixels: nearly all ground, and the lightest of them ink.
    pixels = [picture.getpixel((x, y)) for x in range(64, 600, 2) for y in range(970, 1060, 2)]
    tones = sorted({"#" + "".join(f"{part:02x}" for part in p) for p in pixels})  # type: ignore[union-attr]
    measured = contrast(tones[0], tones[-1])

    assert measured == pytest.approx(roles(drawn)["imprint"]["contrast"], rel=0.15)


def test_a_whole_essay_is_refused_at_once() -> None:
    began = time.process_time()

    drawn = paint(card(line="word " * 40_000, imprint="An address, " * 2_000), "story", HEXES)

    assert time.process_time() - began < 3
    assert problems(drawn) == [
        "The line beneath the headline is too long to be read on the card",
        "The imprint is too long to be read on the card",
    ]


def test_a_real_campaign_carries_no_mark() -> None:
    assert "mark" in roles(paint(card(), "square", HEXES))
    assert "mark" not in roles(paint(card(is_demonstration=False), "square", HEXES))


def test_each_seat_is_lit_where_it_lies() -> None:
    here = opened(paint(card(hex=[9, 12]), "square", HEXES))
    there = opened(paint(card(hex=[30, 3]), "square", HEXES))
    nowhere = opened(paint(card(hex=[None, None]), "square", HEXES))

    difference = ImageChops.difference(here, there).convert("L").point(lambda p: 255 * (p > 60))
    left, _, _, bottom = difference.getbbox() or (0, 0, 0, 0)
    assert left > 640, "only the map differs"
    assert bottom < 640
    assert ImageChops.difference(here, nowhere).getbbox() is not None


def test_the_same_words_give_the_same_bytes() -> None:
    assert paint(card(), "story", HEXES).jpeg == paint(card(), "story", HEXES).jpeg


def test_words_from_outside_are_only_words() -> None:
    hostile = "<svg onload='x'>&amp;{{link}}"

    drawn = paint(card(headline=hostile), "square", HEXES)

    assert roles(drawn)["headline"]["words"] == hostile

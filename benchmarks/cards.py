"""Cards of every seat, both formats, beside encoding the same pictures as JPEG and nothing else.

One core, in processor time: what is measured is work, whoever else is busy on the machine. The
limit encodes the very images that were drawn, with the same settings.
"""

import time
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run

CARDS = Benchmark(
    "cards",
    "cards a second on one core, square and tall, against encoding them as JPEG alone",
    unit="cards/s",
    target=0.5,
)
SEATS = 60
"""With --full all 650."""
FORMATS = ("square", "story")
HELD = 40
"""So many pictures are held in memory at once for the limit."""


def measure(full: bool) -> Outcome:
    from muster.content.cards import hexes
    from muster.content.cards.painting import paint
    from muster.places import loading
    from muster.places.models import Place

    loading.load_packaged()
    where = hexes()
    seats = list(Place.objects.seats().order_by("code"))
    seats = seats if full else seats[:: len(seats) // SEATS]
    both = [(_card(seat), format, where) for seat in seats for format in FORMATS]
    for each in both[: len(FORMATS)]:
        paint(*each)  # ground and map, drawn once for all
    drawing, encoding, size = 0.0, 0.0, 0
    for start in range(0, len(both), HELD):
        took, limit, written = _measured(both[start : start + HELD])
        drawing, encoding, size = drawing + took, encoding + limit, size + written
    return Outcome(
        figure=len(both) / drawing,
        limit=len(both) / encoding,
        ran=f"{len(both):,} cards of {len(seats)} seats, one core, quality 88 without thinning",
        notes={"kilobytes_each": round(size / len(both) / 1024, 1)},
    )


def _measured(cards: list[Any]) -> tuple[float, float, int]:
    """Seconds of drawing these cards, of encoding them alone, and how many bytes they have."""
    from muster.content.cards.painting import composed, encoded, paint

    began = time.process_time()
    drawn = [paint(*each).jpeg for each in cards]
    drawing = time.process_time() - began
    images = [composed(*each).image.copy() for each in cards]
    began = time.process_time()
    alone = [encoded(image) for image in images]
    encoding = time.process_time() - began
    assert alone == drawn, "not the same pictures"
    return drawing, encoding, sum(map(len, drawn))


def _card(seat: Any) -> dict[str, Any]:
    office = "Demonstration House, 1 Example Street, London"
    local = seat.name_local if seat.name_local != seat.name else ""
    return {
        "seat": seat.name,
        "local": local,
        "candidate": f"Siân O'Brien-{seat.name.split()[-1]}",
        "headline": "Two hours. Two by two. Tea at the end.",
        "line": f"{seat.electorate or 0:,} of us vote in {seat.name}. Most were never asked.",
        "date": "Saturday 26 September",
        "call": "Come along",
        "imprint": f"Promoted by R. Okafor, {office}, on behalf of Siân O'Brien, {office}.",
        "organisation": "Fair Future",
        "accent": "#b8123f",
        "design": "colour",
        "is_demonstration": True,
        "hex": [seat.hex_q, seat.hex_r],
    }


if __name__ == "__main__":
    run(CARDS, measure)

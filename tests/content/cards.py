"""Cards to draw in tests: the words of one, and a country of a few seats."""

from typing import Any

HEXES = tuple((q, r) for q in range(0, 34, 3) for r in range(0, 44, 3))
OFFICE = "Demonstration House, 1 Example Street, London"


def card(seat: str = "Stroud", candidate: str = "Sian Hughes", **more: Any) -> dict[str, Any]:
    """All that a card is drawn from, as its cut would say it."""
    imprint = f"Promoted by R. Okafor, {OFFICE}, on behalf of {candidate}, {OFFICE}."
    return {
        "seat": seat,
        "local": "",
        "candidate": candidate,
        "headline": f"Give {seat} one Saturday morning",
        "line": "Two hours, two by two, with tea at the end. It need not be your first time.",
        "date": "Saturday 26 September",
        "call": "I can help",
        "imprint": imprint,
        "organisation": "Fair Future",
        "accent": "#b8123f",
        "design": "colour",
        "is_demonstration": True,
        "hex": [9, 12],
    } | more

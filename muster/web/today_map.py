"""Today's map: the target seats, and where a volunteer waits to hear from someone."""

from typing import Any

from django.urls import reverse

from muster.lib.hexmap import Cell
from muster.lib.words import counted
from muster.organisations.models import Member
from muster.places.models import Place
from muster.places.scope import Reach
from muster.web.today_standing import open_leads, our_targets


def cells_for(member: Member, reach: Reach) -> list[Cell]:
    """Every seat that has a hex; those within reach can be entered."""
    within = reach.seats("see seats")
    targets = set(our_targets(member, reach).values_list("place_id", flat=True))
    waiting: dict[int | None, int] = {}
    for place_id in open_leads(member, reach).values_list("place_id", flat=True):
        waiting[place_id] = waiting.get(place_id, 0) + 1
    seats = Place.objects.seats().exclude(hex_q=None).order_by("name")
    rows = seats.values_list("id", "code", "name", "slug", "hex_q", "hex_r")
    return [
        _cell(row, within is None or row[0] in within, row[0] in targets, waiting.get(row[0], 0))
        for row in rows
    ]


def _cell(row: tuple[Any, ...], mine: bool, target: bool, waits: int) -> Cell:
    _, code, name, slug, q, r = row
    words = ["Target seat"] if target else []
    if waits:
        words.append(counted(waits, "volunteer waits", "volunteers wait"))
    return Cell(
        code=code,
        name=name,
        q=q,
        r=r,
        href=reverse("seats:show", kwargs={"slug": slug}) if mine else "",
        state="waiting" if waits else "",
        fill="color-mix(in oklab, var(--accent) 38%, var(--raised))" if target else "",
        label="; ".join(words),
    )

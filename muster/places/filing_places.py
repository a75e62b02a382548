"""Taking in places, parties and boundaries."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify

from muster.places.filing import Tally
from muster.places.models import Party, Place
from muster.places.reading import CannotLoad, Line, Sheet
from muster.places.shapes import decimal, whole_number

COLUMNS = ["kind", "country", "name", "name_local", "slug", "type", "electorate"]
COLUMNS += ["hex_q", "hex_r", "lat", "lon", "parent_id"]
COLOUR_LENGTH = len("#rrggbb")


def file_places(sheet: Sheet, lines: Iterable[Line]) -> Tally:
    """Make or update each place. A parent must be in the file above it, or known already."""
    country = (sheet.said("country") or "GB").upper()
    tally = Tally(about=country)
    known = {p.code: p for p in Place.objects.defer("boundary")}
    levels = _by_level(lines, tally)
    tally.about += ": " + ", ".join(kind for kind, level in levels.items() if level)
    for level in levels.values():
        fresh: list[Place] = []
        changed: list[Place] = []
        for line in level:
            place = _place(line, country, known, tally)
            if place and place.pk is None:
                fresh.append(place)
            elif place:
                changed.append(place)
        Place.objects.bulk_create(fresh, batch_size=1000)
        Place.objects.bulk_update(changed, COLUMNS, batch_size=500)
        known |= {p.code: p for p in fresh}
        tally.changed += len(fresh) + len(changed)
    return tally


def _by_level(lines: Iterable[Line], tally: Tally) -> dict[str, list[Line]]:
    """Rows by kind, the widest first, so that parents are there before their children."""
    levels: dict[str, list[Line]] = {kind: [] for kind in Place.Kind.values}
    for line in lines:
        tally.rows += 1
        kind = line.cells["kind"].lower()
        if "?" in line.cells:
            tally.refuse(line, line.cells["?"])
        elif kind not in levels:
            tally.refuse(line, f"“{kind}” is no kind of place: {', '.join(levels)}.")
        else:
            levels[kind].append(line)
    return levels


def _place(line: Line, country: str, known: dict[str, Place], tally: Tally) -> Place | None:
    """The place this row makes or changes; None where it is refused or changes nothing."""
    try:
        wanted = _wanted(line, country, known)
    except ValueError as error:
        tally.refuse(line, str(error))
        return None
    code = line.cells["code"]
    place = known.get(code)
    if place is None:
        known[code] = place = Place(code=code, **wanted)
        return place
    if all(getattr(place, k) == v for k, v in wanted.items()):
        return None
    for k, v in wanted.items():
        setattr(place, k, v)
    return place


def _wanted(line: Line, country: str, known: dict[str, Place]) -> dict[str, Any]:
    cells = line.cells
    code, kind = cells["code"], cells["kind"].lower()
    # The wards that come with Muster have no names: a ward alone may go by its code.
    name = cells["name"] or (code if kind == Place.Kind.WARD else "")
    if not code or len(code) > 20:
        raise ValueError("It has no code, or one longer than 20 letters.")
    if not name:
        raise ValueError("It has no name.")
    parent = known.get(cells.get("parent", ""))
    if cells.get("parent") and (parent is None or parent.pk is None):
        raise ValueError(f"Its parent {cells['parent']} isn't known.")
    if code in known and known[code].pk is None:
        raise ValueError(f"{code} is in the file twice.")
    if code in known and known[code].country != country:
        raise ValueError(f"{code} is a place in {known[code].country} already.")
    return {
        "kind": kind,
        "country": country,
        "name": name[:200],
        "name_local": cells.get("name_local", "")[:200],
        "slug": slugify(name)[:200] or slugify(code),
        "type": cells.get("type", "")[:20],
        "electorate": whole_number(cells, "electorate"),
        "hex_q": _small(decimal(cells, "hex_q")),
        "hex_r": _small(decimal(cells, "hex_r")),
        "lat": decimal(cells, "lat"),
        "lon": decimal(cells, "lon"),
        "parent_id": parent.pk if parent else None,
    }


def _small(number: float | None) -> int | None:
    if number is not None and (number != int(number) or abs(number) > 10_000):
        raise ValueError(f"A hex position is a whole number, not {number:g}.")
    return None if number is None else int(number)


def file_parties(sheet: Sheet, lines: Iterable[Line]) -> Tally:
    """Make or update each party's name and colour."""
    country = (sheet.said("country") or "GB").upper()
    tally = Tally(about=country)
    for line in lines:
        tally.rows += 1
        code, name = line.cells["code"], line.cells["name"]
        colour = line.cells["colour"].lower()
        if not code or not name or len(code) > 20:
            tally.refuse(line, "A party needs a name, and a code of at most 20 letters.")
        elif colour and not _is_colour(colour):
            tally.refuse(line, f"“{colour}” isn't a colour like #d50000.")
        else:
            tally.changed += _file_party(country, code, name, colour)
    return tally


def _file_party(country: str, code: str, name: str, colour: str) -> bool:
    party = Party.objects.filter(country=country, code=code).first()
    if party and (party.name, party.colour) == (name, colour):
        return False
    Party.objects.update_or_create(
        country=country, code=code, defaults={"name": name[:200], "colour": colour}
    )
    return True


def _is_colour(text: str) -> bool:
    return (
        len(text) == COLOUR_LENGTH and text[0] == "#" and set(text[1:]) <= set("0123456789abcdef")
    )


def file_boundaries(name: str, found: dict[str, Any]) -> Tally:
    """Give known places the outline they are drawn with."""
    tally = Tally(about=str(found.get("country", "GB")).upper())
    known = {p.code: p for p in Place.objects.filter(country=tally.about)}
    changed = []
    for number, feature in enumerate(found["features"], 1):
        tally.rows += 1
        code, outline = _code_of(feature), feature.get("geometry")
        place = known.get(code)
        if place is None or not isinstance(outline, dict):
            line = Line(number, {"code": code})
            tally.refuse(line, "It has no outline." if place else f"No place has the code {code}.")
        elif place.boundary != outline:
            place.boundary = outline
            changed.append(place)
    if tally.rows and len(tally.refused) == tally.rows:
        raise CannotLoad(f"{name}: none of its features is a known place. Load the places first.")
    Place.objects.bulk_update(changed, ["boundary"], batch_size=200)
    tally.changed = len(changed)
    return tally


def _code_of(feature: dict[str, Any]) -> str:
    own = feature.get("properties") or {}
    return str(own.get("code") or own.get("gss_code") or feature.get("id") or "")

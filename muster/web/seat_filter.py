"""What a person has asked the Seats page to show: read from the address, kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

SHADES = {
    "party": "who won",
    "lead": "the lead",
    "chance": "the chance of winning",
    "supporters": "our supporters",
}
SORTS = ("name", "lead", "swing", "supporters", "rank", "chance", "gain")
ROWS = 100


@dataclass(frozen=True)
class Filter:
    """`within`: the seat changes hands at a swing of at most so many points."""

    q: str = ""
    region: str = ""
    party: str = ""
    list: int | None = None
    within: float | None = None
    pick: tuple[str, ...] = ()
    election: str = ""
    shade: str = "party"
    sort: str = ""
    all: bool = False

    @property
    def is_narrow(self) -> bool:
        """Does it leave any seat out?"""
        return bool(self.q or self.region or self.party or self.list or self.within or self.pick)

    def address(self, **changes: object) -> str:
        """The same question with a change, as the end of an address: "?region=E12…"."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        said = {
            "q": asked.q,
            "region": asked.region,
            "party": asked.party,
            "list": asked.list,
            "within": None if asked.within is None else f"{asked.within:g}",
            "pick": ",".join(asked.pick),
            "election": asked.election,
            "shade": "" if asked.shade == "party" else asked.shade,
            "sort": asked.sort,
            "all": "1" if asked.all else "",
        }
        return "?" + urlencode({k: v for k, v in said.items() if v})


def read(asked: Mapping[str, str]) -> Filter:
    """Read an address; what it can't mean is left out, never an error."""
    shade, sort = asked.get("shade", ""), asked.get("sort", "")
    number = asked.get("list", "")
    return Filter(
        q=asked.get("q", "").strip()[:80],
        region=asked.get("region", "")[:20],
        party=asked.get("party", "")[:20],
        list=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        within=_points(asked.get("within", "")),
        pick=tuple(c for c in asked.get("pick", "")[:20_000].split(",") if c),
        election=asked.get("election", "")[:40],
        shade=shade if shade in SHADES else "party",
        sort=sort if sort.removeprefix("-") in SORTS else "",
        all=asked.get("all") == "1",
    )


def _points(text: str) -> float | None:
    try:
        points = float(text)
    except ValueError:
        return None
    return points if 0 < points <= 50 else None

"""Today, sources and the look: open to every member, and holding only what is theirs."""

from tests.wrong_people import Route

ROUTES = [
    Route(
        "today",
        hides=lambda world: ["Cleo", "Winter"],
        rival="kept",
        other_seat="kept",
        no_role="kept",
    ),
    Route(
        "sources",
        rival="open",
        other_seat="open",
        no_role="open",
        why="Credits for public figures, the same for everyone.",
    ),
]

"""One thing to do, as Today shows it, and what a fresh organisation does first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One thing to do: words, the route that does it, how pressing, and the button's words."""

    words: str
    why: str
    route: str
    button: str
    state: str = ""
    icon: str = "circle-dot"


FIRST_STEPS = {
    "campaigner": Step(
        "Say in whose name you speak",
        "Everything sent carries an imprint; without one nothing goes out.",
        "settings:campaigners",
        "Add a campaigner",
        "waiting",
        "megaphone",
    ),
    "targets": Step(
        "Choose your target seats",
        "Ranked by what an hour of work there is worth.",
        "targets:list",
        "Choose seats",
        "waiting",
        "target",
    ),
    "people": Step(
        "Bring in your supporters",
        "From a spreadsheet or another program; each is placed by postcode.",
        "imports:list",
        "Bring in a file",
        "waiting",
        "upload",
    ),
    "mail account": Step(
        "Name a mail server",
        "Muster sends through a server of yours.",
        "settings:email",
        "Add a mail account",
        "waiting",
        "mail",
    ),
    "colleague": Step(
        "Bring in a colleague",
        "What goes out needs a second pair of eyes: nobody approves their own words.",
        "settings:members",
        "Invite someone",
        "waiting",
        "user-plus",
    ),
}
"""What a fresh organisation does first, in this order."""

"""What other programs call people's standing, in our words."""

YES = frozenset({"subscribed", "opted in", "opted_in", "active", "confirmed", "opt-in"})
STOP = frozenset(
    {
        "unsubscribed",
        "spam complaint",
        "previous spam complaint",
        "complained",
        "complaint",
        "abuse",
        "opted out",
        "opted_out",
        "opt-out",
        "do not email",
        "blocked",
    }
)
DEAD = frozenset({"cleaned", "hard bounce", "bounced", "dead", "invalid"})
BOUNCING = frozenset({"bouncing", "previous bounce", "soft bounce"})
SILENT = frozenset(
    {
        "",
        "nonsubscribed",
        "non-subscribed",
        "transactional",
        "pending",
        "unconfirmed",
        "none",
        "not subscribed",
        "archived",
        "unknown",
    }
)


def read(typed: str) -> str | None:
    """ "yes", "stop", "dead", "bouncing" or "" (says nothing); None: a word nobody knows."""
    said = " ".join(typed.casefold().split())
    for words, means in ((YES, "yes"), (STOP, "stop"), (DEAD, "dead"), (BOUNCING, "bouncing")):
        if said in words:
            return means
    return "" if said in SILENT else None


def is_known(typed: str) -> bool:
    return read(typed) is not None

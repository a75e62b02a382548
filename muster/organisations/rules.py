"""Who may do what: decided on plain values."""

from collections.abc import Iterable

ALL = frozenset(
    {
        "see seats",
        "see targets",
        "change targets",
        "see people",
        "change people",
        "import people",
        "export people",
        "approve exports",
        "see special data",
        "approve special use",
        "handle privacy",
        "see audit",
        "write content",
        "approve content",
        "see messages",
        "send messages",
        "see leads",
        "change leads",
        "see launches",
        "prepare launches",
        "arm launches",
        "hold launches",
        "authorise spending",
        "change settings",
    }
)
SPENDING = frozenset({"authorise spending"})
"""What the law gives to the treasurer, the agent and those they name, and to nobody else (SP-1)."""
LOOKING = frozenset({"see seats", "see targets", "see messages", "see launches"})
SEEING = LOOKING | {"see people", "see leads"}
GUARDING = frozenset(
    {
        "see people",
        "change people",
        "see leads",
        "export people",
        "approve exports",
        "see special data",
        "approve special use",
        "handle privacy",
        "see audit",
    }
)
"""What the data lead answers for: people's rights, special data, exports and the audit."""
PERMISSIONS: dict[str, frozenset[str]] = {
    "admin": ALL - SPENDING,
    "organiser": SEEING
    | {
        "change people",
        "export people",
        "write content",
        "change leads",
        "prepare launches",
        "hold launches",
    },
    "approver": SEEING | {"approve content", "arm launches", "hold launches"},
    "treasurer": LOOKING | {"arm launches"} | SPENDING,
    "data_lead": LOOKING | GUARDING,
    "viewer": LOOKING,
}


def permissions_of(role_kinds: Iterable[str]) -> frozenset[str]:
    """Everything the roles allow together."""
    return frozenset().union(*(PERMISSIONS[kind] for kind in role_kinds))


def may_hand_on(role_kinds: Iterable[str]) -> frozenset[str]:
    """Everything these roles let someone give to others.

    An administrator names the treasurer without being one.

    >>> "authorise spending" in may_hand_on(["admin"]), "arm launches" in may_hand_on(["viewer"])
    (True, False)
    """
    kinds = set(role_kinds)
    return permissions_of(kinds) | (SPENDING if "admin" in kinds else frozenset())

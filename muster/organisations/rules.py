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
        "write content",
        "approve content",
        "see messages",
        "send messages",
        "see leads",
        "change leads",
        "change settings",
    }
)
SEEING = frozenset({"see seats", "see targets", "see people", "see messages", "see leads"})
PERMISSIONS: dict[str, frozenset[str]] = {
    "admin": ALL,
    "organiser": SEEING | {"change people", "write content", "change leads"},
    "approver": SEEING | {"approve content"},
    "viewer": frozenset({"see seats", "see targets", "see messages"}),
}


def permissions_of(role_kinds: Iterable[str]) -> frozenset[str]:
    """Everything the roles allow together."""
    return frozenset().union(*(PERMISSIONS[kind] for kind in role_kinds))

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
        "see register",
        "see marked register",
        "load register",
        "see special data",
        "approve special use",
        "handle privacy",
        "see audit",
        "change audiences",
        "write content",
        "approve content",
        "see messages",
        "send messages",
        "run journeys",
        "see inbox",
        "answer inbox",
        "see leads",
        "change leads",
        "see launches",
        "prepare launches",
        "arm launches",
        "hold launches",
        "authorise spending",
        "change settings",
        "keep webhooks",
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
KEY_SCOPES = frozenset(
    {
        "see seats",
        "see people",
        "change people",
        "see leads",
        "change leads",
        "see launches",
        "see messages",
        "run journeys",
        "keep webhooks",
    }
)
"""What a program may be let do. Approving, arming, sending and settings stay with people."""
PERMISSIONS: dict[str, frozenset[str]] = {
    "admin": ALL - SPENDING,
    "organiser": SEEING
    | {
        "change people",
        "export people",
        "see inbox",
        "answer inbox",
        "see register",
        "change audiences",
        "write content",
        "run journeys",
        "change leads",
        "prepare launches",
        "hold launches",
    },
    "approver": SEEING | {"approve content", "arm launches", "hold launches"},
    "treasurer": LOOKING | {"arm launches"} | SPENDING,
    "data_lead": LOOKING | GUARDING,
    "viewer": LOOKING,
}


EVERY_DATASET = frozenset({"see seats", "see targets"})
"""Public figures, and what is aimed at: with whatever dataset."""
DATASETS: dict[str, frozenset[str]] = {
    "people": frozenset(
        {
            "see people",
            "change people",
            "import people",
            "export people",
            "change audiences",
            "see inbox",
            "answer inbox",
            "see leads",
            "change leads",
        }
    ),
    "register": frozenset({"see register", "see marked register", "load register"}),
    "content": frozenset(
        {
            "write content",
            "approve content",
            "see messages",
            "send messages",
            "run journeys",
            "see launches",
            "prepare launches",
            "arm launches",
            "hold launches",
        }
    ),
    "finance": SPENDING,
}
"""What a role limited to one may still allow. What stands in none comes with no dataset alone."""
GIVING = "change settings"
"""Who gives roles, and takes them back, where they hold it themselves."""
USUAL_DAYS = {"organiser": 365, "approver": 180, "treasurer": 365, "data_lead": 365, "viewer": 90}
"""How long a role is given for, unless someone says otherwise; an administrator's has no end."""
ALONE_AFTER_DAYS = 7


def permissions_of(role_kinds: Iterable[str]) -> frozenset[str]:
    """Everything roles of these kinds allow together, limited to no dataset."""
    return allowed_by((kind, "") for kind in role_kinds)


def allowed_by(roles: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Everything the roles allow together, each given as its kind and dataset.

    >>> sorted(allowed_by([("treasurer", "finance")]))
    ['authorise spending', 'see seats', 'see targets']
    """
    return frozenset[str]().union(*(_allowed(kind, dataset) for kind, dataset in roles))


def _allowed(kind: str, dataset: str) -> frozenset[str]:
    whole = PERMISSIONS[kind]
    return whole & (DATASETS[dataset] | EVERY_DATASET) if dataset else whole


def datasets_of(kind: str) -> list[str]:
    """The datasets a role of this kind may sensibly be limited to.

    >>> datasets_of("viewer"), datasets_of("treasurer")
    (['content'], ['content', 'finance'])
    """
    return [name for name, allows in DATASETS.items() if PERMISSIONS[kind] & allows]


def may_hand_on(roles: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Everything these roles let someone give to others: nothing unless they give access at all.

    An administrator names the treasurer without being one.

    >>> "authorise spending" in may_hand_on([("admin", "")])
    True
    >>> may_hand_on([("organiser", "")]), may_hand_on([("admin", "people")])
    (frozenset(), frozenset())
    """
    mine = allowed_by(roles)
    return mine | SPENDING if GIVING in mine else frozenset()


def is_head_of_all(kind: str, dataset: str, *, in_head_office: bool) -> bool:
    """Does this role administer the whole organisation? Another than who asks must allow it."""
    return kind == "admin" and not dataset and in_head_office

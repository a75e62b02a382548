"""Telling the audit, and the journal on the floor above, which registers itself to be told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from muster.organisations import auditing
from muster.organisations.models import Member, Organisation

MEMBER_ADDED = "member added"
MEMBER_ENDED = "member ended"
ROLE_GRANTED = "role granted"
ROLE_REVOKED = "role revoked"
ROLE_EXPIRED = "role expired"
ROLE_ASKED = "role asked for"
ROLE_ALLOWED = "role allowed"
ROLE_REFUSED = "role refused"
MEMBER_INVITED = "member invited"
INVITATION_WITHDRAWN = "invitation withdrawn"
SESSIONS_ENDED = "sessions ended"
UNIT_ADDED = "unit added"
UNIT_CHANGED = "unit changed"
UNIT_CLOSED = "unit closed"
CAMPAIGNER_ADDED = "campaigner added"
CAMPAIGNER_CHANGED = "campaigner changed"
ORGANISATION_CHANGED = "organisation changed"
CONDITION_SET = "legal condition set"
CONDITION_ENDED = "legal condition ended"

Record = Callable[..., None]
_listeners: list[Record] = []


def register(record: Record) -> None:
    """Be told of every fact below the journal; takes what `journal.record` takes."""
    if record not in _listeners:
        _listeners.append(record)


def tell(
    kind: str,
    organisation: Organisation,
    *,
    by: Member | None,
    at: datetime,
    about: tuple[str, int],
    reason: str = "",
    **codes: Any,
) -> None:
    """Say that something was settled, inside the transaction that settles it.

    All of these change who may do what, or in whose name: the audit keeps each, with its reason
    (SEC-3); the journal, which holds codes only, without.
    """
    auditing.note(kind, organisation, by=by, at=at, about=about, reason=reason, **codes)
    for record in _listeners:
        record(kind, organisation, at=at, by=by, about=about, **codes)

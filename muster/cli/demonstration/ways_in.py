"""A way in for each member of the demonstration: single-use links, good on this machine only."""

import os
from collections.abc import Sequence
from datetime import datetime

from muster.organisations.models import Member, Role
from muster.organisations.signing_in import link_for


def in_words(members: Sequence[Member], at: datetime) -> list[str]:
    """One line a member: who they are, and their link."""
    address = os.environ["MUSTER_STAFF_ADDRESS"]
    return ["Sign in (each link works once):"] + [
        f"  {_who(member, at):<52} {address}{link_for(member, at=at)}" for member in members
    ]


def _who(member: Member, at: datetime) -> str:
    role = Role.objects.in_force(at).filter(member=member).select_related("unit").first()
    return f"{member.name}, {role}" if role else member.name

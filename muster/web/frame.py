"""What stands around every staff page: the rail of rooms, the look, the organisation's colour."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from muster.lib import colour
from muster.organisations.models import Member, Organisation
from muster.places.scope import Reach

DAY, NIGHT = "#f6f5f1", "#191c20"
OURS = "#b8123f"


@dataclass(frozen=True)
class Room:
    """One link of the rail; `letter` is its key after `g`."""

    name: str
    route: str
    icon: str
    letter: str
    permission: str | None
    everywhere: bool = False
    also: str = ""  # where pages of this room stand beneath another's address

    @property
    def address(self) -> str:
        return reverse(self.route)


ROOMS = [
    Room("Today", "today", "sun", "t", None),
    Room("Inbox", "inbox:list", "inbox", "i", "see inbox"),
    Room("Go", "launches:list", "rocket", "g", "see launches"),
    Room("Seats", "seats:list", "hexagon", "s", "see seats"),
    Room("Content", "content:list", "layers", "c", "see messages"),
    Room("People", "people:list", "users", "p", "see people", also="imports:list"),
    Room("Audiences", "audiences:list", "funnel", "u", "see people"),
    Room("Targets", "targets:list", "target", "a", "see targets"),
    Room("Messages", "messages:list", "send", "m", "see messages"),
    Room("Journeys", "journeys:list", "route", "j", "see messages"),
    Room("Leads", "leads:list", "hand-helping", "l", "see leads"),
    Room("Privacy", "privacy:cases", "shield", "v", "handle privacy", True),
    Room("Settings", "settings:organisation", "settings", "e", "change settings", True),
]
# Who gives access in their own units alone has this in place of Settings.
MEMBERS = Room("Members", "settings:members", "user-cog", "e", "change settings")


def rooms_for(reach: Reach | None, path: str) -> list[dict[str, Any]]:
    """The rooms this member may enter, in the order of the loop, the one they are in marked."""
    if reach is None:
        return []
    allowed = [room for room in ROOMS if _is_open(room, reach)]
    if reach.may("change settings") and not reach.may_everywhere("change settings"):
        allowed.append(MEMBERS)
    return [
        {"room": room, "address": room.address, "is_here": _is_here(room, path)} for room in allowed
    ]


def _is_open(room: Room, reach: Reach) -> bool:
    if room.permission is None:
        return True
    return reach.may_everywhere(room.permission) if room.everywhere else reach.may(room.permission)


def _is_here(room: Room, path: str) -> bool:
    if room.address == "/":
        return path == "/"
    lent = next((one for one in ROOMS if one.also and path.startswith(reverse(one.also))), None)
    return room == lent if lent else path.startswith(room.address)


@lru_cache(maxsize=256)
def accent_style(accent: str) -> str:
    """The organisation's colour as CSS variables, made readable by day and by night (A11Y)."""
    given = accent if colour.is_hex(accent) else OURS
    day, night = colour.readable(given, on=DAY), colour.readable(given, on=NIGHT)
    return (
        f"--accent-day:{day};--accent-night:{night};"
        f"--on-accent-day:{colour.ink_on(day)};--on-accent-night:{colour.ink_on(night)}"
    )


def frame(request: HttpRequest) -> dict[str, Any]:
    """What `base.html` needs; a context processor."""
    member: Member | None = getattr(request, "member", None)
    organisation: Organisation | None = getattr(request, "organisation", None)
    reach: Reach | None = getattr(request, "reach", None)
    return {
        "member": member,
        "organisation": organisation,
        "reach": reach,
        "other_memberships": _others(member) if member else [],
        "rooms": rooms_for(reach, request.path),
        "accent_style": accent_style(organisation.accent if organisation else OURS),
        "look": _cookie(request, "look", {"day", "night"}),
        "rail": _cookie(request, "rail", {"open", "closed"}),
    }


def _others(member: Member) -> Any:
    """The other organisations this login may work for; asked only where the menu is drawn."""
    return (
        Member.objects.filter(user=member.user_id, ended_at=None)
        .exclude(pk=member.pk)
        .select_related("organisation")
    )


def _cookie(request: HttpRequest, name: str, known: set[str]) -> str:
    value = request.COOKIES.get(name, "")
    return value if value in known else ""

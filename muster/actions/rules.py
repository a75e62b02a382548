"""What a sign-up form must hold, decided on plain values, in the signer's words."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

CAN_DO = {
    "doors": "Knock on doors",
    "phones": "Ring people",
    "leaflets": "Deliver leaflets",
    "events": "Help at events",
    "online": "Help online",
    "lifts": "Give people lifts",
}
CAN_WHEN = {
    "weekdays": "Weekdays",
    "evenings": "Weekday evenings",
    "saturdays": "Saturdays",
    "sundays": "Sundays",
}
LONGEST_NAME = 60
NEEDS_PHONE = frozenset({"sms", "call"})
# A name goes out in the confirmation, to whatever address was typed: nothing in it may be read as
# a link or an amount by a mail program.
_NO_NAME = re.compile(r"[/@\\<>{}£$€%]|\d|www|\w\.\w\w", re.IGNORECASE)
_CARD = re.compile(r"\d(?:[ -]?\d){12,18}")


@dataclass(frozen=True)
class Typed:
    """Everything someone typed and ticked, as they left it."""

    given: str = ""
    family: str = ""
    email: str = ""
    phone: str = ""
    postcode: str = ""
    seat: str = ""
    can: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    consent: tuple[str, ...] = ()
    old_enough: bool = False
    website: str = ""


@dataclass(frozen=True)
class Read:
    """What we made of it; empty or None where nothing could be made of it, with what was wrong."""

    email: str = ""
    email_wrong: str = ""
    phone: str = ""
    phone_wrong: str = ""
    seat_id: int | None = None
    seat_wrong: str = ""
    postcode_wrong: str = ""


def problems_of(typed: Typed, read: Read, offered: dict[str, str]) -> dict[str, str]:
    """Every problem by field, in the order of the form; empty: it may be taken in.

    `offered` is the consents on the page: wording id → channel. Nobody under 16 (DP-8): under 13
    cannot consent online at all, and those under 16 need a protection nothing here can give yet.
    """
    problems = {
        "given": name_problem(typed.given, "first"),
        "family": name_problem(typed.family, "last"),
        "postcode": _place_problem(typed, read),
        "email": read.email_wrong or ("" if read.email else "Type your e-mail address."),
        "phone": read.phone_wrong or _phone_problem(typed, read, offered),
        "consent": ""
        if set(typed.consent) <= set(offered)
        else "The words you agree to have changed since you opened this page. Tick them afresh.",
        "old_enough": "" if typed.old_enough else "Tick the box if you are 16 or over.",
        "website": "Empty this box: it is there to catch robots." if typed.website else "",
    }
    return {field: words for field, words in problems.items() if words}


def known(chosen: Collection[str], offered: Collection[str]) -> tuple[str, ...]:
    """What was chosen of what was offered, once each, in the order offered."""
    return tuple(one for one in offered if one in chosen)


def clock(due_at: datetime, at: datetime) -> str:
    """How a volunteer's clock stands, in hours for three days.

    >>> due = datetime(2026, 5, 6, 12)
    >>> clock(due, datetime(2026, 5, 4, 13)), clock(due, datetime(2026, 5, 6, 13, 30))
    ('47 hours left', 'Late by 1 hour')
    """
    away = abs(due_at - at)
    minutes, hours = int(away / timedelta(minutes=1)), int(away / timedelta(hours=1))
    number, word = (hours, "hour") if hours else (minutes, "minute")
    if hours >= 72:
        number, word = away.days, "day"
    words = f"{number} {word}{'' if number == 1 else 's'}"
    return f"{words} left" if at < due_at else f"Late by {words}"


def one_line(text: str) -> str:
    """What was typed into a one-line box: no control characters, no runs of blanks."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())


def name_problem(name: str, which: str) -> str:
    """What is wrong with a "first" or "last" name; empty: nothing."""
    if not name:
        return f"Type your {which} name."
    if len(name) > LONGEST_NAME:
        return f"Your {which} name may have {LONGEST_NAME} letters at most here."
    if _CARD.search(name):
        return "That looks like a card number. Nobody here needs one."
    if _NO_NAME.search(name):
        return f"Type only your {which} name."
    return ""


def _place_problem(typed: Typed, read: Read) -> str:
    if read.postcode_wrong:
        return read.postcode_wrong
    if read.seat_wrong:
        return read.seat_wrong
    if read.seat_id is None and not typed.postcode:
        return "Type your postcode, or choose your seat."
    return ""


def _phone_problem(typed: Typed, read: Read, offered: dict[str, str]) -> str:
    if read.phone:
        return ""
    ticked = {offered.get(wording) for wording in typed.consent}
    if ticked & NEEDS_PHONE:
        return "Type a phone number, or untick calls and text messages."
    return ""

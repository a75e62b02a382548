"""Numbers and instants as people say them; the time is passed in."""

from datetime import datetime, timedelta, tzinfo

STEPS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def thousands(number: int | float) -> str:
    """41207 → "41,207"."""
    return f"{number:,}"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 person", "41,207 people"."""
    return f"{number:,} {one if number == 1 else many}"


def when(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The moment as someone in this zone would name it now: "today 14:02", "4 May, 09:12"."""
    day = on_day(at, now, zone)
    clock = at.astimezone(zone).strftime("%H:%M")
    return f"{day} {clock}" if day in NEAR.values() else f"{day}, {clock}"


def on_day(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The day alone, where no hour is known: "today", "4 May", "4 May 2024"."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    days = (there.date() - here.date()).days
    if days in NEAR:
        return NEAR[days]
    year = "" if there.year == here.year else f" {there.year}"
    return f"{there.day} {there.strftime('%B')}{year}"


NEAR = {0: "today", -1: "yesterday", 1: "tomorrow"}


def ago(at: datetime, now: datetime) -> str:
    """How far off: "just now", "12 minutes ago", "in 3 hours"."""
    apart = now - at
    words = how_long(abs(apart))
    if not words:
        return "just now"
    return f"{words} ago" if apart > timedelta(0) else f"in {words}"


def how_long(span: timedelta) -> str:
    """The largest whole unit in it: "3 days", "1 hour", "12 minutes"; under a minute, nothing."""
    seconds = int(span.total_seconds())
    for name, size in STEPS:
        if seconds >= size:
            return counted(seconds // size, name, f"{name}s")
    return ""

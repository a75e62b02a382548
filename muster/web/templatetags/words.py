"""Numbers and instants in the organiser's words."""

import re
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from muster.lib.words import ago as ago_in_words
from muster.lib.words import counted as counted_in_words
from muster.lib.words import how_long
from muster.lib.words import on_day as day_in_words
from muster.lib.words import thousands as with_commas
from muster.lib.words import when as when_in_words

register = template.Library()


@register.filter
def thousands(number: int | float | None) -> str:
    """41207 → "41,207"; nothing → "–"."""
    return "–" if number is None else with_commas(number)


@register.filter
def counted(number: int, names: str) -> str:
    """`{{ n|counted:"person,people" }}` → "1 person", "41,207 people"."""
    one, many = names.split(",")
    return counted_in_words(number, one, many)


@register.filter
def breaking(address: str) -> SafeString:
    """An e-mail address that, where it must, breaks after its signs and not within a word."""
    parts = re.split(r"(?<=[@._+-])(?=.)", address)
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts))


@register.filter
def percent(share: float | None, places: int = 1) -> str:
    """0.1234 → "12.3%"."""
    return "–" if share is None else f"{share * 100:.{places}f}%"


@register.filter
def when(at: datetime | None) -> str:
    """ "today 14:02", "4 May, 09:12", "4 May 2024, 09:12", in the organisation's zone."""
    zone = timezone.get_current_timezone()
    return "–" if at is None else when_in_words(at, timezone.now(), zone)


@register.filter
def on_day(at: datetime) -> str:
    """ "today", "4 May", "4 May 2024": where no hour is known."""
    return day_in_words(at, timezone.now(), timezone.get_current_timezone())


@register.filter
def ago(at: datetime | None) -> str:
    """ "12 minutes ago", "in 3 hours"; nothing → "–"."""
    return "–" if at is None else ago_in_words(at, timezone.now())


@register.filter
def span(at: datetime) -> str:
    """How far off, without saying which way: "4 hours"; "a moment" under a minute."""
    return how_long(abs(timezone.now() - at)) or "a moment"

"""A value of what is held, as a person reads it."""

from datetime import date, datetime
from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def spoken(value: Any) -> str:
    """A day, an instant, a list or a text, in words."""
    if isinstance(value, datetime):
        return value.strftime("%-d %B %Y, %H:%M")
    if isinstance(value, date):
        return value.strftime("%-d %B %Y")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "–"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {said}" for key, said in value.items()) or "–"
    return str(value)

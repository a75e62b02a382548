"""Swings and chances as people read them."""

from django import template

from muster.places import rules

register = template.Library()


@register.filter
def chance(share: float) -> str:
    """0.62 → "62%", 0.9999 → "over 99%"."""
    return rules.chance_in_words(share)


@register.filter
def points(swing: float) -> str:
    """5.43 → "5.4", 0.02 → "0.02"."""
    return rules.points(swing)

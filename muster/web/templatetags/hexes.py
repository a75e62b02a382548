"""The hex map in a page: `{% hexmap cells %}` inside `<figure class="map">`."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from muster.lib.hexmap import Cell, draw

register = template.Library()


@register.simple_tag
def hexmap(
    cells: Sequence[Cell], title: str = "Map of the seats", key: str = "map", close: bool = False
) -> SafeString:
    """Draw the cells; with `close`, a small neighbourhood with its names written in."""
    return mark_safe(draw(cells, title=title, key=key, close=close))  # noqa: S308 - draw escapes

"""Links in somebody's words that name a page of ours: whether anybody can open it."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.html import escape

from muster.actions.models import ActionPage
from muster.places.models import Place

OWN_PAGES = frozenset({"privacy"})  # every organisation has these, open always


def dead(said: Iterable[str]) -> list[str]:
    """Those among them that lead to a page of ours nobody can open, escaped and shortened."""
    ours = re.compile(re.escape(settings.PUBLIC_ADDRESS) + r"/[^\s)>\]\"']*")
    links = {link for words in said for link in ours.findall(words)}
    return sorted(escape(link)[:120] for link in links if not _is_alive(link))


def _is_alive(link: str) -> bool:
    path = link.removeprefix(settings.PUBLIC_ADDRESS).split("?")[0].split("#")[0]
    steps = [step for step in path.split("/") if step]
    if len(steps) == 2 and (steps[1] in OWN_PAGES or steps[0] == "i"):
        return True
    if len(steps) not in (2, 3):
        return False
    pages = ActionPage.objects.filter(organisation__slug=steps[0], slug=steps[1], is_open=True)
    has_seat = len(steps) == 2 or _is_seat(steps[2])
    return has_seat and pages.exists()


def _is_seat(slug: str) -> bool:
    return slug.startswith("{") or Place.objects.seats().filter(slug=slug).exists()

"""Pictures of every page of a running Muster, at a desk and on a phone, by day and by night.

    python -m tests.journeys.pictures http://localhost:8400/enter/KEY [FOLDER]

Signs in by a demonstration's link, walks the rooms and the first of each kind of page it finds
there, and writes FOLDER/page-width-look.png (var/pictures unless given).
"""

import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.journeys.chromium import ARGUMENTS, chromium_path

SIZES = {1440: 900, 390: 844}
LOOKS = {"day": "light", "night": "dark"}
# Rooms, and the first link in each that leads to one of its things.
ROOMS = {
    "today": "/",
    "seats": "/seats/",
    "people": "/people/",
    "duplicates": "/people/duplicates/",
    "audiences": "/audiences/",
    "audience-new": "/audiences/new",
    "privacy": "/privacy/",
    "exports": "/privacy/exports/",
    "retention": "/privacy/retention",
    "targets": "/targets/",
    "go": "/go/",
    "content": "/content/",
    "messages": "/messages/",
    "leads": "/leads/",
    "settings": "/settings/",
    "units": "/settings/units/",
    "members": "/settings/members/",
    "imports": "/settings/imports/",
    "keys": "/settings/keys/",
    "webhooks": "/settings/webhooks/",
    "who-sees": "/settings/who-sees",
    "campaigners": "/settings/campaigners/",
    "email": "/settings/email/",
    "sign-in": "/accounts/2fa/",
    "sources": "/sources",
}


def found_in(page: Any, rooms: dict[str, str]) -> dict[str, str]:
    """The rooms that answer, and the first thing listed in each."""
    found = {}
    for name, path in rooms.items():
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            continue
        found[name] = path
        links = page.locator("main tbody a, main .lines a").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        inner = [h for h in links if h and re.match(re.escape(path) + r"[\w-]+/?$", h)]
        if inner and path != "/":
            found[f"{name}-one"] = inner[0]
    return found


def take(way_in: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    address = urlsplit(way_in)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        context = browser.new_context(base_url=f"{address.scheme}://{address.netloc}")
        page = context.new_page()
        page.goto(address.path)
        page.get_by_role("button", name="Come in").click()
        for name, path in found_in(page, ROOMS).items():
            page.goto(path)
            for width, height in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                for look, scheme in LOOKS.items():
                    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    page.wait_for_timeout(150)
                    page.screenshot(path=folder / f"{name}-{width}-{look}.png")
            print(name, path)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    take(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else Path("var/pictures"))

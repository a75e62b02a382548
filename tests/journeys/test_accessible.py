"""No page has a serious fault for people who use it by ear, by keyboard or with weak eyes (A11Y).

axe looks at every page at a desk and on a phone, by day and by night.
"""

from typing import Any

import pytest

from tests.journeys.pages import SIGN_IN, is_page, pages
from tests.wrong_people.world import World

pytestmark = pytest.mark.journey
WIDTHS = {"desk": 1440, "phone": 390}
LOOKS = {"day": "light", "night": "dark"}
GRAVE = {"serious", "critical"}


def faults_on(page: Any, name: str, rules: str = "") -> list[str]:
    """What axe finds serious or critical on the page as it stands, one line each."""
    from axe_core_python.sync_playwright import Axe

    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = [rules]
    found = Axe().run(page, options=options)["violations"]
    return [
        f"{name}: {fault['id']}: {node['target']}: {node.get('failureSummary', '')[:200]}"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"][:3]
    ]


def faults_in_every_look(page: Any, name: str, path: str) -> list[str]:
    """The page is loaded once, and looked at as wide as a desk and as a phone."""
    if not is_page(page, path):
        return []
    answer = page.goto(path)
    assert answer.status < 400 or name == "sign-in", f"{path}: {answer.status}"
    faults = []
    for width, pixels in WIDTHS.items():
        page.set_viewport_size({"width": pixels, "height": 900})
        for look, scheme in LOOKS.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            # By night only the colours differ.
            rules = "color-contrast" if look == "night" else ""
            faults += faults_on(page, f"{path} ({width}, {look})", rules)
        wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        faults += [f"{path}: {wide} px wider than the {width}"] if wide > 0 else []
    return faults


@pytest.mark.timeout(1500)  # every page, four times over; cut off, it takes the browser with it
def test_no_page_has_a_serious_fault(page_as: Any, world: World) -> None:
    page = page_as(world.ada)

    faults = []
    for name, path in pages(world):
        faults += faults_in_every_look(page, name, path)

    assert not faults, "\n".join(faults)


def test_no_page_before_the_door_has_a_serious_fault(page: Any) -> None:
    faults = []
    for path in SIGN_IN:
        faults += faults_in_every_look(page, "sign-in", path)

    assert not faults, "\n".join(faults)

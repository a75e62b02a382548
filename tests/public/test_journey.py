"""Someone volunteers on their phone, without scripts; the page is usable by everyone."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from django.conf import settings

from muster.actions.models import Lead
from muster.lib.ports import any_free
from muster.messaging import unsubscribing
from muster.people import consenting
from muster.people.record import preferring
from tests.conftest import MORNING, supporter
from tests.public.conftest import Town, sending_of

pytestmark = pytest.mark.journey


@pytest.fixture
def served(town: Town) -> Iterator[str]:
    with serve(town) as address:
        yield address


@contextmanager
def serve(town: Town) -> Iterator[str]:
    """The public app as `muster serve` runs it, on the tests' database."""
    at = settings.DATABASES["default"]
    port = any_free()
    place = f"{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{place}",
        "MUSTER_VAR": str(settings.VAR),
        "MUSTER_LISTEN": "127.0.0.1",
        "MUSTER_PUBLIC_PORT": str(port),
        "MUSTER_PUBLIC_ADDRESS": f"http://127.0.0.1:{port}",
    }
    server = subprocess.Popen([sys.executable, "-m", "muster.public.serving"], env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}{town.address}"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str) -> None:
    import time

    for _ in range(200):
        try:
            with closing(urllib.request.urlopen(address, timeout=3)):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The public app did not start.")


def test_a_volunteer_signs_up_on_a_phone_without_scripts(
    browser: Any, served: str, town: Town
) -> None:
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, java_script_enabled=False
    )
    page = phone.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))

    page.goto(f"{served}?s=abc234")
    assert page.get_by_label("First name").bounding_box()["y"] < 844
    page.get_by_label("First name").fill("Zoë")
    page.get_by_label("Postcode").fill("gl5 1aa")
    page.get_by_label("E-mail", exact=True).fill("zoe@example.org")
    page.get_by_text("Knock on doors").click()
    page.get_by_text("I am 16 or over").click()
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Count me in").click()
    assert page.get_by_role("alert").get_by_text("Type your last name.").is_visible()
    assert page.get_by_label("First name").input_value() == "Zoë"
    assert page.get_by_label("Knock on doors").is_checked()

    page.get_by_label("Last name").fill("O'Neil")
    page.get_by_label("Last name").press("Enter")

    page.get_by_role("heading", name="Thank you, from all of us in Stroud").wait_for()
    assert "Ben gets in touch by" in page.locator("main").inner_text()
    assert Lead.objects.get().action.source == "abc234"
    assert {address.split("?")[0] for address in loaded} <= {served, f"{served}/thanks"}
    assert phone.cookies() == []
    phone.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_everyone_can_use_the_page(browser: Any, served: str, town: Town, width: int) -> None:
    from axe_core_python.sync_playwright import Axe

    zoe = supporter(town.page.organisation, "Zoe", "Hart", town.stroud)
    preferring.keep_topic(town.page.organisation, "Buses", "Fewer cuts, later buses")
    code = unsubscribing.codes_for(sending_of(town).pk, zoe.pk)[1]
    choose = f"{served.removesuffix(town.address)}/p/{code}"
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    asked = ((served, False), (served, True), (f"{served}/thanks", False), (choose, False))
    for address, is_pressed in asked:
        page.goto(address)
        if is_pressed:
            page.get_by_role("button", name="Count me in").click()
        found = Axe().run(page)["violations"]
        assert [(v["id"], v["help"]) for v in found] == []
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
    context.close()


def test_it_works_by_keyboard(browser: Any, served: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(served)
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.id"))
    context.close()

    boxes = [name for name in dict.fromkeys(reached) if name]
    assert boxes[:4] == ["given", "family", "postcode", "email"]
    assert "website" not in boxes


@pytest.mark.parametrize("size", [(1280, 900), (360, 740)])
def test_someone_chooses_what_they_get_without_scripts(
    browser: Any, town: Town, size: tuple[int, int]
) -> None:
    sending = sending_of(town)
    person = supporter(town.page.organisation, "Zoe", "Hart", town.stroud, phone="+447700900001")
    consenting.give(person, "email", wording=town.by_email, source="Stall", at=MORNING)
    preferring.keep_topic(town.page.organisation, "Buses", "Fewer cuts, later buses")
    with serve(town) as address:
        base = address.removesuffix(town.address)
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=False
        )
        page = context.new_page()
        page.goto(f"{base}/p/{unsubscribing.codes_for(sending.pk, person.pk)[1]}")
        assert page.locator("html").bounding_box()["width"] == size[0]

        page.get_by_label("Fair Future may reach me by email").uncheck()
        page.get_by_label("Buses").uncheck()
        page.get_by_label("Once a month at most").check()
        page.get_by_role("button", name="Keep my choices").click()
        assert page.get_by_text("Kept.").is_visible()
        assert not page.get_by_label("Buses").is_checked()
        assert page.get_by_label("Once a month at most").is_checked()

        page.get_by_role("button", name="Stop everything").click()
        assert page.get_by_text("Everything has stopped.").is_visible()
        context.close()
    assert not consenting.standing(person)["email"].is_given
    assert preferring.frequency(person) == "monthly"

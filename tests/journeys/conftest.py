"""A real browser on a real server, for whoever is told to walk through the house."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muster.organisations.models import Member
from tests.conftest import signed_in
from tests.house.conftest import world
from tests.journeys.chromium import ARGUMENTS, chromium_path

__all__ = ["world"]

# Playwright's sync API keeps an event loop in this thread; Django would refuse to work beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = chromium_path()
    if path is None or not Path(path).exists():
        pytest.skip("Chromium is not installed: browser journeys need it (apt install chromium).")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of someone who is not signed in, at the staff app."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page_as(page: Any, live_server: Any) -> Callable[[Member], Any]:
    """`page_as(ada)`: the page of someone who signed in already."""

    def sign_in(member: Member) -> Any:
        session = signed_in(member).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return sign_in

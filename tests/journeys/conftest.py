"""A real browser on a real server, for whoever is told to walk through the house."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from muster.organisations.models import Member
from tests.conftest import signed_in
from tests.house.conftest import world

__all__ = ["world"]


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

"""A volunteer signs up on the public page, and staff who watch see it happen."""

import os
from typing import Any

import pytest
from django.conf import settings

from muster.organisations.models import Member
from tests.conftest import signed_in
from tests.public.conftest import Town
from tests.public.test_journey import serve

pytestmark = pytest.mark.journey


def test_staff_see_a_volunteer_arrive(
    town: Town, live_server: Any, browser: Any, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = live_server.url
    monkeypatch.setitem(os.environ, "MUSTER_STAFF_ADDRESS", staff)
    with serve(town) as address:
        public = address.removesuffix(town.address)
        monkeypatch.setattr(settings, "PUBLIC_ADDRESS", public)
        # The policy names the public app's address as it was when the staff app began.
        context = browser.new_context(base_url=staff, bypass_csp=True)
        session = signed_in(ben).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": staff}])
        watching = context.new_page()
        with watching.expect_response(lambda answer: "/live/" in answer.url):
            watching.goto("/leads/")
        assert "Everyone who offered to help has heard" in watching.content()

        visitor = browser.new_context().new_page()
        visitor.goto(address)
        for name, typed in {
            "given": "Maya",
            "family": "Lind",
            "postcode": "GL5 1AA",
            "email": "maya@example.org",
        }.items():
            visitor.fill(f"#{name}", typed)
        visitor.check("#old_enough")
        visitor.wait_for_timeout(2100)
        visitor.get_by_role("button", name="Count me in").click()
        visitor.get_by_role("heading", name="Thank you").wait_for()

        watching.locator("#arrivals").get_by_text("Maya Lind").wait_for(timeout=15_000)
        news = watching.locator("#leads-news").inner_text()
        assert news == "Maya has just volunteered in Stroud."
        watching.get_by_role("button", name="I spoke to Maya").click()
        watching.get_by_text("The clock has stopped").wait_for()
        visitor.context.close()
        context.close()

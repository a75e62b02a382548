"""Coming in: by a demonstration's link, by password and app, by passkey."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import expect

from muster.organisations import inviting
from muster.organisations.joining import Newcomer
from muster.organisations.models import Member, Organisation, Unit
from muster.organisations.signing_in import link_for
from tests.conftest import join

pytestmark = pytest.mark.journey
PHRASE = "four words to remember"


@pytest.fixture
def guarded(db: None) -> Organisation:
    """An organisation that is no demonstration: nobody's details without a second factor."""
    return Organisation.objects.create(slug="guarded", name="The Guarded")


@pytest.fixture
def gwen(guarded: Organisation) -> Member:
    """Runs it."""
    office = Unit.objects.create(organisation=guarded, kind="head_office", name="Head office")
    return join(guarded, office, "Gwen Hart", "admin")


def test_a_demonstration_link_lets_in_once(page: Any, ada: Member) -> None:
    path = link_for(ada, at=datetime.now(UTC))

    page.goto(path)
    page.get_by_role("button", name="Come in").click()

    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    expect(page.get_by_role("note")).to_contain_text("Demonstration")
    page.goto(path)
    expect(page.get_by_role("heading", name="This link is spent")).to_be_visible()


def test_someone_invited_chooses_a_password_adds_an_app_and_comes_back(
    page: Any, gwen: Member, guarded: Organisation
) -> None:
    office = guarded.units.get()
    asked = Newcomer("Ines Vale", "ines@example.org", office, "viewer", reason="Helps out")
    _, key = inviting.invite(guarded, asked, by=gwen, at=datetime.now(UTC), by_letter=False)
    page.goto(inviting.path_of(key))
    page.get_by_label("Choose a password").fill(PHRASE)
    page.get_by_label("The same password again").fill(PHRASE)
    page.get_by_role("button", name="Keep this password").click()
    page.get_by_label("E-mail").fill("ines@example.org")
    page.get_by_label("Password", exact=True).fill(PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Join as ines@example.org").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()

    page.get_by_role("link", name="Use an authenticator app").click()
    secret = page.get_by_label("Or write this into the app").input_value()
    page.get_by_label("Authenticator code").fill(code_from(secret))
    page.get_by_role("button", name="Use this app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = page.locator("main li").first.inner_text()
    page.get_by_role("link", name="Go to Today").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()

    sign_out(page)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("ines@example.org")
    page.get_by_label("Password", exact=True).fill(PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.get_by_label(re.compile("code", re.IGNORECASE)).fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_a_passkey_is_added_and_then_is_enough(page: Any, gwen: Member) -> None:
    plug_in_authenticator(page)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(gwen.user.email)
    page.get_by_label("Password", exact=True).fill("a long pass phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Sign in with this passkey alone").check()
    page.get_by_role("button", name="Add this passkey").click()
    expect(page.get_by_text("The passkey is added.").first).to_be_visible()

    sign_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_someone_invited_chooses_a_passkey_and_needs_no_second_step(
    page: Any, gwen: Member, guarded: Organisation
) -> None:
    office = guarded.units.get()
    asked = Newcomer("Ines Vale", "ines@example.org", office, "viewer", reason="Helps out")
    _, key = inviting.invite(guarded, asked, by=gwen, at=datetime.now(UTC), by_letter=False)
    plug_in_authenticator(page)
    page.goto(inviting.path_of(key))
    page.get_by_role("link", name="Choose a passkey").click()
    page.get_by_label("Name of the passkey").fill("My phone")
    page.get_by_role("button", name="Make this passkey").click()
    expect(page.get_by_text("Now sign in with the passkey.")).to_be_visible()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Join as ines@example.org").click()

    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="Go to Today").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def plug_in_authenticator(page: Any) -> None:
    """A made-up security key in this browser, whose owner always consents."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def code_from(secret: str) -> str:
    """What an authenticator app would show now."""
    accepted = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, accepted[len(accepted) // 2]))


def sign_out(page: Any) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").first.click()

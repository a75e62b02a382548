"""How allauth behaves here: nobody signs up by themselves, letters go through the organisation."""

import logging
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from muster.channels.letters import account_of
from muster.channels.models import EmailAccount
from muster.channels.posting import Unanswered, hand_over
from muster.messaging.masking import masked
from muster.organisations.models import Member, User

log = logging.getLogger(__name__)
JUST_NOW = 300  # seconds


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by invitation only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This sign-in is closed.",
        "email_password_mismatch": "This e-mail address and password do not belong together.",
        "enter_current_password": "Type the password you have had so far.",
        "incorrect_password": "That is not your password.",
        "incorrect_code": "That code is not right, or no longer.",
        "invalid_login": "This e-mail address and password do not belong together.",
        "invalid_password_reset": "This link is spent. Ask for another.",
        "too_many_login_attempts": "Too many tries. Wait a few minutes and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever signed in a moment ago, by every step they have, is not asked again."""
        records = get_authentication_records(self.request, self.request.user)
        if any(time.time() - record["at"] < JUST_NOW for record in records):
            return False
        return bool(super().is_reauthentication_required(app=app))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send through the mail account of the organisation that made the login, and no other.

        Whoever is added to a second organisation had no say in it: its mail server must not see
        the letter that opens the login. Without an account there is nothing to send through; the
        page says the same either way, so that nobody learns from it who has a login.
        """
        account = account_for(context["user"]) if "user" in context else None
        if account is None:
            return
        letter = self.render_mail(template_prefix, email, context)
        letter.from_email = str(account)
        try:
            problem = hand_over(letter, account)
        except Unanswered as silence:
            problem = str(silence)
        if problem:
            log.warning("a letter to who signs in did not go: %s", masked(problem))


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right, or no longer.",
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Muster"}


def account_for(user: User) -> EmailAccount | None:
    """The mail account of the login's oldest membership, if that still holds."""
    oldest = Member.objects.filter(user=user).order_by("id").first()
    if oldest is None or oldest.ended_at is not None:
        return None
    return account_of(oldest.organisation)

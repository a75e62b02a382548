"""Is it still them? The second factor behind arming: how fresh it is, where to give it again."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.urls import reverse

from muster.web.members import MemberRequest

FRESH = timedelta(minutes=5)
BY_CODE = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]


def proved_at(request: MemberRequest, at: datetime) -> datetime | None:
    """When they last gave their second factor in this session; None: not yet.

    A password alone proves nothing here, nor does a sign-in link. A demonstration asks for no
    second factor (SEC-1): whoever is in has proved enough.
    """
    if request.organisation.is_demonstration:
        return at
    given = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("method") == "mfa"
    ]
    return datetime.fromtimestamp(max(given), UTC) if given else None


def is_fresh(proved: datetime | None, at: datetime) -> bool:
    return proved is not None and at - proved <= FRESH


def ask_again(request: MemberRequest, back: str) -> str:
    """The address that asks for their second factor and leads back here."""
    by_code = is_mfa_enabled(request.user, types=BY_CODE)
    route = "mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn"
    return f"{reverse(route)}?{urlencode({'next': back})}"

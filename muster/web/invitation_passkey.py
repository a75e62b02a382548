"""Choosing a passkey with an invitation, instead of a password: it is both steps in one (SEC-1).

Whoever has a sign-in already keeps it as it is: their new passkey opens nothing, and the page
does not say so (see `inviting.choose_password`).
"""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muster.organisations import inviting
from muster.organisations.models import Invitation, User
from muster.web.invitation import sign_in_path
from muster.web.sign_in_forms import InOurWords

NUMBER = "number of a sign-in to come"
CHOSEN = (
    "Now sign in with the passkey. Had you a sign-in here before, its own still holds: use that"
    " one."
)
NOT_KEPT = "The passkey did not come through. Make it again."


class Passkey(InOurWords, AddWebAuthnForm):  # type: ignore[misc]
    """One that is enough by itself: its device has asked for a finger, a face or a PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        self.fields["credential"].error_messages = dict.fromkeys(("required", "invalid"), NOT_KEPT)
        self.fields["name"].label = "Name of the passkey"
        self.fields["name"].help_text = "After the device it lives on."

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean() or {}
        except (ValidationError, TypeError, ValueError, KeyError, AttributeError) as trouble:
            raise ValidationError(NOT_KEPT) from trouble
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, key: str) -> HttpResponse:
    """Make a passkey on this device, for someone who has no sign-in yet."""
    invitation = inviting.find(key, at=timezone.now())
    if invitation is None:
        return render(request, "web/invitation/spent.html", status=410)
    if request.user.is_authenticated:
        return redirect("invitation", key=key)
    form = Passkey(request.POST or None, user=_to_come(request, invitation))
    if request.method == "POST" and form.is_valid():
        _keep(request, invitation, form)
        messages.success(request, CHOSEN)
        return redirect(sign_in_path(key))
    options = auth.begin_registration(form.user, passwordless=True)
    context = {
        "invitation": invitation,
        "key": key,
        "form": form,
        "js_data": {"creation_options": options},
    }
    return render(request, "web/invitation/passkey.html", context)


def _to_come(request: HttpRequest, invitation: Invitation) -> User:
    """Who the passkey is made for: a number of their own, known to nobody and kept for them."""
    if NUMBER not in request.session:
        request.session[NUMBER] = inviting.number_to_come()
    return User(pk=request.session[NUMBER], email=invitation.email)


@transaction.atomic
def _keep(request: HttpRequest, invitation: Invitation, form: Passkey) -> None:
    user = inviting.choose_passkey(invitation, request.session.pop(NUMBER))
    if user is not None:
        name, credential = form.cleaned_data["name"], form.cleaned_data["credential"]
        flows.signup_authenticator(request, user, name, credential)
        list(messages.get_messages(request))  # allauth's own words: ours follow, for everybody


urlpatterns = [
    path("invitation/<str:key>/passkey", choose, name="invitation_passkey"),
]

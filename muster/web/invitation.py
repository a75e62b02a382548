"""Where an invitation's link leads: choose a passkey or a password, or sign in; then join.

It reads the same whether or not the invited have a sign-in already.
"""

from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import auto_generate_recovery_codes
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from muster.organisations import inviting
from muster.organisations.models import Invitation

CHOSEN = (
    "Now sign in with it. Had you a sign-in here before, its own password still holds:"
    " use that one."
)


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, key: str) -> HttpResponse:
    """What one is invited to; a POST chooses the password of someone who has no sign-in yet."""
    invitation = inviting.find(key, at=timezone.now())
    if invitation is None:
        return render(request, "web/invitation/spent.html", status=410)
    if request.user.is_authenticated:
        return _signed_in(request, key, invitation)
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        problems = _choose(request, invitation)
        if not problems:
            messages.success(request, CHOSEN)
            return redirect(sign_in_path(key))
    context = {
        "invitation": invitation,
        "problems": problems,
        "key": key,
        "sign_in": sign_in_path(key),
        "help": " ".join(password_validators_help_texts()),
    }
    return render(request, "web/invitation/look.html", context)


@require_POST
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Join, signed in as the one invited."""
    invitation = inviting.find(key, at=timezone.now())
    if invitation is None:
        return render(request, "web/invitation/spent.html", status=410)
    if not request.user.is_authenticated:
        return redirect(sign_in_path(key))
    try:
        member = inviting.take(invitation, request.user, at=timezone.now())
    except inviting.CannotTake as refusal:
        return _signed_in(request, key, invitation, refusal)
    request.session["member"] = member.pk
    if _came_by_passkey(request) and auto_generate_recovery_codes(request):
        return redirect("mfa_view_recovery_codes")
    return redirect("today")


def _came_by_passkey(request: HttpRequest) -> bool:
    """Their passkey was made before there was anyone to show recovery codes to."""
    kept = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    return bool(kept.exists())


def _choose(request: HttpRequest, invitation: Invitation) -> tuple[str, ...]:
    password = request.POST.get("password1", "")
    if password != request.POST.get("password2", ""):
        return ("The two passwords differ. Type the same one twice.",)
    try:
        inviting.choose_password(invitation, password)
    except inviting.CannotTake as refusal:
        return refusal.args
    return ()


def _signed_in(
    request: HttpRequest, key: str, invitation: Invitation, refusal: Exception | None = None
) -> HttpResponse:
    """To someone else than the invited it says no more than that."""
    is_theirs = getattr(request.user, "email", "") == invitation.email
    status = 403 if not is_theirs else 409 if refusal else 200
    template = "web/invitation/join.html" if is_theirs else "web/invitation/someone_else.html"
    context = {"invitation": invitation, "key": key, "refusal": refusal}
    return render(request, template, context, status=status)


def sign_in_path(key: str) -> str:
    here = reverse("invitation", kwargs={"key": key})
    return f"{reverse('account_login')}?{urlencode({'next': here})}"


urlpatterns = [
    path("invitation/<str:key>", look, name="invitation"),
    path("invitation/<str:key>/join", take, name="invitation_take"),
]

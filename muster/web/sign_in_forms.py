"""The forms of signing in, in our words: allauth brings them in its own."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.webauthn import forms as webauthn
from django.contrib.auth.password_validation import password_validators_help_texts
from django.forms import Form

LABELS = {
    "login": "E-mail",
    "email": "E-mail",
    "oldpassword": "Password so far",
    "password1": "New password",
    "password2": "New password again",
    "passwordless": "Sign in with this passkey alone",
}
PASSKEY_ALONE = "It then asks for your finger, your face or a PIN, and for no password."


class InOurWords(Form):
    """Sentence case, and nothing in the boxes that vanishes as one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helps = {
            "password1": " ".join(password_validators_help_texts()),
            "passwordless": PASSKEY_ALONE,
        }
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class SignIn(InOurWords, account.LoginForm):  # type: ignore[misc]
    pass


class AskAgain(InOurWords, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class ChangePassword(InOurWords, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class ChoosePassword(InOurWords, account.SetPasswordForm):  # type: ignore[misc]
    pass


class ForgottenPassword(InOurWords, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class PasswordByLink(InOurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class SecondStep(InOurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class AddPasskey(InOurWords, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    pass

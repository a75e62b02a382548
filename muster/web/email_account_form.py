"""The form of a mail account: what every account needs, and what its service asks for."""

from collections.abc import Collection
from typing import Any

from django import forms

from muster.channels.services import Asked, Service
from muster.web.number_fields import WholeNumberField


class EmailAccountForm(forms.Form):
    """An account of one service: what all need, and what its own asks for."""

    name = forms.CharField(max_length=100, label="Name", help_text="What you call it here.")
    host = forms.CharField(
        max_length=200, label="Mail server", help_text="Such as mail.example.org"
    )
    port = WholeNumberField(min_value=1, max_value=65535, label="Port", initial=25)
    from_name = forms.CharField(max_length=200, label="From, by name")
    from_address = forms.EmailField(
        label="From, by address", error_messages={"invalid": "Write an address: us@example.org."}
    )
    connections = WholeNumberField(
        min_value=1,
        max_value=64,
        label="Connections at once",
        initial=4,
        help_text="For each worker. Ask whoever runs the server what it bears.",
    )

    def __init__(self, service: Service, *args: Any, kept: Collection[str] = (), **named: Any):
        """`kept`: secrets that are kept already, and stay unless others are typed."""
        super().__init__(*args, **named)
        if service.key != "smtp":
            del self.fields["host"], self.fields["port"]
        for asked in service.asks:
            self.fields[asked.key] = _field_of(asked, is_kept=asked.key in kept)
        self.service = service

    def told(self) -> dict[str, str]:
        """What its service asked for."""
        return {asked.key: self.cleaned_data[asked.key].strip() for asked in self.service.asks}


def _field_of(asked: Asked, *, is_kept: bool) -> forms.Field:
    words: dict[str, Any] = {"label": asked.label, "help_text": asked.help}
    if asked.choices:
        return forms.ChoiceField(choices=asked.choices, required=False, **words)
    if is_kept:
        words["help_text"] = "Kept, and not shown. Type another to replace it."
    widget = forms.PasswordInput({"autocomplete": "off"}) if asked.is_secret else None
    is_needed = asked.is_needed and not is_kept
    return forms.CharField(max_length=500, required=is_needed, widget=widget, **words)

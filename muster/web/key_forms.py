"""The form of an API key."""

from typing import Any

from django import forms

from muster.organisations.api_keys import KeyAsked
from muster.organisations.models import Organisation, Unit
from muster.organisations.rules import KEY_SCOPES
from muster.web.settings_access_forms import LastDayField

SCOPES = {
    "see seats": "Read the seats",
    "see people": "Read people, their tags and consents",
    "change people": "Add people, change them, take their consent and their no",
    "see leads": "Read new volunteers",
    "change leads": "Say that a volunteer was spoken to",
    "see launches": "Read how launches stand",
    "see messages": "Read how journeys stand",
    "run journeys": "Pause journeys (people start them)",
    "keep webhooks": "Look after webhooks and have them sent again",
}


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=100, label="Name", help_text="The program that will use it: “Website sign-ups”."
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope, words) for scope, words in SCOPES.items() if scope in KEY_SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text="As little as it needs. It never does more than you may do yourself.",
        error_messages={"required": "Choose what the key may do."},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        required=False,
        label="Only in",
        empty_label="Everywhere I reach",
        help_text="It sees the people of that unit's places and nobody else.",
    )
    until = LastDayField()

    def __init__(self, *args: Any, organisation: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].queryset = organisation.units.filter(closed_at=None).order_by("name")  # type: ignore[attr-defined]
        self.fields["until"].required = True
        self.fields["until"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["until"].error_messages["required"] = "Choose its last day."
        self.fields["until"].help_text = "At most a year away. You are reminded a fortnight before."

    def asked(self) -> KeyAsked:
        given = self.cleaned_data
        return KeyAsked(given["name"], frozenset(given["scopes"]), given["unit"], given["until"])

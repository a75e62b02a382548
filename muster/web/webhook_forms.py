"""The forms of webhooks."""

from typing import Any

from django import forms

from muster.organisations.models import Organisation, Unit
from muster.webhooks.keeping import Asked
from muster.webhooks.kinds import KINDS


class WebhookForm(forms.Form):
    name = forms.CharField(
        max_length=100, label="Name", help_text="The program that is told: “Our data warehouse”."
    )
    url = forms.CharField(
        max_length=500,
        label="Address",
        help_text="https://…, on the open internet. A demonstration tells this machine only.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label="Tell it when",
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it is told of."},
    )
    with_people = forms.BooleanField(
        required=False,
        label="With names and contacts",
        help_text="Without, it gets codes, and asks the API for what its key lets it see.",
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), required=False, label="Only in", empty_label="Everywhere I reach"
    )

    def __init__(self, *args: Any, organisation: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].queryset = organisation.units.order_by("name")  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        given = self.cleaned_data
        return Asked(
            given["name"],
            given["url"],
            frozenset(given["kinds"]),
            given["with_people"],
            given["unit"],
        )


class MomentField(forms.DateTimeField):
    def __init__(self, **more: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            error_messages={"invalid": "Write it as 2026-05-07 14:30."},
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            **more,
        )


class SpanForm(forms.Form):
    since = MomentField(label="From")
    until = MomentField(label="Until")

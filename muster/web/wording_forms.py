"""Writing down the exact words people agree to."""

from typing import Any

from django import forms

from muster.organisations.models import Organisation
from muster.people.explicit import SPECIAL
from muster.people.models import Wording


class WordingForm(forms.ModelForm):  # type: ignore[type-arg]
    """One version of the words for one channel. Once kept they never change."""

    purpose = forms.ChoiceField(
        label="What for",
        choices=[
            ("marketing", "To hear from us"),
            (SPECIAL, "To be chosen by special data, as political opinion (DP-9T)"),
        ],
        initial="marketing",
        required=False,
    )

    class Meta:
        model = Wording
        fields = ["channel", "purpose", "version", "campaigner", "text", "covers_candidates"]
        labels = {
            "version": "Name of this version",
            "text": "The exact words",
            "covers_candidates": "The words name the candidates too",
        }
        help_texts = {
            "version": "As your file writes it: 2026-05.",
            "text": "",
            "covers_candidates": "",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        chosen = self.fields["campaigner"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = organisation.campaigners.exclude(kind="candidate").order_by("name")

    def clean_purpose(self) -> str:
        return self.cleaned_data["purpose"] or "marketing"

    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        there = Wording.objects.filter(
            organisation=self.instance.organisation,
            channel=self.cleaned_data.get("channel"),
            purpose=self.cleaned_data.get("purpose"),
            version=version,
        )
        if there.exists():
            raise forms.ValidationError("There is a version of this name: words never change.")
        return version

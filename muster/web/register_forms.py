"""The forms of the electoral register's pages."""

from typing import Any

from django import forms

from muster.organisations.models import Campaigner, Organisation
from muster.places.models import Place
from muster.registers import rules
from muster.registers.models import RegisterLoad

Date = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LoadForm(forms.Form):
    """A register somebody received."""

    kind = forms.ChoiceField(label="What it is", choices=RegisterLoad.Kind.choices)
    recipient = forms.ModelChoiceField(
        Campaigner.objects.none(),
        label="Who received it",
        empty_label="Choose the campaigner",
        help_text=f"{rules.ONLY_REGISTERED} A party, a candidate or a registered campaigner.",
    )
    place = forms.ModelChoiceField(
        Place.objects.none(), label="Seat", required=False, empty_label="Several seats"
    )
    received_on = forms.DateField(label="Received on", widget=Date)
    entitlement = forms.CharField(
        label="By what right",
        max_length=200,
        help_text="As the council’s letter says, such as “Regulation 105, registered party”.",
    )
    file = forms.FileField(
        label="CSV file",
        help_text="With elector number, names, address and postcode; councils’ own column names"
        " are known. Anonymous electors are kept as a number only.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,.txt"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, seats: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        campaigners = Campaigner.objects.filter(organisation=organisation).order_by("name")
        self.fields["recipient"].queryset = campaigners  # type: ignore[attr-defined]
        self.fields["place"].queryset = seats  # type: ignore[attr-defined]


class LookForm(forms.Form):
    """Whom somebody looks for, and what for."""

    family_name = forms.CharField(label="Family name", max_length=100, required=False)
    given_name = forms.CharField(label="Given name", max_length=100, required=False)
    postcode = forms.CharField(label="Postcode", max_length=10, required=False)
    purpose = forms.ChoiceField(
        label="What for", choices=[*rules.PURPOSES.items(), ("other", "Something else")]
    )


class TakeForm(forms.Form):
    purpose = forms.ChoiceField(
        label="What for",
        choices=[
            *rules.PURPOSES.items(),
            ("advertising", "An advertising platform"),
            ("other", "Something else"),
        ],
    )

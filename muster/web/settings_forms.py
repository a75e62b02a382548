"""The forms of Settings: each checks its own fields and answers plain values."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from muster.lib.bank_holidays import NATIONS
from muster.organisations.campaigners import CampaignerAsked
from muster.organisations.models import Campaigner, Organisation, Unit
from muster.organisations.units import UnitAsked
from muster.places.models import Place

STANDABLE = (Place.Kind.SEAT, Place.Kind.REGION, Place.Kind.NATION)


class PlaceField(forms.CharField):
    """A place, by its code or its name; cleans to its code."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("label", "Place")
        super().__init__(
            widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}), **more
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if not text:
            return ""
        found = Place.objects.filter(kind__in=STANDABLE)
        codes = list(found.filter(code__iexact=text).values_list("code", flat=True)[:1])
        codes = codes or list(found.filter(name__iexact=text).values_list("code", flat=True)[:2])
        if len(codes) == 1:
            return str(codes[0])
        if codes:
            raise ValidationError(f"More than one place is named {text}. Write its code instead.")
        raise ValidationError(
            f"No seat, region or nation is named {text}. Choose one from the list."
        )


class OrganisationForm(forms.Form):
    name = forms.CharField(
        max_length=200, label="Name", help_text="As supporters read it, on pages and in letters."
    )
    accent = forms.CharField(
        max_length=7,
        label="Colour",
        help_text="For buttons and whatever is live. It is made darker or lighter where it must be,"
        " so that it can always be read.",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    bank_holidays = forms.ChoiceField(
        required=False,
        choices=list(NATIONS.items()),
        label="Bank holidays of",
        help_text="Where you work. An answer about someone's data that would be due on one is due"
        " on the next working day.",
    )


class UnitForm(forms.Form):
    name = forms.CharField(max_length=200, label="Name")
    kind = forms.ChoiceField(choices=Unit.Kind.choices, label="Kind")
    parent = forms.ModelChoiceField(
        Unit.objects.none(), required=False, label="Belongs to", empty_label="Choose a unit"
    )
    place = PlaceField(
        required=False,
        help_text="A seat, region or nation, by name. Members of the unit see the people there,"
        " and nobody else's.",
    )

    def __init__(self, *args: Any, organisation: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["parent"].queryset = organisation.units.filter(closed_at=None).order_by("name")  # type: ignore[attr-defined]

    def asked(self) -> UnitAsked:
        given = self.cleaned_data
        return UnitAsked(given["name"], given["kind"], given["parent"], given["place"])


class CampaignerForm(forms.Form):
    kind = forms.ChoiceField(choices=Campaigner.Kind.choices, label="Kind")
    name = forms.CharField(max_length=200, label="Name")
    place = PlaceField(
        required=False,
        label="Stands in",
        help_text="For a candidate or a local party: the seat. What is cut for that seat carries"
        " this imprint.",
    )
    promoter = forms.CharField(
        max_length=200, label="Promoter", help_text="Who causes the material to be published."
    )
    address = forms.CharField(
        max_length=300, label="Promoter's postal address", help_text="A PO box will do."
    )
    on_behalf_of = forms.CharField(max_length=200, required=False, label="On behalf of")
    on_behalf_address = forms.CharField(max_length=300, required=False, label="Their address")

    def asked(self) -> CampaignerAsked:
        given = {name: str(value).strip() for name, value in self.cleaned_data.items()}
        return CampaignerAsked(place_code=given.pop("place"), **given)

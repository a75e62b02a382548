"""The forms of Privacy: each checks its own fields and answers plain values."""

from typing import Any

from django import forms

from muster.audiences import taking_out
from muster.audiences.models import Audience, AudienceQuerySet
from muster.organisations.models import LegalCondition
from muster.people.models import Person
from muster.places.models import Place
from muster.places.scope import Reach
from muster.privacy.cases import Request
from muster.privacy.exporting import Asked
from muster.privacy.models import Case, Export

USUAL = ("given_name", "family_name", "email", "postcode", "seat", "may_email")


class ExportForm(forms.Form):
    seat = forms.ModelChoiceField(
        Place.objects.none(), required=False, label="Whom", empty_label="Everyone you reach"
    )
    audience = forms.ModelChoiceField(
        Audience.objects.none(),
        required=False,
        to_field_name="code",
        label="Or an audience",
        empty_label="None",
    )
    columns = forms.MultipleChoiceField(
        label="Columns",
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what you need: each column is one more thing to lose.",
        error_messages={"required": "Choose the columns you need."},
    )
    format = forms.ChoiceField(choices=Export.Format.choices, label="As")
    reason = forms.CharField(
        max_length=1000,
        label="What it is for",
        help_text="Whoever approves it reads this, and so does the audit.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what the file is for."},
    )

    def __init__(
        self,
        *args: Any,
        columns: dict[str, str],
        reach: Reach,
        audiences: AudienceQuerySet,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["audience"].queryset = audiences.order_by("name")  # type: ignore[attr-defined]
        self.fields["columns"].choices = list(columns.items())  # type: ignore[attr-defined]
        self.fields["columns"].initial = USUAL
        seats = Place.objects.seats().filter(reach.within("export people", "id")).order_by("name")
        self.fields["seat"].queryset = seats  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        given = self.cleaned_data
        of: tuple[str, int | None] = ("seat", given["seat"].pk) if given["seat"] else ("", None)
        if given["audience"]:
            of = (taking_out.KIND, given["audience"].pk)
        return Asked(tuple(given["columns"]), given["reason"], given["format"], of)


class ConditionForm(forms.Form):
    kind = forms.ChoiceField(
        choices=LegalCondition.Kind.choices,
        label="We rely on",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the condition you rely on."},
    )
    policy = forms.CharField(
        max_length=300,
        label="Policy document",
        help_text="Its reference, or the address where it lies: the law wants one to stand ready.",
        error_messages={"required": "Say where your policy document is."},
    )


class CaseForm(forms.Form):
    kind = forms.ChoiceField(choices=Case.Kind.choices, label="They ask for")
    route = forms.ChoiceField(
        choices=[c for c in Case.Route.choices if c[0] != Case.Route.FORM], label="It came by"
    )
    received_on = forms.DateField(
        label="It came on",
        help_text="The clock counts from this day.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day as 2026-05-07."},
    )
    name = forms.CharField(max_length=200, required=False, label="Their name")
    contact = forms.CharField(
        max_length=254,
        label="E-mail address or phone",
        help_text="To answer to, and to find them on the list by.",
        error_messages={"required": "Write an e-mail address or a phone to answer to."},
    )
    words = forms.CharField(
        max_length=5000,
        required=False,
        label="In their words",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def asked(self, person: Person | None) -> Request:
        return Request(person=person, **self.cleaned_data)

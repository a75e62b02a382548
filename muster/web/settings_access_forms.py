"""The forms of giving access: a role with its reason and its end, an invitation, a bare reason."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from muster.organisations import granting, rules
from muster.organisations.granting import Wanted
from muster.organisations.joining import Newcomer
from muster.organisations.models import Role, Unit

USUAL, DAY, OPEN = "usual", "day", "open"
LASTS = [
    (USUAL, "As long as is usual"),
    (DAY, "Until a day I choose"),
    (OPEN, "Until someone takes it back"),
]
DATASETS = [("", "Everything the role gives"), *Role.Dataset.choices]


def usual_in_words() -> str:
    """ "Organiser 365 days, …": what "as long as is usual" comes to."""
    labels = dict(Role.Kind.choices)
    days = [f"{labels[k].lower()} {d} days" for k, d in rules.USUAL_DAYS.items() if k in labels]
    return f"Usual: {', '.join(days)}; an administrator without end."


class LastDayField(forms.DateField):
    """The last day a role holds; cleans to the instant that day ends in the organisation's zone."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            required=False,
            label="Last day",
            help_text="If you choose one. The role ends by itself that night.",
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": "Write the day as 2026-05-07."},
            **more,
        )

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class ReasonField(forms.CharField):
    """Why: kept with the change, and told to whom it concerns."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("label", "Why")
        more.setdefault("help_text", "They read it, and it is kept.")
        super().__init__(
            max_length=200, error_messages={"required": "Write why, in a few words."}, **more
        )


class ReasonForm(forms.Form):
    reason = ReasonField()


class RoleForm(forms.Form):
    kind = forms.ChoiceField(choices=Role.Kind.choices, label="Role", initial=Role.Kind.ORGANISER)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="In",
        empty_label="Choose a unit",
        help_text="It holds there and in everything beneath.",
    )
    dataset = forms.ChoiceField(
        choices=DATASETS,
        required=False,
        label="For",
        help_text="Limited to one part, it shows nothing of the others.",
    )
    lasts = forms.ChoiceField(choices=LASTS, required=False, label="For how long")
    until = LastDayField()
    reason = ReasonField()

    def __init__(self, *args: Any, units: QuerySet[Unit], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].queryset = units.order_by("name")  # type: ignore[attr-defined]
        self.fields["lasts"].help_text = usual_in_words()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("lasts") == DAY and not given.get("until") and "until" not in self.errors:
            self.add_error("until", "Choose the last day.")
        return given

    def wanted(self, at: datetime) -> Wanted:
        """The role as asked for at this instant."""
        given = self.cleaned_data
        until = given["until"]
        if until is None and given["lasts"] != OPEN:
            until = granting.usual_end(given["kind"], at)
        return Wanted(given["unit"], given["kind"], until, given["dataset"], given["reason"])


class InvitationForm(RoleForm):
    name = forms.CharField(
        max_length=200, label="Name", error_messages={"required": "Write the member's name."}
    )
    email = forms.EmailField(
        label="E-mail address", error_messages={"invalid": "Write an address: ada@example.org."}
    )
    field_order = ["name", "email", "kind", "unit", "dataset", "lasts", "until", "reason"]

    def asked(self, at: datetime) -> Newcomer:
        wanted = self.wanted(at)
        return Newcomer(
            self.cleaned_data["name"],
            self.cleaned_data["email"],
            wanted.unit,
            wanted.kind,
            wanted.until,
            wanted.dataset,
            wanted.reason,
        )

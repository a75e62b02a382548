"""The form a target list is made with: inputs with their defaults, and what each means."""

from dataclasses import fields
from typing import Any

from django import forms
from django.db.models import Count

from muster.places.models import Election, Party
from muster.places.rules import Inputs, problems_with
from muster.places.standings import latest_general
from muster.web.number_fields import WholeNumberField

DEFAULTS = Inputs()
RANKINGS = [
    ("gain", "Gain in the chance of winning per 100 volunteer hours"),
    ("swing", "Smallest swing needed"),
    ("chance", "Highest chance of winning"),
]


class _Points(forms.FloatField):
    def __init__(self, label: str, help_text: str, **more: Any) -> None:
        super().__init__(label=label, help_text=help_text, **more)
        self.widget.attrs |= {"step": "any", "inputmode": "decimal"}


class TargetsForm(forms.Form):
    """Which seats, for whom, by which reckoning."""

    name = forms.CharField(max_length=200, required=False, help_text="As people will choose it.")
    party = forms.ModelChoiceField(Party.objects.none(), empty_label=None)
    election = forms.ModelChoiceField(
        Election.objects.none(),
        empty_label=None,
        label="Results of",
        help_text="Notional results are estimates on today's boundaries.",
    )
    swing = _Points(
        "Expected swing",
        "Points from the best other party to yours since then. Half of what the lead changes by.",
        initial=DEFAULTS.swing,
    )
    how_many = WholeNumberField(
        label="How many seats",
        required=False,
        min_value=1,
        max_value=10_000,
        initial=50,
        help_text="Empty: every seat within the limits below.",
    )
    rank_by = forms.ChoiceField(choices=RANKINGS, label="Best first by", initial=DEFAULTS.rank_by)
    with_held = forms.BooleanField(required=False, label="Also the seats the party already holds")
    national = _Points(
        "National spread",
        "How far out the expected swing may be everywhere: one standard deviation, in points.",
        initial=DEFAULTS.national,
    )
    local = _Points(
        "Local spread",
        "How far one seat may differ from the country: one standard deviation, in points.",
        initial=DEFAULTS.local,
    )
    votes_per_hour = _Points(
        "Votes per volunteer hour",
        "Your own estimate. Research puts persuasion at the door near zero and turnout a little"
        " above it; nothing here is a promise.",
        initial=DEFAULTS.votes_per_hour,
    )
    swing_up_to = _Points("Swing needed at most", "In points.", required=False)
    chance_from = _Points("Chance at least", "In per cent.", required=False)
    chance_to = _Points("Chance at most", "In per cent.", required=False)
    gain_from = _Points("Gain at least", "In points of chance per 100 hours.", required=False)

    def __init__(
        self, *args: Any, country: str = "GB", party: Party | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        stood = Party.objects.filter(country=country, results__isnull=False)
        elections = Election.objects.filter(country=country).order_by("-held_on")
        self.fields["party"].queryset = stood.distinct().order_by("name")  # type: ignore[attr-defined]
        self.fields["election"].queryset = elections  # type: ignore[attr-defined]
        self.fields["election"].initial = latest_general(country)
        is_theirs = party is not None and party.country == country
        self.fields["party"].initial = party if is_theirs else _largest(country)

    def inputs(self) -> Inputs:
        """The reckoning asked for; percentages as shares."""
        found = self.cleaned_data
        given = {f.name: found[f.name] for f in fields(Inputs) if found.get(f.name) is not None}
        for share in ("chance_from", "chance_to", "gain_from"):
            if share in given:
                given[share] = given[share] / 100
        return Inputs(**given | {"how_many": found.get("how_many")})

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors:
            for problem in problems_with(self.inputs()):
                self.add_error(None, problem)
        return found


def _largest(country: str) -> Party | None:
    """The party with the most results: a fair first guess."""
    counted = Party.objects.filter(country=country).annotate(stood=Count("results"))
    return counted.order_by("-stood", "name").first()

"""What someone fills in to prepare a launch."""

from datetime import date as Day
from typing import Any

from django import forms
from django.utils import timezone

from muster.actions.models import ActionPage
from muster.audiences.models import AudienceQuerySet
from muster.channels.models import EmailAccount, NetworkAccount
from muster.launches.drafting import Asked
from muster.launches.models import Launch
from muster.organisations.models import Organisation
from muster.places.models import TargetList
from muster.web.message_forms import AudienceChoice, PageChoice
from muster.web.number_fields import WholeNumberField

MOST_POUNDS = 5_000
OPTIONAL = [("post", "A post with a card"), ("ad", "An ad with the cards"), ("page", "A page")]


class LaunchForm(forms.Form):
    """Which seats, which accounts, what money. The words come afterwards, from starters."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="To find it by. Nobody outside sees it.",
        error_messages={"required": "Give it a name."},
    )
    targets = forms.ModelChoiceField(
        TargetList.objects.none(),
        label="Seats",
        empty_label=None,
        help_text="Everything is made once for every seat of this list.",
    )
    audience = AudienceChoice()
    date = forms.DateField(
        label="Date",
        required=False,
        help_text="Fills {date}, as “Saturday 9 May”.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    page = PageChoice(
        ActionPage.objects.none(),
        label="Page",
        empty_label=None,
        help_text="Where everything leads: each seat has its own.",
    )
    kinds = forms.MultipleChoiceField(
        label="Beside the e-mail, in every seat",
        choices=OPTIONAL,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    email = forms.ModelChoiceField(
        EmailAccount.objects.none(), label="E-mail from", empty_label=None
    )
    social = forms.ModelChoiceField(
        NetworkAccount.objects.none(), label="Post as", empty_label="No posts", required=False
    )
    ads = forms.ModelChoiceField(
        NetworkAccount.objects.none(), label="Ads by", empty_label="No ads", required=False
    )
    budget = WholeNumberField(
        label="Ad money for each seat, in pounds",
        min_value=0,
        max_value=MOST_POUNDS,
        required=False,
        help_text="The treasurer or agent must be one of the two who arm it.",
    )

    def __init__(
        self,
        organisation: Organisation,
        *args: Any,
        audiences: AudienceQuerySet | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.organisation = organisation
        self.fields["audience"].label = "Who gets the e-mail"
        if audiences is not None:
            self._offer("audience", audiences.order_by("name"))
        ours = {"organisation": organisation}
        networks = NetworkAccount.objects.filter(**ours, is_on=True).order_by("name")
        self._offer("targets", TargetList.objects.by_use(organisation))
        self._offer("page", ActionPage.objects.filter(**ours).order_by("title"))
        self._offer("email", EmailAccount.objects.filter(**ours).order_by("id"))
        self._offer("social", networks.filter(kind="social"))
        self._offer("ads", networks.filter(kind="ads"))
        if not self.is_bound:
            self.initial = {**self._first_choices(), **self.initial}

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = choices

    def _choices(self, name: str) -> Any:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        return field.queryset

    def _first_choices(self) -> dict[str, Any]:
        """The accounts there are, and every kind that has one."""
        social, ads = self._choices("social").first(), self._choices("ads").first()
        there = {"post": social, "ad": ads, "page": True}
        kinds = [kind for kind, is_there in there.items() if is_there]
        return {"social": social, "ads": ads, "kinds": kinds}

    def clean_name(self) -> str:
        """Its masters are named after it: said of the launch, not of one of them."""
        name: str = self.cleaned_data["name"]
        if Launch.objects.filter(organisation=self.organisation, name=name).exists():
            raise forms.ValidationError(f"Another launch is called {name}: choose another name.")
        return name

    def clean_date(self) -> Day | None:
        given: Day | None = self.cleaned_data["date"]
        if given is not None and given < timezone.localdate():
            raise forms.ValidationError("That day is past: choose today or a day to come.")
        return given

    def lacking(self) -> list[str]:
        """What has to be there before anything can be chosen."""
        needed = {
            "targets": "make a target list",
            "page": "open a page to lead to",
            "email": "add a mail account in Settings",
        }
        return [words for name, words in needed.items() if not self._choices(name).exists()]

    def asked(self) -> Asked:
        """What was chosen, as `drafting.draft` takes it."""
        said = self.cleaned_data
        kinds = set(said["kinds"])
        carried = {"card"} if kinds & {"post", "ad"} else set()
        return Asked(
            name=said["name"],
            targets=said["targets"],
            page=said["page"],
            email=said["email"],
            audience=said["audience"],
            social=said["social"],
            ads=said["ads"],
            ad_budget=100 * (said["budget"] or 0),
            date=said["date"],
            kinds=("email", *sorted(kinds | carried)),
        )

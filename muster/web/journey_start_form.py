"""What is filled in for a journey itself: who enters, what it is for, when they leave."""

from typing import Any

from django import forms

from muster.audiences.models import Audience, AudienceQuerySet
from muster.messaging.journeys.models import Journey
from muster.organisations.models import Organisation
from muster.web.journey_forms import offer_choices, offer_query
from muster.web.journey_words import event_chosen, events, read_event


class StartForm(forms.Form):
    """How people enter, what it is for, when they leave, and whether they may come again."""

    name = forms.CharField(label="Name", max_length=100)
    by = forms.ChoiceField(
        label="People enter",
        choices=[("fact", "when they do something"), ("audience", "when they are in an audience")],
        widget=forms.RadioSelect,
    )
    event = forms.ChoiceField(label="Everybody who …", required=False)
    audience = forms.ModelChoiceField(
        Audience.objects.none(),
        label="Audience",
        required=False,
        empty_label="Choose one",
        help_text="Who is in it now, and who comes into it later.",
    )
    goal = forms.ChoiceField(
        label="It is for this: they …",
        required=False,
        help_text="Whoever does it leaves the journey at once, and counts as its result.",
    )
    leaves_on_reply = forms.BooleanField(
        label="Whoever writes to us leaves it",
        required=False,
        initial=True,
        help_text="A person answers them from then on.",
    )
    again_after_days = forms.IntegerField(
        label="The same person again after … days",
        min_value=31,
        max_value=3660,
        required=False,
        help_text="Empty: once and never again. 31 at least.",
    )

    def __init__(
        self, organisation: Organisation, audiences: AudienceQuerySet, *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        happenings = events(organisation)
        offer_choices(self, "event", [("", "Choose what"), *happenings])
        offer_choices(self, "goal", [("", "Nothing in particular"), *happenings])
        offer_query(self, "audience", audiences.order_by("name"))

    def let_start_stand(self) -> None:
        """Show how people enter, but let it stand: the journey runs by it."""
        for name in ("by", "event", "audience"):
            self.fields[name].disabled = True

    def start(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said["by"] == "audience":
            chosen = said["audience"]
            return {"kind": "audience", "audience": chosen.pk if chosen else None}
        return {"kind": "fact"} | read_event(said["event"])

    def leaving(self) -> dict[str, Any]:
        """As `making.set_leaving` takes it."""
        said = self.cleaned_data
        return {
            "goal": read_event(said["goal"]) if said["goal"] else None,
            "leaves_on_reply": said["leaves_on_reply"],
            "again_after_days": said["again_after_days"],
        }

    @staticmethod
    def initial_of(journey: Journey) -> dict[str, Any]:
        start = journey.start
        return {
            "name": journey.name,
            "by": start.get("kind", "fact"),
            "event": event_chosen(start) if start.get("fact") else "",
            "audience": start.get("audience"),
            "goal": event_chosen(journey.goal) if journey.goal else "",
            "leaves_on_reply": journey.leaves_on_reply,
            "again_after_days": journey.again_after_days,
        }

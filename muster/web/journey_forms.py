"""What is filled in for each kind of step of a journey."""

from collections.abc import Mapping
from typing import Any

from django import forms

from muster.audiences.models import Audience
from muster.messaging.models import Message
from muster.organisations.models import Member, Organisation
from muster.web.journey_words import DAYS, event_chosen, events, read_event

UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60, "weeks": 7 * 24 * 60}


class StepForm(forms.Form):
    """The form of one kind of step. `definition()` is what its acts take."""

    def __init__(self, organisation: Organisation, *args: Any, **more: Any) -> None:
        self.organisation = organisation
        super().__init__(*args, **more)
        self.offer(organisation)

    def offer(self, organisation: Organisation) -> None:
        """Fill the choices that only the organisation has."""

    def definition(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def initial_of(cls, said: Mapping[str, Any]) -> dict[str, Any]:
        return dict(said)


class _Span(StepForm):
    number = forms.IntegerField(label="How long", min_value=1, max_value=100_000, initial=3)
    unit = forms.ChoiceField(
        label="Of what", choices=[(unit, unit) for unit in UNITS], initial="days"
    )

    def minutes(self) -> int:
        return int(self.cleaned_data["number"]) * UNITS[self.cleaned_data["unit"]]

    @staticmethod
    def said(minutes: int) -> dict[str, Any]:
        unit = next(u for u in reversed(UNITS) if minutes % UNITS[u] == 0)
        return {"number": minutes // UNITS[unit], "unit": unit}


class WaitForm(_Span):
    def definition(self) -> dict[str, Any]:
        return {"minutes": self.minutes()}

    @classmethod
    def initial_of(cls, said: Mapping[str, Any]) -> dict[str, Any]:
        return cls.said(said["minutes"])


class WaitForForm(_Span):
    field_order = ["event", "number", "unit"]
    event = forms.ChoiceField(label="Until somebody …")

    def offer(self, organisation: Organisation) -> None:
        offer_choices(self, "event", events(organisation))
        self.fields["number"].label = "At most"

    def definition(self) -> dict[str, Any]:
        return read_event(self.cleaned_data["event"]) | {"at_most_minutes": self.minutes()}

    @classmethod
    def initial_of(cls, said: Mapping[str, Any]) -> dict[str, Any]:
        return {"event": event_chosen(said)} | cls.said(said["at_most_minutes"])


class WaitUntilForm(StepForm):
    hour = forms.TypedChoiceField(
        label="Hour",
        coerce=int,
        choices=[(hour, f"{hour}:00") for hour in range(24)],
        initial=18,
        help_text="By your organisation's own clocks.",
    )
    days = forms.TypedMultipleChoiceField(
        label="On these days",
        coerce=int,
        required=False,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: on any day.",
    )

    def definition(self) -> dict[str, Any]:
        return {"hour": self.cleaned_data["hour"], "days": sorted(self.cleaned_data["days"])}


class BranchForm(StepForm):
    on = forms.ChoiceField(
        label="Ask",
        choices=[
            ("fact", "What they did"),
            ("audience", "Whether they are in an audience"),
            ("reply", "Whether they wrote to us since they entered"),
            ("last_wait", "Whether what the last wait was for happened in time"),
        ],
    )
    event = forms.ChoiceField(
        label="They …", required=False, help_text="Where you ask what they did."
    )
    since = forms.ChoiceField(
        label="Since", choices=[("entered", "they entered"), ("ever", "ever")], required=False
    )
    audience = forms.ModelChoiceField(
        Audience.objects.none(),
        label="Audience",
        required=False,
        empty_label="Choose one",
        help_text="Where you ask whether they are in one.",
    )

    def offer(self, organisation: Organisation) -> None:
        offer_choices(self, "event", events(organisation))
        offer_query(self, "audience", Audience.objects.kept(organisation).order_by("name"))

    def definition(self) -> dict[str, Any]:
        said = self.cleaned_data
        found: dict[str, Any] = {"on": said["on"]}
        if said["on"] == "fact":
            found |= read_event(said["event"]) | {"since": said["since"] or "entered"}
        if said["on"] == "audience":
            found["audience"] = said["audience"].pk if said["audience"] else None
        return found

    @classmethod
    def initial_of(cls, said: Mapping[str, Any]) -> dict[str, Any]:
        return dict(said) | {"event": event_chosen(said)}


class LetterChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An e-mail by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.master.name)


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A member by their name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class SendForm(StepForm):
    message = LetterChoice(
        Message.objects.none(), label="E-mail", empty_label="Choose one", required=False
    )

    def offer(self, organisation: Organisation) -> None:
        mine = Message.objects.filter(organisation=organisation, goes_with_journey=True)
        offer_query(self, "message", mine.select_related("master").order_by("master__name"))

    def definition(self) -> dict[str, Any]:
        chosen = self.cleaned_data["message"]
        return {"message": chosen.pk if chosen else None}


class TagForm(StepForm):
    tag = forms.CharField(label="Tag", max_length=100, required=False)
    take_off = forms.BooleanField(label="Take it off instead", required=False)

    def definition(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"tag": said["tag"].strip()} | ({"take_off": True} if said["take_off"] else {})


class HandForm(StepForm):
    member = MemberChoice(
        Member.objects.none(),
        label="To",
        empty_label="Choose who",
        required=False,
        help_text="They see them among their leads. Where somebody lives outside their seats,"
        " whoever is nearest takes them on.",
    )
    note = forms.CharField(
        label="What it is about",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def offer(self, organisation: Organisation) -> None:
        standing = Member.objects.filter(organisation=organisation, ended_at=None)
        offer_query(self, "member", standing.select_related("user").order_by("pk"))

    def definition(self) -> dict[str, Any]:
        chosen, note = self.cleaned_data["member"], self.cleaned_data["note"].strip()
        return {"member": chosen.pk if chosen else None} | ({"note": note} if note else {})


FORMS: dict[str, type[StepForm]] = {
    "send": SendForm,
    "ask": SendForm,
    "wait": WaitForm,
    "wait_for": WaitForForm,
    "wait_until": WaitUntilForm,
    "branch": BranchForm,
    "tag": TagForm,
    "hand": HandForm,
}


def offer_choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def offer_query(form: forms.Form, name: str, found: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = found

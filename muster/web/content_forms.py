"""Writing down the words of a post, a card, an ad or a page."""

from typing import Any

from django import forms

from muster.content.masters import Words
from muster.content.models import Master
from muster.organisations.models import Organisation
from muster.places.models import TargetList
from muster.web.content_kinds import Kind

TAKEN = ("subject", "body", "button", "design", "alt")


class ContentForm(forms.Form):
    """A master's words, with the boxes its kind has. Lengths are told per seat, not refused."""

    name = forms.CharField(
        label="Name", max_length=200, help_text="To find it by. Nobody outside sees it."
    )
    targets = forms.ModelChoiceField(
        TargetList.objects.none(),
        label="Seats",
        empty_label=None,
        help_text="One cut is made for every seat of this list.",
    )
    date = forms.DateField(
        label="Date",
        required=False,
        help_text="Fills {date}, as “Saturday 9 May”.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        kind: Kind,
        organisation: Organisation,
        *args: Any,
        master: Master | None = None,
        **more: Any,
    ) -> None:
        if master is not None:
            more["initial"] = {name: getattr(master, name) for name in ("name", "date", *TAKEN)}
        super().__init__(*args, **more)
        self.kind, self.master = kind, master
        if master is not None:
            del self.fields["targets"]
        else:
            chosen = self.fields["targets"]
            assert isinstance(chosen, forms.ModelChoiceField)
            chosen.queryset = TargetList.objects.by_use(organisation)
        for name in kind.boxes:
            self.fields[name] = self._box(name)

    def _box(self, name: str) -> forms.Field:
        box = self.kind.boxes[name]
        if name == "design":
            return forms.ChoiceField(label=box.label, choices=Master.Design.choices)
        most = f"At most {box.most:,} letters, counted as each seat reads it." if box.most else ""
        words = " ".join(part for part in (box.help, most) if part)
        widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off"})
        if box.rows > 1:
            widget = forms.Textarea(attrs={"rows": box.rows, "spellcheck": "true"})
        return forms.CharField(
            label=box.label,
            required=False,
            strip=False,
            help_text=words,
            widget=widget,
            max_length={"subject": 200, "button": 80, "alt": 400}.get(name),
        )

    def boxes(self) -> list[Any]:
        """The boxes of this kind, bound, in the order they are written."""
        return [self[name] for name in self.kind.boxes]

    def targets_now(self) -> TargetList | None:
        """The list whose seats are written to, as far as the form goes."""
        if self.master is not None:
            return self.master.targets
        chosen = self.fields["targets"]
        assert isinstance(chosen, forms.ModelChoiceField)
        asked = str(self["targets"].value() or "")
        lists = chosen.queryset
        assert lists is not None
        return (lists.filter(pk=asked).first() if asked.isdigit() else None) or lists.first()

    def words(self) -> Words:
        """What was written, in the shape content takes it."""
        said = self.cleaned_data
        taken = {name: said[name].replace("\r\n", "\n") for name in self.kind.boxes}
        return Words(
            name=said["name"],
            kind=self.kind.value,
            date=said["date"],
            targets=self.targets_now(),
            **taken,
        )

    def unkept(self, organisation: Organisation) -> Master:
        """A master as typed so far, for showing only."""
        typed = {name: (self[name].value() or "").replace("\r\n", "\n") for name in self.kind.boxes}
        return Master(
            organisation=organisation,
            kind=self.kind.value,
            targets=self.targets_now(),
            date=self._day(),
            **typed,
        )

    def _day(self) -> Any:
        typed = self["date"].value() or None
        try:
            return self.fields["date"].clean(typed) if isinstance(typed, str) else typed
        except forms.ValidationError:
            return None

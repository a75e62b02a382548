"""What a writer fills in."""

from collections.abc import Sequence
from typing import Any

from django import forms

from muster.actions.models import ActionPage
from muster.audiences.models import Audience, AudienceQuerySet
from muster.channels.models import EmailAccount, SenderIdentity
from muster.content.blocks import Block
from muster.content.masters import Words
from muster.content.models import Master
from muster.organisations.models import Organisation
from muster.places.models import TargetList


class WordsForm(forms.Form):
    """A master's words, but for its blocks, which `composer.typed` reads."""

    name = forms.CharField(
        label="Name", max_length=200, help_text="To find it by. Nobody outside sees it."
    )
    subject = forms.CharField(
        label="Subject",
        max_length=200,
        required=False,
        help_text="Up to 50 letters show whole on most phones.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    preheader = forms.CharField(
        label="After the subject",
        max_length=200,
        required=False,
        help_text="Mailboxes show it beside the subject. Empty: the first words of the e-mail.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    date = forms.DateField(
        label="Date",
        required=False,
        help_text="Fills {date}, as “Saturday 9 May”.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def words(self, blocks: Sequence[Block]) -> Words:
        """What was written, in the shape content takes it."""
        said = self.cleaned_data
        return Words(
            name=said["name"],
            subject=said["subject"],
            preheader=said["preheader"],
            blocks=blocks,
            date=said["date"],
        )

    @staticmethod
    def initial_of(master: Master) -> dict[str, Any]:
        return {name: getattr(master, name) for name in WordsForm.base_fields}


class PageChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An action page by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class AudienceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Everyone in the seats, or those of them in a saved audience."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            Audience.objects.none(),
            label="Who of them",
            required=False,
            empty_label="Everyone in these seats",
            help_text="A saved audience narrows it to those of the seats who are in it.",
            **more,
        )


class CarriedForm(WordsForm):
    """The same for a new e-mail, which also needs a page and an account."""

    page = PageChoice(
        ActionPage.objects.none(),
        label="Page",
        empty_label=None,
        help_text="Where the button leads: each seat has its own.",
    )
    account = forms.ModelChoiceField(
        EmailAccount.objects.none(), label="From", empty_label=None, help_text="Who it comes from."
    )
    sender = forms.ModelChoiceField(
        SenderIdentity.objects.none(),
        label="In the name of",
        required=False,
        empty_label="The account's own",
        help_text="A branch's name and address, where it has one.",
    )
    needed = {
        "page": "open a page to lead to",
        "account": "add a mail account in Settings",
    }

    def __init__(
        self,
        organisation: Organisation,
        *args: Any,
        senders: Sequence[SenderIdentity] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        pages = ActionPage.objects.filter(organisation=organisation).order_by("title")
        accounts = EmailAccount.objects.filter(organisation=organisation).order_by("id")
        self._offer("page", pages)
        self._offer("account", accounts)
        self._offer("sender", SenderIdentity.objects.filter(pk__in=[s.pk for s in senders]))

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = choices

    def lacking(self) -> list[str]:
        """What has to be there before anything can be chosen."""
        return [words for name, words in self.needed.items() if not self._choices(name)]

    def _choices(self, name: str) -> bool:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        return field.queryset is not None and field.queryset.exists()

    def chosen(self) -> dict[str, Any]:
        """What it leads to and comes from, as `drafting` takes it."""
        names = [name for name in self.fields if name not in WordsForm.base_fields]
        return {name: self.cleaned_data[name] for name in names}


class JourneyLetterForm(CarriedForm):
    """A new e-mail for the steps of journeys."""

    field_order = ["name", "page", "account", "sender", "subject", "preheader", "date"]


class DraftForm(CarriedForm):
    """A new message, which also needs seats."""

    field_order = [
        "name",
        "targets",
        "audience",
        "page",
        "account",
        "sender",
        "subject",
        "preheader",
        "date",
    ]

    targets = forms.ModelChoiceField(
        TargetList.objects.none(),
        label="Seats",
        empty_label=None,
        help_text="One cut is made for every seat of this list.",
    )
    audience = AudienceChoice()
    needed = {"targets": "make a target list"} | CarriedForm.needed

    def __init__(
        self,
        organisation: Organisation,
        *args: Any,
        audiences: AudienceQuerySet | None = None,
        **more: Any,
    ) -> None:
        super().__init__(organisation, *args, **more)
        if audiences is not None:
            self._offer("audience", audiences.order_by("name"))
        self._offer("targets", TargetList.objects.by_use(organisation))

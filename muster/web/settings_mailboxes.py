"""Settings: the mailboxes that are read, and where what comes back is sent."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.channels.models import EmailAccount
from muster.lib.times import now
from muster.messaging.models import Arrival, Mailbox
from muster.messaging.returns import boxes, keeping, reading
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)
ASIDE_SHOWN = 20
FIELDS = ("name", "kind", "folder", "host", "port", "username")


class MailboxForm(forms.Form):
    name = forms.CharField(label="Name", max_length=100, help_text="For you: “Answers”.")
    kind = forms.ChoiceField(label="Where it is", choices=Mailbox.Kind.choices, initial="imap")
    host = forms.CharField(
        label="Mail server",
        max_length=200,
        required=False,
        help_text="Of a mailbox elsewhere, as imap.example.org. The connection is always secured.",
    )
    port = forms.IntegerField(label="Port", initial=993, min_value=1, max_value=65535)
    username = forms.CharField(
        label="Signs in as",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=500,
        required=False,
        strip=False,
        help_text="Kept sealed, and never shown again. Left empty, the one there is stays.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(label="Folder", max_length=200, initial="INBOX")

    def __init__(self, *args: Any, folders: list[str], **named: Any) -> None:
        super().__init__(*args, **named)
        there = ", ".join(folders) if folders else "none yet; whoever runs Muster makes one"
        self.fields["folder"].help_text = f"INBOX, or a folder on this machine ({there})."


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    aside = Count("arrivals", filter=Q(arrivals__outcome=Arrival.Outcome.ASIDE))
    found = Mailbox.objects.filter(organisation=request.organisation)
    mailboxes = list(found.annotate(found=Count("arrivals"), aside=aside).order_by("name"))
    context = {
        "mailboxes": mailboxes,
        "failing": sum(1 for box in mailboxes if box.is_on and box.problem),
        "accounts": request.organisation.email_accounts.order_by("name"),
        "here": "email",
    }
    return render(request, "web/settings/mailboxes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def add(request: MemberRequest) -> HttpResponse:
    return _settle(request, Mailbox(organisation=request.organisation))


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def change(request: MemberRequest, pk: int) -> HttpResponse:
    return _settle(request, _one(request, pk))


@require_POST
@in_charge
def try_out(request: MemberRequest, pk: int) -> HttpResponse:
    """Open it as the reader would, and say what came of it."""
    mailbox = _one(request, pk)
    if problem := reading.try_out(mailbox):
        messages.error(request, problem)
    else:
        messages.success(request, f"{mailbox.name} can be read.")
    return redirect("settings:mailboxes")


@require_POST
@in_charge
def turn(request: MemberRequest, pk: int) -> HttpResponse:
    mailbox, on = _one(request, pk), request.POST.get("on") == "yes"
    keeping.turn(mailbox, on=on, by=request.member, at=now())
    messages.success(request, f"{mailbox.name} is {'read' if on else 'not read'} from now on.")
    return redirect("settings:mailboxes")


@require_POST
@in_charge
def return_domain(request: MemberRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(
        EmailAccount.objects.filter(organisation=request.organisation), pk=pk
    )
    typed = request.POST.get("domain", "")[:300]
    try:
        keeping.keep_return_domain(account, typed, by=request.member, at=now())
    except keeping.CannotKeep as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"Mail of {account.name} comes back there from now on.")
    return redirect("settings:mailboxes")


def _one(request: MemberRequest, pk: int) -> Mailbox:
    ours = Mailbox.objects.filter(organisation=request.organisation)
    return get_object_or_404(ours.select_related("organisation"), pk=pk)


def _settle(request: MemberRequest, mailbox: Mailbox) -> HttpResponse:
    known = {name: getattr(mailbox, name) for name in FIELDS} if mailbox.pk else None
    folders = boxes.folders(request.organisation.slug)
    form, refusal = MailboxForm(request.POST or None, initial=known, folders=folders), None
    if request.method == "POST" and form.is_valid():
        try:
            asked = keeping.Asked(**form.cleaned_data)
            keeping.keep(mailbox, asked, by=request.member, at=now())
        except keeping.CannotKeep as problem:
            refusal = problem
        else:
            messages.success(request, f"{mailbox.name} is read once a minute.")
            return redirect("settings:mailboxes")
    aside = Arrival.objects.filter(mailbox=mailbox.pk, outcome=Arrival.Outcome.ASIDE)
    context: dict[str, Any] = {
        "form": form,
        "refusal": refusal,
        "mailbox": mailbox if mailbox.pk else None,
        "aside": aside.order_by("-at")[:ASIDE_SHOWN],
        "here": "email",
    }
    return render(request, "web/settings/mailbox.html", context)


urlpatterns = [
    path("email/mailboxes/", listing, name="mailboxes"),
    path("email/mailboxes/add", add, name="mailbox_add"),
    path("email/mailboxes/<int:pk>", change, name="mailbox"),
    path("email/mailboxes/<int:pk>/try", try_out, name="mailbox_try"),
    path("email/mailboxes/<int:pk>/turn", turn, name="mailbox_turn"),
    path("email/accounts/<int:pk>/return", return_domain, name="return_domain"),
]

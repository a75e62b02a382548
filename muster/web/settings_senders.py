"""Settings: the names in which units send e-mail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.channels.domains import keeping
from muster.channels.models import SenderIdentity
from muster.lib.times import now
from muster.organisations.models import Unit
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)


class SenderForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=200, help_text="As it stands in a mailbox: “Stroud Fair Future”."
    )
    address = forms.CharField(
        label="Address",
        max_length=254,
        help_text="On a domain of yours. People see it and may answer to it.",
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    reply_to = forms.CharField(
        label="Answers go to",
        max_length=254,
        required=False,
        help_text="Empty: to the address itself.",
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Unit",
        empty_label=None,
        help_text="Who writes for all its seats may send in this name; head office in every one.",
    )


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    held = SenderIdentity.objects.filter(organisation=request.organisation, ended_at=None)
    found = held.select_related("unit", "domain", "organisation").order_by("unit__name", "name")
    lines = [(sender, keeping.problem_with(sender)) for sender in found]
    ready = sum(not problem for _, problem in lines)
    context = {"lines": lines, "ready": ready, "here": "email"}
    return render(request, "web/settings/senders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def add(request: MemberRequest) -> HttpResponse:
    form, refusal = SenderForm(request.POST or None), None
    units = request.organisation.units.filter(closed_at=None).order_by("name")
    field = form.fields["unit"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = units
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = keeping.keep_sender(
                request.organisation,
                said["unit"],
                said["name"],
                said["address"],
                said["reply_to"],
                by=request.member,
                at=now(),
            )
        except keeping.CannotKeep as problem:
            refusal = problem
        else:
            messages.success(request, f"{made.unit} may send as {made}.")
            return redirect("settings:senders")
    context: dict[str, Any] = {"form": form, "refusal": refusal, "here": "email"}
    return render(request, "web/settings/sender.html", context)


@require_POST
@in_charge
def end(request: MemberRequest, pk: int) -> HttpResponse:
    ours = SenderIdentity.objects.filter(organisation=request.organisation)
    sender = get_object_or_404(ours.select_related("organisation"), pk=pk)
    keeping.end_sender(sender, by=request.member, at=now())
    messages.success(request, f"Nothing goes out as {sender} any more.")
    return redirect("settings:senders")


urlpatterns = [
    path("email/senders/", listing, name="senders"),
    path("email/senders/add", add, name="sender_add"),
    path("email/senders/<int:pk>/end", end, name="sender_end"),
]

"""Settings: what the organisation asks of people beyond what everybody has."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from muster.lib.times import now
from muster.organisations import conditions
from muster.people.models import CustomField
from muster.people.record import fields
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)
SPECIAL = (
    "It tells of political opinion, trade union membership, religion or belief, ethnic origin,"
    " health, sex life or sexual orientation (UK GDPR, Article 9). Only who may see special data"
    " reads it, and each reading goes into the audit."
)


class FieldForm(forms.Form):
    """A field, as its settings ask for it."""

    name = forms.CharField(max_length=100, label="Name", help_text="As members read it: Branch.")
    key = forms.CharField(
        max_length=60,
        label="Key",
        help_text="What files and the API call it: small letters, digits and _. It stays.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        choices=CustomField.Kind.choices, label="Kind of answer", help_text="It stays."
    )
    choices = forms.CharField(
        required=False,
        label="Choices",
        help_text="For a list only: one a line.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    purpose = forms.CharField(
        max_length=200,
        label="Why you hold it",
        help_text="Shown beside the field, and to people who ask what is held on them.",
    )
    is_special = forms.BooleanField(required=False, label="This is special data", help_text=SPECIAL)

    def asked(self) -> fields.Asked:
        return fields.Asked(**self.cleaned_data)


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    ours = CustomField.objects.filter(organisation=request.organisation)
    context = {
        "rows": ours.order_by("retired_at", "name"),
        "used": ours.filter(retired_at=None).count(),
        "special": ours.filter(retired_at=None, is_special=True).count(),
        "condition": conditions.standing(request.organisation),
        "here": "fields",
    }
    return render(request, "web/settings/fields.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def add(request: MemberRequest) -> HttpResponse:
    return _settle(request, FieldForm(request.POST or None), None)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def field(request: MemberRequest, pk: int) -> HttpResponse:
    """Reword it, retire it, bring it back."""
    ours = CustomField.objects.filter(organisation=request.organisation)
    found = get_object_or_404(ours, pk=pk)
    act = request.POST.get("act", "")
    if request.method == "POST" and act in ("retire", "bring back"):
        change = fields.retire if act == "retire" else fields.bring_back
        change(found, by=request.member, at=now())
        messages.success(request, "Retired." if act == "retire" else "Asked again.")
        return redirect("settings:fields")
    initial = {
        "name": found.name,
        "key": found.key,
        "kind": found.kind,
        "choices": "\n".join(found.choices),
        "purpose": found.purpose,
        "is_special": found.is_special,
    }
    form = FieldForm(request.POST or None, initial=initial)
    for fixed in ("key", "kind"):
        form.fields[fixed].disabled = True
    return _settle(request, form, found)


def _settle(request: MemberRequest, form: FieldForm, found: CustomField | None) -> HttpResponse:
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            if found:
                fields.change(found, form.asked(), by=request.member, at=now())
            else:
                fields.define(request.organisation, form.asked(), by=request.member, at=now())
        except fields.CannotDefine as why:
            refusal = why
        else:
            messages.success(request, "Saved: it stands on everybody's page.")
            return redirect("settings:fields")
    context = {
        "form": form,
        "field": found,
        "refusal": refusal,
        "here": "fields",
        "button": "Keep field" if found else "Add field",
        "back": "settings:fields",
    }
    return render(request, "web/settings/field.html", context, status=422 if refusal else 200)


urlpatterns = [
    path("fields", listing, name="fields"),
    path("fields/add", add, name="field_add"),
    path("fields/<int:pk>", field, name="field"),
]

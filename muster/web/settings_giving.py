"""Settings: the organisation's own donation page, where amounts in an e-mail lead."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from muster.content import giving
from muster.lib.times import now
from muster.web.members import MemberRequest, member_may


class GivingForm(forms.Form):
    address = forms.CharField(
        label="Address of your donation page",
        max_length=giving.LONGEST,
        required=False,
        help_text="https, with {amount} where the amount goes, such as"
        " https://give.example.org/?amount={amount}. The source code is added as s=…, or where you"
        " write {source}. Empty: amounts lead nowhere, and no e-mail with amounts can go out.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        if address and (problem := giving.problem_with(address)):
            raise forms.ValidationError(problem)
        return address


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change settings", everywhere=True)
def donations(request: MemberRequest) -> HttpResponse:
    kept = giving.address_of(request.organisation.pk)
    form = GivingForm(request.POST or None, initial={"address": kept})
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        giving.keep(request.organisation, address, by=request.member, at=now())
        words = "Amounts lead there from now on." if address else "Amounts lead nowhere now."
        messages.success(request, words)
        return redirect("settings:giving")
    context = {"form": form, "kept": kept, "sample": giving.sample(kept), "here": "email"}
    status = 422 if form.errors else 200
    return render(request, "web/settings/giving.html", context, status=status)


urlpatterns = [path("donations", donations, name="giving")]

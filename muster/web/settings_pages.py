"""Settings: the organisation itself. Its units, members, campaigners and mail have pages beside."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muster.organisations import changing
from muster.organisations.units import CannotSettle
from muster.web import (
    settings_asked,
    settings_campaigners,
    settings_domains,
    settings_email,
    settings_fields,
    settings_giving,
    settings_invitations,
    settings_invite_many,
    settings_keys,
    settings_look,
    settings_mailboxes,
    settings_members,
    settings_opens,
    settings_pace,
    settings_people,
    settings_senders,
    settings_sight,
    settings_units,
    settings_webhooks,
)
from muster.web.members import MemberRequest, member_may
from muster.web.settings_forms import OrganisationForm

in_charge = member_may("change settings", everywhere=True)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def organisation(request: MemberRequest) -> HttpResponse:
    ours, refusal = request.organisation, None
    now_so = {"name": ours.name, "accent": ours.accent, "bank_holidays": ours.bank_holidays}
    form = OrganisationForm(request.POST or None, initial=now_so)
    if request.method == "POST" and form.is_valid():
        try:
            changing.change(ours, **form.cleaned_data, by=request.member, at=timezone.now())
        except CannotSettle as problems:
            refusal = problems
        else:
            messages.success(request, "Saved: everyone sees it from their next page on.")
            return redirect("settings:organisation")
    context = {
        "form": form,
        "refusal": refusal,
        "here": "organisation",
        "members": ours.members.filter(ended_at=None).count(),
        "units": ours.units.filter(closed_at=None).count(),
        "campaigners": ours.campaigners.count(),
        "accounts": ours.email_accounts.count(),
    }
    return render(request, "web/settings/organisation.html", context)


app_name = "settings"
urlpatterns = [
    path("", organisation, name="organisation"),
    *settings_units.urlpatterns,
    *settings_members.urlpatterns,
    *settings_invite_many.urlpatterns,
    *settings_invitations.urlpatterns,
    *settings_asked.urlpatterns,
    *settings_sight.urlpatterns,
    *settings_campaigners.urlpatterns,
    *settings_fields.urlpatterns,
    *settings_people.urlpatterns,
    *settings_email.urlpatterns,
    *settings_domains.urlpatterns,
    *settings_mailboxes.urlpatterns,
    *settings_senders.urlpatterns,
    *settings_opens.urlpatterns,
    *settings_pace.urlpatterns,
    *settings_giving.urlpatterns,
    *settings_look.urlpatterns,
    *settings_keys.urlpatterns,
    *settings_webhooks.urlpatterns,
]

"""Settings: the mail servers that take the organisation's e-mail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from muster.channels import keeping
from muster.channels.models import EmailAccount
from muster.web.members import MemberRequest, member_may
from muster.web.settings_forms import EmailAccountForm

in_charge = member_may("change settings", everywhere=True)
FIELDS = ["name", "host", "port", "from_name", "from_address", "connections"]


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    accounts = request.organisation.email_accounts.order_by("name")
    return render(request, "web/settings/email.html", {"accounts": accounts, "here": "email"})


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def add(request: MemberRequest) -> HttpResponse:
    account = EmailAccount(organisation=request.organisation)
    return _settle(request, EmailAccountForm(request.POST or None), account)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def change(request: MemberRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(EmailAccount, organisation=request.organisation, pk=pk)
    initial = {name: getattr(account, name) for name in FIELDS}
    return _settle(request, EmailAccountForm(request.POST or None, initial=initial), account)


def _settle(request: MemberRequest, form: EmailAccountForm, account: EmailAccount) -> HttpResponse:
    refusal = None
    if request.method == "POST" and form.is_valid():
        for field in FIELDS:
            setattr(account, field, form.cleaned_data[field])
        try:
            keeping.keep(account, by=request.member, at=timezone.now())
        except keeping.CannotKeep as problem:
            refusal = problem
        else:
            messages.success(request, f"{account.name} is kept.")
            return redirect("settings:email")
    context = {"form": form, "refusal": refusal, "account": account, "here": "email"}
    return render(request, "web/settings/email_account.html", context)


urlpatterns = [
    path("email/", listing, name="email"),
    path("email/add", add, name="email_add"),
    path("email/<int:pk>", change, name="email_account"),
]

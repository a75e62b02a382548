"""Settings: the mail servers that take the organisation's e-mail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.channels import keeping, signing
from muster.channels.domains import keeping as domains
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
    account = _one(request, pk)
    initial = {name: getattr(account, name) for name in FIELDS}
    return _settle(request, EmailAccountForm(request.POST or None, initial=initial), account)


@require_POST
@in_charge
def make_key(request: MemberRequest, pk: int) -> HttpResponse:
    account = _one(request, pk)
    try:
        signing.make(account, by=request.member, at=timezone.now())
    except signing.CannotSign as refusal:
        messages.error(request, str(refusal))
    return _to_signature(pk)


@require_POST
@in_charge
def sign(request: MemberRequest, pk: int) -> HttpResponse:
    account = _one(request, pk)
    signing.begin(account, by=request.member, at=timezone.now())
    _look_again(account)
    messages.success(request, f"Mail from {signing.domain_of(account)} is signed from now on.")
    return _to_signature(pk)


@require_POST
@in_charge
def stop_signing(request: MemberRequest, pk: int) -> HttpResponse:
    account = _one(request, pk)
    signing.stop(account, by=request.member, at=timezone.now())
    _look_again(account)
    messages.success(request, f"Mail from {signing.domain_of(account)} is not signed any more.")
    return _to_signature(pk)


def _look_again(account: EmailAccount) -> None:
    """What signs its mail has changed: DNS is asked whether it is published."""
    domains.look_again(account, at=timezone.now())


def _to_signature(pk: int) -> HttpResponse:
    return redirect(reverse("settings:email_account", kwargs={"pk": pk}) + "#signature")


def _one(request: MemberRequest, pk: int) -> EmailAccount:
    ours = EmailAccount.objects.filter(organisation=request.organisation)
    return get_object_or_404(ours.select_related("organisation"), pk=pk)


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
    context: dict[str, object] = {
        "form": form,
        "refusal": refusal,
        "account": account,
        "here": "email",
    }
    if account.pk:
        signs, waiting = signing.keys_of(account)
        context |= {"signs": signs, "key": waiting, "domain": signing.domain_of(account)}
    return render(request, "web/settings/email_account.html", context)


urlpatterns = [
    path("email/", listing, name="email"),
    path("email/add", add, name="email_add"),
    path("email/<int:pk>", change, name="email_account"),
    path("email/<int:pk>/key", make_key, name="email_key"),
    path("email/<int:pk>/sign", sign, name="email_sign"),
    path("email/<int:pk>/sign/stop", stop_signing, name="email_sign_stop"),
]

"""Settings: the mail servers that take the organisation's e-mail."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.channels import keeping, signing, telling
from muster.channels.domains import keeping as domains
from muster.channels.models import EmailAccount
from muster.channels.services import SERVICES
from muster.messaging.blocking import finding as blocking
from muster.messaging.news import reviewing
from muster.web.email_account_form import EmailAccountForm
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)
FIELDS = {"name", "host", "port", "from_name", "from_address", "connections"}


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    accounts = list(request.organisation.email_accounts.order_by("position", "id"))
    for account in accounts:
        account.service = SERVICES[account.provider]  # type: ignore[attr-defined]
    context = {
        "accounts": accounts,
        "on": sum(account.is_on for account in accounts),
        "troubled": [account for account in accounts if account.is_on and account.trouble],
        "refused": blocking.refused_accounts(accounts, timezone.now()),
        "here": "email",
    }
    return render(request, "web/settings/email.html", context)


@require_safe
@in_charge
def choose(request: MemberRequest) -> HttpResponse:
    """Which service the new account is with."""
    services = SERVICES.values()
    return render(request, "web/settings/email_choose.html", {"services": services})


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def add(request: MemberRequest, provider: str) -> HttpResponse:
    if provider not in SERVICES:
        raise Http404
    account = EmailAccount(organisation=request.organisation, provider=provider)
    return _settle(request, EmailAccountForm(SERVICES[provider], request.POST or None), account)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def change(request: MemberRequest, pk: int) -> HttpResponse:
    account = _one(request, pk)
    initial = {name: getattr(account, name) for name in FIELDS} | account.options
    form = EmailAccountForm(
        SERVICES[account.provider],
        request.POST or None,
        initial=initial,
        kept=keeping.kept_secrets(account),
    )
    return _settle(request, form, account)


@require_POST
@in_charge
def turn(request: MemberRequest, pk: int) -> HttpResponse:
    account = _one(request, pk)
    on = "on" in request.POST
    keeping.turn(account, on=on, by=request.member, at=timezone.now())
    messages.success(request, f"{account.name} is turned {'on' if on else 'off'}.")
    return redirect("settings:email")


@require_POST
@in_charge
def move_up(request: MemberRequest, pk: int) -> HttpResponse:
    keeping.move_up(_one(request, pk), by=request.member, at=timezone.now())
    return redirect("settings:email")


@require_POST
@in_charge
def connect(request: MemberRequest, pk: int) -> HttpResponse:
    """Try whether it answers and lets us in. Nothing is sent."""
    account = _one(request, pk)
    if trouble := keeping.try_connection(account):
        messages.error(request, trouble)
    elif account.is_hosted:
        messages.success(request, "Its keys can be used. Send a test to see that they are right.")
    else:
        messages.success(request, f"{account.host} answers, and takes mail from Muster.")
    return redirect("settings:email_account", pk=pk)


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
        for field in form.cleaned_data.keys() & FIELDS:
            setattr(account, field, form.cleaned_data[field])
        try:
            keeping.keep(account, by=request.member, at=timezone.now(), told=form.told())
        except keeping.CannotKeep as problem:
            refusal = problem
        else:
            messages.success(request, f"{account.name} is kept.")
            return redirect("settings:email")
    context: dict[str, object] = {
        "form": form,
        "refusal": refusal,
        "account": account,
        "service": form.service,
        "here": "email",
    }
    if account.pk:
        signs, waiting = signing.keys_of(account)
        context["refusals"] = blocking.refusals_of(account, timezone.now())
        context |= {"signs": signs, "key": waiting, "domain": signing.domain_of(account)}
        if form.service.tells_back:
            context |= {
                "told": reviewing.review(account, timezone.now()),
                "told_to": telling.address_of(account),
                "kept": keeping.kept_secrets(account),
            }
    return render(request, "web/settings/email_account.html", context)


urlpatterns = [
    path("email/", listing, name="email"),
    path("email/add", choose, name="email_choose"),
    path("email/add/<slug:provider>", add, name="email_add"),
    path("email/<int:pk>", change, name="email_account"),
    path("email/<int:pk>/turn", turn, name="email_turn"),
    path("email/<int:pk>/up", move_up, name="email_up"),
    path("email/<int:pk>/connect", connect, name="email_connect"),
    path("email/<int:pk>/key", make_key, name="email_key"),
    path("email/<int:pk>/sign", sign, name="email_sign"),
    path("email/<int:pk>/sign/stop", stop_signing, name="email_sign_stop"),
]

"""Keeping an organisation's mail accounts: added, changed, ordered, tried, in the journal."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from muster.channels import email, secrets
from muster.channels.domains import keeping as domains
from muster.channels.email import CannotOpen, Unreachable
from muster.channels.models import EmailAccount
from muster.channels.services import SERVICES, Asked
from muster.journal import journal
from muster.organisations.models import Member, Organisation
from muster.people.contacts import NotAnEmail, normal_email

EMAIL_ACCOUNT_KEPT = "mail account kept"

MOVED = "Another server gets no password of the old one: type it anew."


class CannotKeep(Exception):
    """Why the mail account cannot be kept as asked."""


def keep(
    account: EmailAccount, *, by: Member, at: datetime, told: Mapping[str, str] | None = None
) -> None:
    """Add or change a mail account. Raises `CannotKeep` with every reason against it.

    The address is kept as mail servers take it: lower case, its domain in ASCII. `told` is what
    its service asks for (see `services`); a secret left empty stays as it was.
    """
    problems = []
    try:
        account.from_address = normal_email(account.from_address)
    except NotAnEmail:
        problems.append("Write the address people see as us@example.org.")
    twins = EmailAccount.objects.filter(organisation=account.organisation, name=account.name)
    if twins.exclude(pk=account.pk or 0).exists():
        problems.append(f"There is a mail account named {account.name} already.")
    problems += _take(account, told) if told is not None else []
    if not account.leads_somewhere:
        problems.append("Write the name of the mail server.")
    if problems:
        raise CannotKeep(*problems)
    if account.pk is None:
        others = account.organisation.email_accounts.aggregate(last=Max("position"))
        account.position = (others["last"] or 0) + 1
    with transaction.atomic():
        account.save()
        domains.look_again(account, at=at)
        _note(account, by, at)


def turn(account: EmailAccount, *, on: bool, by: Member, at: datetime) -> None:
    """Let it take mail, or not: what waits goes through those that stand in. Twice is once."""
    with transaction.atomic():
        if EmailAccount.objects.filter(pk=account.pk, is_on=not on).update(is_on=on):
            _note(account, by, at)


def move_up(account: EmailAccount, *, by: Member, at: datetime) -> None:
    """One turn earlier to stand in for others."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=account.organisation_id)
        ordered = list(account.organisation.email_accounts.order_by("position", "id"))
        was = ordered.index(account)
        if was:
            ordered[was - 1], ordered[was] = account, ordered[was - 1]
            for position, one in enumerate(ordered, 1):
                EmailAccount.objects.filter(pk=one.pk).update(position=position)
            _note(account, by, at)


def try_connection(account: EmailAccount) -> str:
    """Open a line as a sender would, and hang up. Why it does not open; nothing if it does."""
    try:
        email.open_line(account).close()
    except (CannotOpen, Unreachable) as trouble:
        return str(trouble)
    return ""


def _take(account: EmailAccount, told: Mapping[str, str]) -> list[str]:
    """Put what its service asked for in its place; what is lacking, in words."""
    service = SERVICES[account.provider]
    moved = _with_a_password_of_another_server(account, told)
    if moved and told.get("username"):
        return [MOVED]
    if moved:
        account.sealed = ""
    kept = kept_secrets(account)
    lacking = [a for a in service.asks if a.is_needed and not (told.get(a.key) or a.key in kept)]
    account.options = {
        **{k: v for k, v in account.options.items() if k == "api_url"},
        **{a.key: told[a.key] for a in service.asks if not a.is_secret and told.get(a.key)},
    }
    secrets.keep(account, {a.key: told.get(a.key, "") for a in service.secrets})
    return [_wanted(asked) for asked in lacking]


def _with_a_password_of_another_server(account: EmailAccount, told: Mapping[str, str]) -> bool:
    """A password goes to the server it was typed for: else whoever may change the name of the
    server could have it sent to one of their own, and read it."""
    before = EmailAccount.objects.filter(pk=account.pk, provider="smtp").first()
    moved = before is not None and before.sealed and before.host != account.host
    return bool(moved and not told.get("password"))


def kept_secrets(account: EmailAccount) -> Collection[str]:
    """Which of its secrets are kept, and can be read here."""
    try:
        return secrets.of(account).keys()
    except CannotOpen:
        return ()


def _wanted(asked: Asked) -> str:
    return f"Fill in: {asked.label[0].lower()}{asked.label[1:]}."


def _note(account: EmailAccount, by: Member, at: datetime) -> None:
    about = ("email_account", account.pk)
    journal.record(EMAIL_ACCOUNT_KEPT, account.organisation, by=by, at=at, about=about)

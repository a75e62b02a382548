"""Keeping an organisation's mail account: added or changed, by whom, in the journal."""

from datetime import datetime

from django.db import transaction

from muster.channels.models import EmailAccount
from muster.journal import journal
from muster.organisations.models import Member

EMAIL_ACCOUNT_KEPT = "mail account kept"


class CannotKeep(Exception):
    """Why the mail account cannot be kept as asked."""


def keep(account: EmailAccount, *, by: Member, at: datetime) -> None:
    """Add or change a mail account. Raises `CannotKeep` for a name that is taken."""
    twins = EmailAccount.objects.filter(organisation=account.organisation, name=account.name)
    if twins.exclude(pk=account.pk or 0).exists():
        raise CannotKeep(f"There is a mail account named {account.name} already.")
    with transaction.atomic():
        account.save()
        journal.record(
            EMAIL_ACCOUNT_KEPT,
            account.organisation,
            by=by,
            at=at,
            about=("email_account", account.pk),
        )

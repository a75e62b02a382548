"""Keeping an organisation's mail account: added or changed, by whom, in the journal."""

from datetime import datetime

from django.db import transaction

from muster.channels.domains import keeping as domains
from muster.channels.models import EmailAccount
from muster.journal import journal
from muster.organisations.models import Member
from muster.people.contacts import NotAnEmail, normal_email

EMAIL_ACCOUNT_KEPT = "mail account kept"


class CannotKeep(Exception):
    """Why the mail account cannot be kept as asked."""


def keep(account: EmailAccount, *, by: Member, at: datetime) -> None:
    """Add or change a mail account. Raises `CannotKeep` with every reason against it.

    The address is kept as mail servers take it: lower case, its domain in ASCII.
    """
    problems = []
    try:
        account.from_address = normal_email(account.from_address)
    except NotAnEmail:
        problems.append("Write the address people see as us@example.org.")
    twins = EmailAccount.objects.filter(organisation=account.organisation, name=account.name)
    if twins.exclude(pk=account.pk or 0).exists():
        problems.append(f"There is a mail account named {account.name} already.")
    if problems:
        raise CannotKeep(*problems)
    with transaction.atomic():
        account.save()
        domains.look_again(account, at=at)
        journal.record(
            EMAIL_ACCOUNT_KEPT,
            account.organisation,
            by=by,
            at=at,
            about=("email_account", account.pk),
        )

"""Keeping the mailboxes that are read, and the domains that what comes back is sent to."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from muster.channels.letters import HERE
from muster.channels.models import EmailAccount
from muster.journal import journal
from muster.messaging import facts
from muster.messaging.returns import boxes
from muster.messaging.returns.mailbox_models import Mailbox
from muster.organisations.models import Member
from muster.people.contacts import NotAnEmail, normal_email


class CannotKeep(Exception):
    """Why a mailbox or a domain cannot be kept; each argument is one reason."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A mailbox as somebody describes it. An empty password leaves the one there is."""

    name: str
    kind: str
    folder: str = "INBOX"
    host: str = ""
    port: int = 993
    username: str = ""
    password: str = ""


def keep(mailbox: Mailbox, asked: Asked, *, by: Member, at: datetime) -> None:
    """Add or change a mailbox. Raises `CannotKeep` with every reason against it."""
    if problems := _problems(mailbox, asked):
        raise CannotKeep(*problems)
    for field in ("name", "kind", "folder", "host", "port", "username"):
        setattr(mailbox, field, getattr(asked, field))
    if asked.password:
        mailbox.sealed = boxes.sealed(asked.password)
    mailbox.kept_by, mailbox.kept_at = by, at
    mailbox.problem, mailbox.problem_at = "", None
    with transaction.atomic():
        mailbox.save()
        _note(mailbox, by, at)


def turn(mailbox: Mailbox, *, on: bool, by: Member, at: datetime) -> None:
    """Read it, or leave it alone. Twice is once."""
    with transaction.atomic():
        if Mailbox.objects.filter(pk=mailbox.pk, is_on=not on).update(is_on=on):
            _note(mailbox, by, at)


def keep_return_domain(account: EmailAccount, typed: str, *, by: Member, at: datetime) -> None:
    """Where reports and answers to its mail are sent; empty: to its own address.

    Raises `CannotKeep`.
    """
    domain = typed.strip().lstrip("@")
    if domain:
        try:
            domain = normal_email(f"bounces@{domain}").partition("@")[2]
        except NotAnEmail:
            raise CannotKeep("Write the domain as back.example.org.") from None
    with transaction.atomic():
        EmailAccount.objects.filter(pk=account.pk).update(return_domain=domain)
        journal.record(
            facts.MAILBOX_KEPT,
            account.organisation,
            by=by,
            at=at,
            about=("email_account", account.pk),
        )


def _problems(mailbox: Mailbox, asked: Asked) -> list[str]:
    problems = []
    twins = Mailbox.objects.filter(organisation=mailbox.organisation, name=asked.name)
    if twins.exclude(pk=mailbox.pk or 0).exists():
        problems.append(f"There is a mailbox named {asked.name} already.")
    if asked.kind == Mailbox.Kind.MAILDIR:
        if asked.folder not in boxes.folders(mailbox.organisation.slug):
            problems.append("Choose one of the folders there are.")
        return problems
    if not asked.host:
        problems.append("Write the name of the mail server.")
    if mailbox.organisation.is_demonstration and asked.host and asked.host not in HERE:
        problems.append("A demonstration reads mail on this machine only: write localhost.")
    if not asked.username:
        problems.append("Write the name it is signed in to with.")
    if not (asked.password or mailbox.sealed):
        problems.append("Write its password.")
    moved = mailbox.sealed and mailbox.host != asked.host and not asked.password
    if moved:
        problems.append("Another server gets no password of the old one: type it anew.")
    return problems


def _note(mailbox: Mailbox, by: Member, at: datetime) -> None:
    journal.record(
        facts.MAILBOX_KEPT, mailbox.organisation, by=by, at=at, about=("mailbox", mailbox.pk)
    )

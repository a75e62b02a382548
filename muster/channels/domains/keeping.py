"""Keeping the domains and the senders of an organisation."""

from datetime import datetime
from secrets import token_hex

from django.db import IntegrityError, transaction

from muster.channels.domains import checking
from muster.channels.models import EmailAccount, SenderIdentity, SendingDomain
from muster.journal import journal
from muster.organisations.models import Member, Organisation, Unit
from muster.people.contacts import NotAnEmail, normal_email
from muster.places.scope import Reach, seats_beneath

SENDER_KEPT = "sender kept"
SENDER_ENDED = "sender ended"


class CannotKeep(Exception):
    """Why it cannot be kept as asked; each argument is one reason."""


def domain_for(organisation: Organisation, domain: str, *, at: datetime) -> SendingDomain:
    """The domain, kept at its first use and then looked up by a job."""
    found, is_new = SendingDomain.objects.get_or_create(
        organisation=organisation,
        domain=domain.lower(),
        defaults={"token": token_hex(16), "kept_at": at},
    )
    if is_new:
        checking.ask_for(found, at=at)
    return found


def domains_of(organisation: Organisation, *, at: datetime) -> list[SendingDomain]:
    """All its domains; those of accounts from before there were any are kept now."""
    for address in organisation.email_accounts.values_list("from_address", flat=True):
        if domain := address.rpartition("@")[2]:
            domain_for(organisation, domain, at=at)
    return list(organisation.sending_domains.order_by("domain"))


def look_again(account: EmailAccount, *, at: datetime) -> None:
    """Have DNS asked about an account's domain: something about it changed here."""
    found = domain_for(account.organisation, account.from_address.rpartition("@")[2], at=at)
    checking.ask_for(found, at=at)


def signed(domain: SendingDomain) -> EmailAccount:
    """The domain as signing knows it: an account with an address there, never to be saved."""
    return EmailAccount(
        organisation=domain.organisation, from_address=f"postmaster@{domain.domain}"
    )


def keep_sender(
    organisation: Organisation,
    unit: Unit,
    name: str,
    address: str,
    reply_to: str = "",
    *,
    by: Member,
    at: datetime,
) -> SenderIdentity:
    """Let a unit speak in this name. Raises `CannotKeep` with every reason against it."""
    problems, addresses = [], []
    if unit.organisation_id != organisation.pk or unit.closed_at:
        problems.append("Choose a unit of your own organisation.")
    if not name.strip():
        problems.append("Write the name people see.")
    for typed, what in ((address, "the address people see"), (reply_to, "the address of answers")):
        try:
            addresses.append(normal_email(typed) if typed or what.endswith("see") else "")
        except NotAnEmail:
            problems.append(f"Write {what} as us@example.org.")
    if problems:
        raise CannotKeep(*problems)
    with transaction.atomic():
        domain = domain_for(organisation, addresses[0].rpartition("@")[2], at=at)
        made = _made(organisation, unit, domain, name.strip(), addresses, by, at)
        _note(SENDER_KEPT, made, by, at)
    return made


def _made(
    organisation: Organisation,
    unit: Unit,
    domain: SendingDomain,
    name: str,
    addresses: list[str],
    by: Member,
    at: datetime,
) -> SenderIdentity:
    try:
        with transaction.atomic():
            return SenderIdentity.objects.create(
                organisation=organisation,
                unit=unit,
                domain=domain,
                name=name,
                address=addresses[0],
                reply_to=addresses[1],
                made_by=by,
                made_at=at,
            )
    except IntegrityError:
        raise CannotKeep(f"{unit.name} has {name} <{addresses[0]}> already.") from None


def end_sender(sender: SenderIdentity, *, by: Member, at: datetime) -> None:
    """Nothing goes out in this name any more. Twice is once."""
    with transaction.atomic():
        ended = SenderIdentity.objects.filter(pk=sender.pk, ended_at=None)
        if ended.update(ended_at=at, ended_by=by):
            _note(SENDER_ENDED, sender, by, at)


def offered(organisation: Organisation, reach: Reach) -> list[SenderIdentity]:
    """The names in which somebody of this reach may send."""
    held = SenderIdentity.objects.filter(organisation=organisation, ended_at=None)
    found = held.select_related("unit", "domain").order_by("unit__name", "name")
    return [sender for sender in found if may_send_as(sender, reach)]


def may_send_as(sender: SenderIdentity, reach: Reach) -> bool:
    """Who writes for every seat of a unit may send in its names; head office in all of them."""
    seats = reach.seats("write content")
    if seats is None:
        return True
    theirs = seats_beneath(sender.unit.place_code)
    return bool(theirs) and theirs <= seats


def problem_with(sender: SenderIdentity) -> str:
    """Why nothing may go out in this name now; empty: it may. In a demonstration nobody proves."""
    if sender.ended_at or sender.unit.closed_at:
        return f"{sender} is no sender any more: choose another."
    if sender.organisation.is_demonstration or sender.domain.verified_at:
        return ""
    return f"DNS does not show yet that {sender.domain.domain} is yours: nobody sends as {sender}."


def _note(kind: str, sender: SenderIdentity, by: Member, at: datetime) -> None:
    about = ("sender_identity", sender.pk)
    journal.record(kind, sender.organisation, by=by, at=at, about=about)

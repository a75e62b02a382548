"""Asking DNS about a domain: a job's work, now and then by itself, at once when somebody asks."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from procrastinate.exceptions import AlreadyEnqueued

from muster.channels import letters
from muster.channels.domains import judging
from muster.channels.domains.judging import Check, Key
from muster.channels.models import EmailAccount, SendingDomain
from muster.channels.names import Names, NoAnswer, names
from muster.organisations.models import Organisation

JOB = "channels.check_domain"
EVERY = timedelta(hours=20)
AFTER_SILENCE = timedelta(minutes=50)
TAKEN = "Another organisation on this server has shown that this domain is theirs."
MADE_UP = "A demonstration asks no name server: nothing of it leaves this machine."


def ask_for(domain: SendingDomain, *, at: datetime) -> None:
    """Have a job look afresh. Asking twice is asking once."""
    SendingDomain.objects.filter(pk=domain.pk).update(wanted_at=at)
    domain.wanted_at = at
    with suppress(AlreadyEnqueued), transaction.atomic():
        letters.defer(JOB, lock=f"domain {domain.pk}", domain=domain.pk)


def check(pk: int, at: datetime) -> None:
    """Look a domain up and keep what was found; where nobody answers, what was known stays."""
    domain = SendingDomain.objects.select_related("organisation").filter(pk=pk).first()
    if domain is None:
        return
    domain.tried_at = at
    if domain.organisation.is_demonstration:
        domain.problem = MADE_UP
    else:
        _look_up(domain, at)
    _keep(domain, at)


def check_old(organisation: Organisation, at: datetime) -> None:
    """Look up what nobody asked about for a day; what nobody answered for, every hour."""
    for domain in organisation.sending_domains.all():
        rest = AFTER_SILENCE if domain.problem else EVERY
        if domain.tried_at is None or domain.tried_at < at - rest:
            check(domain.pk, at)


def _look_up(domain: SendingDomain, at: datetime) -> None:
    try:
        found, is_theirs = looked_up(domain, names())
    except NoAnswer as problem:
        domain.problem = str(problem)[:300]
        return
    domain.problem, domain.answered_at = "", at
    domain.found = [one.kept() for one in found]
    domain.verified_at = (domain.verified_at or at) if is_theirs else None


def looked_up(domain: SendingDomain, ask: Names) -> tuple[list[Check], bool]:
    """Every check of a domain, and whether it is shown to be theirs. Raises `NoAnswer`."""
    name = domain.domain
    dkim, is_key_published = judging.of_dkim(name, _keys(domain), ask)
    dmarc = judging.of_dmarc(name, dkim.state == judging.OK, ask)
    owner, is_theirs = judging.of_owner(ask.texts(name), domain.token, is_key_published)
    spf = judging.of_spf(envelope_of(domain), hosts_of(domain), ask)
    return [owner, spf, dkim, dmarc], is_theirs


def envelope_of(domain: SendingDomain) -> str:
    """The domain that SPF is asked about: where what comes back goes to, if that is another."""
    ours = [a for a in domain.organisation.email_accounts.all() if is_of(a.from_address, domain)]
    return next((a.return_domain for a in ours if a.return_domain), domain.domain)


def _keys(domain: SendingDomain) -> list[Key]:
    held = domain.organisation.signing_keys.filter(domain=domain.domain, ended_at=None)
    return [Key(key.place, key.record, key.signs_since is not None) for key in held]


def hosts_of(domain: SendingDomain) -> list[str]:
    """The servers its mail is given to, but for those on this machine: their way out is unknown."""
    accounts: Iterable[EmailAccount] = domain.organisation.email_accounts.all()
    has_senders = domain.senders.filter(ended_at=None).exists()  # who go through any account
    ours = [a for a in accounts if has_senders or is_of(a.from_address, domain)]
    return sorted({a.host for a in ours if a.host and a.host not in letters.HERE})


def is_of(address: str, domain: SendingDomain) -> bool:
    return address.rpartition("@")[2].lower() == domain.domain


def _keep(domain: SendingDomain, at: datetime) -> None:
    told = ["tried_at", "answered_at", "problem", "found", "verified_at"]
    try:
        with transaction.atomic():
            domain.save(update_fields=told)
    except IntegrityError:
        domain.verified_at = None
        others = [one for one in domain.found if one["code"] != "owner"]
        domain.found = [Check("owner", judging.BLOCK, TAKEN).kept(), *others]
        domain.save(update_fields=told)

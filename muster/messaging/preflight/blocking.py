"""What keeps a message back beside its words and the law: asked at the press as well."""

from collections.abc import Iterable
from datetime import datetime

from muster.actions import own_links
from muster.channels import signing
from muster.channels.domains import checking
from muster.channels.models import SendingDomain
from muster.content.blocks import OTHER, amounts_of
from muster.lib.words import ago
from muster.messaging.models import Message
from muster.messaging.preflight.finding import BLOCK, OK, WARN, Finding

NEVER = "What DNS says of {} was not looked up yet: check it before you send."


def problems(message: Message, at: datetime) -> list[str]:
    """Why it may not go out, whatever its seats: its domain in DNS, and links to closed pages."""
    found = [*of_domain(message, at), *of_own_links(message)]
    return [one.words for one in found if one.state == BLOCK]


def of_domain(message: Message, at: datetime) -> list[Finding]:
    """SPF, DKIM, DMARC and whose it is, as last known (MAIL-1); asks nobody."""
    if message.organisation.is_demonstration:
        return [Finding("domain", WARN, checking.MADE_UP)]
    name = signing.domain_of(message.spoken)
    domain = SendingDomain.objects.filter(
        organisation_id=message.organisation_id, domain=name
    ).first()
    if domain is None or not domain.found:
        about = domain.pk if domain else 0
        return [Finding("domain", WARN, NEVER.format(name), "domain", about)]
    found = [
        Finding(one["code"], one["state"], one["words"], "domain", domain.pk)
        for one in domain.found
    ]
    return [*found, *_stale(domain, at)]


def _stale(domain: SendingDomain, at: datetime) -> Iterable[Finding]:
    if domain.problem and domain.answered_at:
        words = f"{domain.problem} What is told of DNS is from {ago(domain.answered_at, at)}."
        yield Finding("domain", WARN, words, "domain", domain.pk)


def of_amounts(message: Message) -> list[Finding]:
    """Gifts above what the law lets anybody give unchecked: the donation page checks who gives."""
    told = [a for b in message.master.blocks if b["kind"] == "amounts" for a in amounts_of(b)]
    amounts = [float(amount) for amount in told if amount != OTHER]
    if not amounts:
        return []
    is_of_candidate = message.master.cuts.filter(campaigner__kind="candidate").exists()
    most, rule = (50, "DON-3") if is_of_candidate else (500, "DON-1")
    if max(amounts) > most:
        words = (
            f"It asks for more than £{most}: your donation page must take such gifts from"
            f" permissible donors only, checked within 30 days ({rule}, DON-2)."
        )
        return [Finding("donations", WARN, words, "words")]
    return [Finding("donations", OK, "Amounts lead to your own donation page, by https.")]


def of_own_links(message: Message) -> list[Finding]:
    """Links in its words that lead to a page of ours which nobody can open."""
    return [
        Finding("links", BLOCK, f"A link leads to a page of ours that is not open: {link}", "words")
        for link in own_links.dead([message.master.said()])
    ]

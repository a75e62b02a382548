"""The organisation's own donation page elsewhere: its address, with a place for the amount.

Muster takes no money and no card numbers: amounts in an e-mail lead there. The address is kept once
for the organisation, so that whoever writes an e-mail writes amounts and nothing else.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from muster.content import typesetting
from muster.content.blocks import Block
from muster.content.marking import Marks
from muster.content.models import Giving
from muster.organisations.models import Member, Organisation

AMOUNT, SOURCE = "{amount}", "{source}"
LONGEST = 500


class CannotLead(Exception):
    """The address is not one people can safely be led to; says why."""


def problem_with(address: str) -> str:
    """Why an e-mail may not lead there to give money; empty: it may.

    >>> problem_with("https://give.example.org/?amount={amount}")
    ''
    >>> problem_with("http://give.example.org/?amount={amount}")
    'The address begins with https://: nobody is led to pay without it.'
    """
    if not address.startswith("https://"):
        return "The address begins with https://: nobody is led to pay without it."
    if len(address) > LONGEST or not address.isascii() or re.search(r"[\s\"'<>\\]", address):
        return f"An address is at most {LONGEST} letters of plain ASCII, without spaces or quotes."
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "That is no address."
    if parts.username or parts.password:
        return "The address carries a name or password: leave out what stands before the @."
    if not re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*", host):
        return "The address names no site: it looks like https://give.example.org/…"
    if address.count(AMOUNT) != 1 or AMOUNT in parts.fragment:
        return (
            "Write {amount} once, where the amount goes: https://give.example.org/?amount={amount}"
        )
    left = address.replace(AMOUNT, "", 1).replace(SOURCE, "", 1)
    if re.search(r"[{}]", left):
        return "Only {amount} and, if you like, {source} stand in braces, each once."
    return ""


def keep(organisation: Organisation, address: str, *, by: Member, at: datetime) -> None:
    """Let amounts lead there; empty: nowhere. Approvals of e-mails with amounts lapse.

    Raises `CannotLead`.
    """
    wanted = address.strip()
    if not wanted:
        Giving.objects.filter(organisation=organisation).delete()
        return
    if problem := problem_with(wanted):
        raise CannotLead(problem)
    with transaction.atomic():
        Giving.objects.update_or_create(
            organisation=organisation,
            defaults={"address": wanted, "kept_by": by, "kept_at": at},
        )


def address_of(organisation_id: int) -> str:
    """Where its amounts lead; empty: nowhere yet."""
    kept = Giving.objects.filter(organisation=organisation_id).values_list("address", flat=True)
    return kept.first() or ""


def sample(address: str) -> str:
    """Where £10 would lead, for whoever keeps the address; empty: nowhere."""
    if not address:
        return ""
    block = {"kind": "amounts", "words": "", "amounts": "10", "to": address}
    marks = Marks(address)
    told = marks.template(typesetting.giving(block, "10", marks))
    return told.filled(lambda field, in_address: "…")


def has_amounts(blocks: Iterable[Block]) -> bool:
    return any(block["kind"] == "amounts" for block in blocks)


def led(blocks: Iterable[Block], to: str) -> list[Block]:
    """The same blocks, those with amounts told where they lead."""
    return [{**block, "to": to} if block["kind"] == "amounts" else block for block in blocks]

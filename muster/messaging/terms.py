"""A message in the law's terms: who speaks, what it holds, what it asks."""

import html
import re
from functools import lru_cache

from muster.compliance import asking
from muster.compliance.rules import Action, Actor, Campaigner, Promoter
from muster.content.filling import Open, split_open
from muster.content.models import Cut
from muster.messaging.models import Message
from muster.organisations import models as organisations

COUNTRY = "GB"
UNSEEN = re.compile(r"<(style|head|script)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
NOBODY = Campaigner(0, "", "", "", Promoter("", ""))


def campaigner_of(cut: Cut, organisation: organisations.Organisation) -> Campaigner:
    who = cut.campaigner
    if who is None:
        return NOBODY
    promoter = Promoter(who.promoter, who.address, who.on_behalf_of, who.on_behalf_address)
    return Campaigner(who.pk, who.kind, who.name, organisation.name, promoter)


def actor_of(message: Message) -> Actor:
    account = message.spoken
    is_registered = account.organisation_id == message.organisation_id
    return Actor(account.from_name, account.from_address, is_registered)


def action_of(cut: Cut, message: Message) -> Action:
    return _action_of(cut.subject, cut.text, cut.html, message.purpose)


@lru_cache(maxsize=2000)
def _action_of(subject: str, text: str, markup: str, purpose: str) -> Action:
    is_marketing = purpose != "service"
    names = [_names(part) for part in (subject, text, markup)]
    return Action(
        channel="email",
        purpose=purpose,
        parts=(text, seen_words(markup)),
        asks="link" in set().union(*names) or asking.asks(f"{subject}\n{text}"),
        has_unsubscribe=all("unsubscribe" in part for part in names[1:]),
        has_one_click=is_marketing,
    )


def seen_words(markup: str) -> str:
    """What a reader of the HTML sees, as text."""
    return html.unescape(UNSEEN.sub(" ", markup))


def open_fields(cut: Cut) -> list[Open]:
    found = [o for part in (cut.subject, cut.text, cut.html) for o in split_open(part)[1]]
    return list(dict.fromkeys(found))


def _names(part: str) -> set[str]:
    return {found.name for found in split_open(part)[1]}

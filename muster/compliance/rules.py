"""What the law says about one message to one person: decided on plain values.

Every rule is a small function that returns its words or nothing; `evaluate` returns the first
that stands in the way. The material itself is judged once (`judge_material`), each recipient when
their turn comes (`judge_contact`): together they are `evaluate`. What everyone can see, such as a
post, a card, an ad or a page, has no recipients: its material is all there is to judge.
"""

from collections.abc import Callable
from datetime import datetime

from muster.compliance.material import MATERIAL_RULES, MATERIAL_WARNINGS
from muster.compliance.nouns import (
    Action,
    Actor,
    Campaigner,
    Consent,
    Contact,
    Decision,
    Demand,
    Kind,
    Promoter,
    RulePack,
)

__all__ = [
    "ALLOWED",
    "Action",
    "Actor",
    "Campaigner",
    "Consent",
    "Contact",
    "Decision",
    "Demand",
    "Kind",
    "Promoter",
    "RulePack",
    "evaluate",
    "is_demanded",
    "judge_contact",
    "judge_material",
]
ALLOWED = Decision(Kind.ALLOW)
CHANNEL_WORDS = {"email": "e-mail", "sms": "text message", "call": "phone call", "post": "post"}
ERASED = "erased"


def evaluate(
    rule_pack: RulePack,
    campaigner: Campaigner,
    actor: Actor,
    action: Action,
    contact: Contact,
    now: datetime,
) -> Decision:
    """May this message go to this person now? The first rule that forbids it answers."""
    material = judge_material(rule_pack, campaigner, actor, action, now)
    return (
        judge_contact(rule_pack, campaigner, action, contact, now) if material.may_go else material
    )


def judge_material(
    rule_pack: RulePack, campaigner: Campaigner, actor: Actor, action: Action, now: datetime
) -> Decision:
    """May this message go to anyone at all? Asked once for each cut."""
    for kind, rules in ((Kind.BLOCK, MATERIAL_RULES), (Kind.WARN, MATERIAL_WARNINGS)):
        for rule, judge in rules.items():
            if is_demanded(rule_pack, rule, now) and (words := judge(campaigner, actor, action)):
                return Decision(kind, rule, words)
    return ALLOWED


def judge_contact(
    rule_pack: RulePack, campaigner: Campaigner, action: Action, contact: Contact, now: datetime
) -> Decision:
    """May it go to this person? Asked for each recipient when their turn comes."""
    for rule, judge in CONTACT_RULES.items():
        if (words := judge(campaigner, action, contact)) and is_demanded(rule_pack, rule, now):
            return Decision(Kind.BLOCK, rule, words)
    return ALLOWED


def is_demanded(rule_pack: RulePack, rule: str, now: datetime) -> bool:
    demand = rule_pack.demands.get(rule)
    return demand is not None and demand.is_in_force(now.date())


def not_erased(campaigner: Campaigner, action: Action, contact: Contact) -> str:
    """DP-17: someone erased at their wish hears nothing more, not even service mail."""
    return "Asked not to be contacted." if contact.suppressed == ERASED else ""


def not_objecting(campaigner: Campaigner, action: Action, contact: Contact) -> str:
    """DP-21: an objection ends all marketing; it outlives any consent."""
    is_objected = contact.suppressed and action.purpose != "service"
    return "Asked not to be contacted." if is_objected else ""


def has_consent(campaigner: Campaigner, action: Action, contact: Contact) -> str:
    """PECR-22: this sender, this channel. A party's consent serves its candidate only when the
    words agreed to named both."""
    if action.purpose == "service":
        return ""
    consent = contact.consent
    if consent is not None and consent.is_given and covers(consent, campaigner):
        return ""
    whose = campaigner.name if consent and consent.is_given else campaigner.organisation
    return f"No consent for {CHANNEL_WORDS[action.channel]} from {whose}."


def covers(consent: Consent, campaigner: Campaigner) -> bool:
    if consent.campaigner_id == campaigner.id:
        return True
    return campaigner.kind == "candidate" and consent.covers_candidates


CONTACT_RULES: dict[str, Callable[[Campaigner, Action, Contact], str]] = {
    "DP-17": not_erased,
    "DP-21": not_objecting,
    "PECR-22": has_consent,
}

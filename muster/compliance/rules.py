"""What the law says about one message to one person: decided on plain values.

Every rule is a small function that returns a `Decision` or None; `evaluate` returns the first
that stands in the way. The message itself is judged once (`judge_material`), each recipient when
their turn comes (`judge_contact`): together they are `evaluate`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    ALLOW = "allow"
    WARN = "warn"
    HOLD = "hold"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Demand:
    """One rule of a country's law: what it demands, from when until when, by what source."""

    rule: str
    value: str
    since: date
    source: str
    evidence: str
    until: date | None = None

    def is_in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class RulePack:
    """A country's law on one day, by rule id."""

    country: str
    demands: Mapping[str, Demand]


@dataclass(frozen=True, slots=True)
class Promoter:
    """The two slots of an imprint (IMP-2)."""

    name: str
    address: str
    on_behalf_of: str = ""
    on_behalf_address: str = ""


@dataclass(frozen=True, slots=True)
class Campaigner:
    """The legal person in whose name it is sent. `kind` as in `organisations.Campaigner`."""

    id: int
    kind: str
    name: str
    organisation: str
    promoter: Promoter


@dataclass(frozen=True, slots=True)
class Actor:
    """Who it says it is from: the address must be one the organisation registered."""

    from_name: str
    from_address: str
    is_registered: bool


@dataclass(frozen=True, slots=True)
class Action:
    """The message: its channel, its purpose (`marketing` or `service`) and what it holds.

    `parts` are the readable words of each of its parts (plain text, HTML), as text.
    """

    channel: str
    purpose: str
    parts: tuple[str, ...]
    asks: bool
    has_unsubscribe: bool
    has_one_click: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """The latest thing this person said about this channel and purpose."""

    id: int
    is_given: bool
    campaigner_id: int | None
    covers_candidates: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """One recipient. `suppressed` is the reason on the suppression list, or nothing."""

    consent: Consent | None
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, by which rule, in words for the person who reads it."""

    kind: Kind
    rule: str = ""
    message: str = ""

    @property
    def may_go(self) -> bool:
        return self.kind in (Kind.ALLOW, Kind.WARN)


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
    for rule, judge in MATERIAL_RULES.items():
        if is_demanded(rule_pack, rule, now) and (words := judge(campaigner, actor, action)):
            return Decision(Kind.BLOCK, rule, words)
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


def no_ask_in_service(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """PECR-DM: any marketing in it taints the whole message."""
    if action.purpose == "service" and action.asks:
        return "This asks people to act, so it is marketing."
    return ""


def sender_is_named(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """PECR-23: never conceal the sender; marketing says how to stop."""
    is_named = bool(actor.from_name and actor.from_address and actor.is_registered)
    may_stop = action.has_unsubscribe or action.purpose == "service"
    return "" if is_named and may_stop else "Say who you are and how to stop."


def has_promoter(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """IMP-2: a name and a postal address; an e-mail address or a link alone is none."""
    promoter = campaigner.promoter
    slots = [(promoter.name, promoter.address)]
    if promoter.on_behalf_of:
        slots.append((promoter.on_behalf_of, promoter.on_behalf_address))
    if all(name.strip() and is_postal(address) for name, address in slots):
        return ""
    return "Give the name and postal address of who promoted this, and on whose behalf."


def is_postal(address: str) -> bool:
    bare = address.strip()
    looks_virtual = "@" in bare or bare.lower().startswith(("http:", "https:", "www."))
    return len(bare) >= 8 and not (looks_virtual and " " not in bare)


def has_imprint(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """IMP-1: electoral material says who promoted it."""
    is_there = any(holds_imprint(words, campaigner.promoter) for words in action.parts)
    return "" if is_there else "Add who promoted this."


def has_imprint_in_every_part(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """IMP-3: inside the material, as text, whichever part a device shows."""
    missing = [w for w in action.parts if not holds_imprint(w, campaigner.promoter)]
    return "Add who promoted this to the plain and the designed part." if missing else ""


def holds_imprint(words: str, promoter: Promoter) -> bool:
    wanted = (promoter.name, promoter.address, promoter.on_behalf_of, promoter.on_behalf_address)
    flat = " ".join(words.split())
    is_there = all(" ".join(part.split()) in flat for part in wanted)
    return is_there and "promoted by" in flat.lower()


def has_one_click(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """MAIL-1: RFC 8058, for all marketing."""
    if action.channel != "email" or action.purpose == "service" or action.has_one_click:
        return ""
    return "Let people unsubscribe with one click."


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


MATERIAL_RULES: dict[str, Callable[[Campaigner, Actor, Action], str]] = {
    "PECR-DM": no_ask_in_service,
    "PECR-23": sender_is_named,
    "IMP-2": has_promoter,
    "IMP-1": has_imprint,
    "IMP-3": has_imprint_in_every_part,
    "MAIL-1": has_one_click,
}
CONTACT_RULES: dict[str, Callable[[Campaigner, Action, Contact], str]] = {
    "DP-17": not_erased,
    "DP-21": not_objecting,
    "PECR-22": has_consent,
}

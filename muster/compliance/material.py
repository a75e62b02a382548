"""What the law demands of the material itself, whoever it reaches. Each rule by its id.

Channels everyone can see (`post`, `card`, `ad`, `page`) carry an imprint as e-mail does; they are
sent to nobody, so that ways out and one-click headers are no matter there. SMS carries none
(IMP-4).
"""

from collections.abc import Callable

from muster.compliance.nouns import Action, Actor, Campaigner, Promoter

Judge = Callable[[Campaigner, Actor, Action], str]
SEEN_BY_ALL = frozenset({"post", "card", "ad", "page"})
NEEDS_PICTURE = frozenset({"card"})


def no_ask_in_service(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """PECR-DM: any marketing in it taints the whole message."""
    if action.purpose == "service" and action.asks:
        return "This asks people to act, so it is marketing."
    return ""


def sender_is_named(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """PECR-23: never conceal the sender; marketing says how to stop."""
    is_named = bool(actor.from_name and actor.from_address and actor.is_registered)
    if action.channel in SEEN_BY_ALL:
        return "" if is_named else "Say who you are."
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
    """IMP-1: electoral material says who promoted it. A stored reason serves a post only."""
    is_there = any(
        holds_imprint(words, campaigner.promoter) for words in (*action.parts, *action.pictured)
    )
    return "" if is_there or _is_one_click_away(action) else "Add who promoted this."


def has_imprint_in_every_part(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """IMP-3: inside the material, as text, whichever part a device shows.

    A post's or an ad's may stand in its pictures, then in every one: each is shared by itself.
    """
    if action.channel not in SEEN_BY_ALL:
        missing = [w for w in action.parts if not holds_imprint(w, campaigner.promoter)]
        return "Add who promoted this to the plain and the designed part." if missing else ""
    is_safe = _is_in_material(campaigner, action) or _is_one_click_away(action)
    return "" if is_safe else "Add who promoted this to every picture: each is shared by itself."


def _is_in_material(campaigner: Campaigner, action: Action) -> bool:
    """In every picture; a post's, an ad's or a page's words may hold it as well."""
    pictured = [holds_imprint(words, campaigner.promoter) for words in action.pictured]
    if action.channel == "card":
        return bool(pictured) and all(pictured)
    said = any(holds_imprint(words, campaigner.promoter) for words in action.parts)
    return said or (bool(pictured) and all(pictured))


def _is_one_click_away(action: Action) -> bool:
    """Only where there is no room for it, which is never so in what is paid for (s41)."""
    return action.channel == "post" and bool(action.imprint_elsewhere.strip())


def imprint_is_elsewhere(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """IMP-3: not inside the post but one click away; the reason is kept."""
    if not _is_one_click_away(action) or _is_in_material(campaigner, action):
        return ""
    return f"Who promoted this stands one click away: {action.imprint_elsewhere.strip()}"


def holds_imprint(words: str, promoter: Promoter) -> bool:
    wanted = (promoter.name, promoter.address, promoter.on_behalf_of, promoter.on_behalf_address)
    flat = " ".join(words.split())
    is_there = all(" ".join(part.split()) in flat for part in wanted)
    return is_there and "promoted by" in flat.lower()


def has_words_for_pictures(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """A11Y: what a picture shows is said in words too (WCAG 2.2, 1.1.1)."""
    has_picture = bool(action.pictured) or action.channel in NEEDS_PICTURE
    return "Say in words what the picture shows." if has_picture and not action.alt.strip() else ""


def has_one_click(campaigner: Campaigner, actor: Actor, action: Action) -> str:
    """MAIL-1: RFC 8058, for all marketing."""
    if action.channel != "email" or action.purpose == "service" or action.has_one_click:
        return ""
    return "Let people unsubscribe with one click."


MATERIAL_RULES: dict[str, Judge] = {
    "PECR-DM": no_ask_in_service,
    "PECR-23": sender_is_named,
    "IMP-2": has_promoter,
    "IMP-1": has_imprint,
    "IMP-3": has_imprint_in_every_part,
    "MAIL-1": has_one_click,
    "A11Y": has_words_for_pictures,
}
MATERIAL_WARNINGS: dict[str, Judge] = {"IMP-3": imprint_is_elsewhere}

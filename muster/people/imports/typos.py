"""E-mail addresses that are probably mistyped, and ones that belong to an office, not a person.

An address is taken in as it was typed, unless someone said that others were meant.
"""

from collections.abc import Collection
from functools import lru_cache

from rapidfuzz.distance import OSA

_COMMON = """
gmail.com googlemail.com hotmail.com hotmail.co.uk outlook.com live.co.uk live.com msn.com
yahoo.com yahoo.co.uk ymail.com icloud.com me.com mac.com aol.com btinternet.com sky.com
virginmedia.com talktalk.net ntlworld.com blueyonder.co.uk tiscali.co.uk protonmail.com
proton.me gmx.com gmx.de hey.com fastmail.com
"""
COMMON = _COMMON.split()
_ALSO_REAL = """
mail.com email.com gmx.net gmx.co.uk live.nl live.fr yahoo.fr yahoo.de yahoo.ca yahoo.es
hotmail.fr hotmail.de hotmail.es outlook.fr outlook.de ymail.co.uk rocketmail.com
"""
REAL = frozenset(COMMON) | frozenset(_ALSO_REAL.split())
SHORTEST = 7
"""Shorter domains have too many real neighbours to guess by."""
WRONG_ENDS = {
    ".con": ".com",
    ".cmo": ".com",
    ".comm": ".com",
    ".cm": ".com",
    ".co.k": ".co.uk",
    ".co.ik": ".co.uk",
    ".co.um": ".co.uk",
    ".couk": ".co.uk",
    ".vom": ".com",
    ".xom": ".com",
    ".ogr": ".org",
    ".orgg": ".org",
    ".nte": ".net",
}
_ROLES = """
admin info office enquiries enquiry hello contact sales support help webmaster postmaster
hostmaster abuse noreply no-reply donotreply secretary treasurer chair membership mail
reception team accounts finance press media privacy hr jobs
"""
ROLES = frozenset(_ROLES.split())
OTHERS = "others"
"""The group of slips in places nobody knows: a place of one's own is personal, and not kept."""
ALL = "all"


def suggestion(email: str) -> str:
    """The address that was probably meant; empty when this one looks right.

    >>> suggestion("ann@gmial.com"), suggestion("ann@gmail.com"), suggestion("ann@example.org")
    ('ann@gmail.com', '', '')
    """
    before, _, domain = email.rpartition("@")
    meant = _meant(domain)
    return f"{before}@{meant}" if meant else ""


def group_of(email: str) -> str:
    """What slips like this one are accepted by: the mistyped domain of a well-known provider.

    >>> group_of("ann@gmial.com"), group_of("ann@lee-family.con"), group_of("ann@example.org")
    ('gmial.com', 'others', '')
    """
    domain = email.rpartition("@")[2]
    if not (meant := _meant(domain)):
        return ""
    return domain if meant in REAL else OTHERS


def corrected(email: str, accepted: Collection[str]) -> str:
    """The address that was meant, where slips like it were accepted; else empty."""
    group = group_of(email)
    return suggestion(email) if group and (ALL in accepted or group in accepted) else ""


def meant_by(group: str) -> str:
    """Where mail to a mistyped domain was meant to go; empty for `OTHERS` and what is no slip."""
    return _meant(group)


def is_role(email: str) -> bool:
    """Does it name an office rather than a person?"""
    return email.partition("@")[0].partition("+")[0] in ROLES


@lru_cache(maxsize=20_000)
def _meant(domain: str) -> str:
    if domain in REAL:
        return ""
    for wrong, right in WRONG_ENDS.items():
        if domain.endswith(wrong):
            return domain.removesuffix(wrong) + right
    if len(domain) < SHORTEST:
        return ""
    near = [known for known in COMMON if OSA.distance(domain, known, score_cutoff=1) == 1]
    return near[0] if len(near) == 1 else ""

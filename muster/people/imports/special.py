"""Whether an organisation may take in what tells of opinion, membership or health (DP-9)."""

import re

from muster.organisations import conditions
from muster.organisations.models import LegalCondition, Organisation

_TELLING = re.compile(
    r"\b(part(y|ies)|politic\w*|vot(e|es|ing|er|ed)|support(er)?[ _]level|union|trade[ _]union"
    r"|religio\w*|faith|ethnic\w*|race|sexual\w*|orientation|disab\w*|health|medical|genetic\w*"
    r"|biometric\w*|canvass\w*|ideolog\w*|philosoph\w*)\b",
    re.IGNORECASE,
)


def looks_special(name: str) -> bool:
    """Does a field's name tell of something the law protects specially?

    >>> looks_special("support_level"), looks_special("Voting intention"), looks_special("T-shirt")
    (True, True, False)
    """
    return bool(_TELLING.search(name.replace("_", " ")))


def problems_of(organisation: Organisation, field_name: str) -> list[str]:
    """Why no file may fill this special field; none where the law gives a condition for it."""
    condition = conditions.standing(organisation)
    if condition is None:
        return [
            f"“{field_name}”: {conditions.NONE} Settle on one in the settings, or leave it out."
        ]
    if condition.kind == LegalCondition.Kind.CONSENT:
        return [
            f"“{field_name}”: it is held here by each person's explicit consent, which a file"
            " cannot bring. Leave it out."
        ]
    return []

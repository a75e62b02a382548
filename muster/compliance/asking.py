"""Does a text ask people to act? Then it is marketing, whatever it is called (PECR-DM)."""

import re

# Receipts thank and confirm; these words invite. A link to a page of ours is an ask by itself.
ASKS = re.compile(
    r"\b(donate|donation|chip in|vote (?:for|labour|conservative|green)|join (?:us|the party)"
    r"|become a member|please (?:give|join|sign|share|vote|volunteer|come|help)"
    r"|sign (?:the|our|this) petition|share this|tell (?:a|your) friends?|spread the word"
    r"|forward this|can you (?:give|help|come|spare)|will you (?:give|help|come|join))\b",
    re.IGNORECASE,
)


def asks(words: str) -> bool:
    """Look for an invitation to vote, give, join, volunteer, sign or share.

    >>> asks("Thank you. We have what you told us."), asks("Please give £5 today.")
    (False, True)
    """
    return bool(ASKS.search(words))

"""What a service's word means, by the table of docs/decisions/bounces.md: the milder in doubt."""

from muster.lib.bounces import Kind
from muster.lib.bounces.judging import judge, status_in

UNSUBSCRIBED, ASKED = "unsubscribed", "asked"
PLAIN = {
    "arrived": Kind.DELIVERED.value,
    "delayed": Kind.DELAYED.value,
    "answered": Kind.AUTO_REPLY.value,
    "complained": Kind.COMPLAINT.value,
    "unsubscribed": UNSUBSCRIBED,
    "asked": ASKED,
}
CHANGES_NOTHING = {Kind.DELIVERED.value, Kind.DELAYED.value, Kind.AUTO_REPLY.value, ASKED}


def kind_of(what: str, words: str, is_lasting: bool | None) -> str:
    """The kind of return, or `UNSUBSCRIBED`, or `ASKED`.

    A failure is hard only if the service calls it permanent, or says neither, and the other
    server's own words do not speak against it. What a service never tried is the account's
    trouble, unless it says that nothing arrives at that address: then it counts.

    >>> kind_of("bounced", "550 5.1.1 no such user", None)
    'hard'
    >>> kind_of("bounced", "550 5.1.1 no such user", False), kind_of("bounced", "", True)
    ('soft', 'hard')
    """
    if what in PLAIN:
        return PLAIN[what]
    judged = judge(words, status_in(words))
    if what == "dropped":
        return (Kind.UNKNOWN if judged is Kind.HARD else Kind.BLOCKED).value
    if judged is Kind.HARD and is_lasting is False:
        return Kind.SOFT.value
    if judged is Kind.UNKNOWN and is_lasting is not None:
        return (Kind.HARD if is_lasting else Kind.SOFT).value  # it saw the whole of it
    return judged.value

"""The standards: delivery reports (RFC 3464, 6533) and complaints (RFC 5965)."""

from email.message import Message
from email.utils import parseaddr

from muster.lib.bounces import judging
from muster.lib.bounces.opening import header, parts_of, walk
from muster.lib.bounces.told import Failure, Kind

LONGEST = 1000  # letters of an address, with what may stand around it
MOST = 100  # recipients of one report
RETURNED_TOO = ("message/rfc822", "message/global")
NO_COMPLAINT = ("not-spam", "auth-failure")
JUNK_PROGRAM = ("X-HmXmrOriginalRecipient", "X-MSFBL")  # Microsoft's own, without a report


def failures_in(message: Message) -> list[Failure]:
    """One for each recipient that a delivery report names; nothing where there is no report."""
    found = []
    for part in walk(message):
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            found += [f for f in map(_of_one, parts_of(part)[:MOST]) if f]
    return found


def _of_one(fields: Message) -> Failure | None:
    action = header(fields, "Action").lower()
    address = _address(header(fields, "Original-Recipient")) or _address(
        header(fields, "Final-Recipient")
    )
    if not action and not address:
        return None  # what the report says of the message as a whole
    said = header(fields, "Diagnostic-Code")
    told = header(fields, "Status")
    words = judging.one_line(f"{told} {said}" if not said or len(told) > 8 else said)
    status = _status(told, said)
    return Failure(_kind(action, status, f"{told} {said}"), address, status, words)


def _status(told: str, said: str) -> str:
    """What the report says; what the other server said where that says more, or milder."""
    own, theirs = judging.status_in(told), judging.status_in(said)
    if not own or own.endswith(".0.0") or own[0] > "4" == theirs[:1]:
        return theirs or own
    return own


def _kind(action: str, status: str, words: str) -> Kind:
    if action.startswith("delay"):
        return Kind.DELAYED
    if action.startswith(("deliver", "relay", "expand")) or status.startswith("2"):
        return Kind.DELIVERED
    return judging.judge(words[: 4 * judging.LONGEST], status)


def _address(recipient: str) -> str:
    """Of `rfc822; ann@example.org`, and of what is sent instead of it."""
    bare = recipient.partition(";")[2] or recipient
    try:
        found = parseaddr(bare[:LONGEST].strip().strip("<>"))[1]
    except RecursionError:  # comments within comments
        return ""
    return found if "@" in found else ""


def complaint_in(message: Message) -> list[Failure]:
    """Whom a complaint is from; [] where it is none. Some leave the address out."""
    for part in walk(message):
        if part.get_content_type() == "message/feedback-report":
            fields = (parts_of(part) or [part])[0]
            kind = header(fields, "Feedback-Type").lower()
            if kind in NO_COMPLAINT:
                return []
            asked = [header(fields, n) for n in ("Original-Rcpt-To", "Removal-Recipient")]
            return [Failure(Kind.COMPLAINT, next(filter(None, map(_address, asked)), ""))]
    for brought in returned_in(message):
        if header(brought, JUNK_PROGRAM[0]):
            return [Failure(Kind.COMPLAINT, _address(header(brought, JUNK_PROGRAM[0])))]
    return []


def returned_in(message: Message) -> list[Message]:
    """The messages it brings along whole."""
    brought = [p for p in walk(message) if p.get_content_type() in RETURNED_TOO]
    return [inner for part in brought for inner in parts_of(part)]

"""Reading a returned message: each way of telling in turn, the surest first."""

from email.message import Message

from muster.lib.bounces import answers, dialects, reports
from muster.lib.bounces.opening import opened
from muster.lib.bounces.told import MILDEST_FIRST, Failure, Kind, Returned
from muster.lib.bounces.tracing import traces_in


def read(raw: bytes) -> Returned:
    """What came back, and why. Never raises; the same for LF, CR and CRLF."""
    message = opened(raw)
    kind, failures = _told(message)
    return Returned(
        kind,
        tuple(failures),
        tuple(dict.fromkeys(f.address for f in failures if f.address)),
        traces_in(message),
    )


def _told(message: Message) -> tuple[Kind, list[Failure]]:
    if complaint := reports.complaint_in(message):
        return Kind.COMPLAINT, complaint
    if failures := reports.failures_in(message):
        return _mildest(failures), failures
    if dialects.looks_like_a_report(message) and not answers.is_of_someone_away(message):
        failures = dialects.failures_in(message)
        if any(f.address for f in failures) or not answers.is_receipt(message):
            return _mildest(failures), failures
    if answers.is_automatic(message):
        return Kind.AUTO_REPLY, []
    return Kind.REPLY, []


def _mildest(failures: list[Failure]) -> Kind:
    return min((f.kind for f in failures), key=MILDEST_FIRST.index)

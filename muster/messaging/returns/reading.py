"""Reading the mailboxes: every message taken in once, whatever it holds and whenever we die."""

import logging
import time
from datetime import datetime

from django.db import (
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    transaction,
)

from muster.lib import bounces
from muster.lib.bounces import Kind, Returned
from muster.messaging.inbox import receiving
from muster.messaging.returns import boxes
from muster.messaging.returns.boxes import Box, CannotRead, Found
from muster.messaging.returns.mailbox_models import Arrival, Mailbox
from muster.messaging.returns.taking_in import CameBack, name_of, take_in

log = logging.getLogger(__name__)
AT_ONCE = 500  # messages
A_WHILE = 60.0  # seconds, after which others have their turn
SOURCE = "mailbox"
TOO_LARGE = f"Larger than {boxes.LARGEST // 1_000_000} MB: it was not read."
UNREADABLE = "It could not be read. Whoever runs Muster finds why in its log."
NOT_OURS = "It is about no message of ours."
Outcome = Arrival.Outcome


def read(organisation_id: int, mailbox_id: int, at: datetime) -> bool:
    """Take in what waits in a mailbox. True: more may wait."""
    ours = Mailbox.objects.filter(organisation=organisation_id, pk=mailbox_id, is_on=True)
    mailbox = ours.select_related("organisation").first()
    if mailbox is None:
        return False
    seen, is_more, gives_up = 0, False, time.monotonic() + A_WHILE
    try:
        with boxes.opened(mailbox) as box:
            for found in box.waiting(AT_ONCE):
                _take(mailbox, box, found, at)
                seen += 1
                is_more = seen == AT_ONCE or time.monotonic() > gives_up
                if is_more:
                    break
    except CannotRead as trouble:
        _say(mailbox, str(trouble), at)
        return False
    Mailbox.objects.filter(pk=mailbox_id).update(read_at=at, problem="", problem_at=None)
    return is_more


def try_out(mailbox: Mailbox) -> str:
    """Can it be read? Why not, in words; nothing is taken in."""
    try:
        with boxes.opened(mailbox) as box:
            next(iter(box.waiting(1)), None)
    except CannotRead as trouble:
        return str(trouble)
    return ""


def _take(mailbox: Mailbox, box: Box, found: Found, at: datetime) -> None:
    """Taken in and committed first, put away after: killed between, it is known by its bytes."""
    raw = b"" if found.size > boxes.LARGEST else box.raw(found)
    if not raw or len(raw) > boxes.LARGEST:
        reason = TOO_LARGE if found.size > boxes.LARGEST or raw else "It is empty."
        digest = name_of(f"{found.name} {found.size}".encode())
        _keep(mailbox, found, digest, Outcome.ASIDE, reason, at)
        box.put_away(found, aside=True)
        return
    digest = name_of(raw)
    outcome = _taken_in(mailbox, found, digest, raw, at)
    box.put_away(found, aside=outcome == Outcome.ASIDE)


def _taken_in(mailbox: Mailbox, found: Found, digest: str, raw: bytes, at: datetime) -> str:
    try:
        with transaction.atomic():
            arrival, is_fresh = _keep(mailbox, found, digest, Outcome.NOTHING, "", at)
            if is_fresh:
                arrival.outcome, arrival.reason = _act(mailbox, raw, digest, at)
                arrival.save(update_fields=["outcome", "reason"])
            return arrival.outcome
    except (OperationalError, InternalError, InterfaceError, ProgrammingError):
        raise  # the database's trouble, or ours amid an update: not the message's
    except Exception:  # one hostile message must not hold up all that come after it
        log.exception("message %s of mailbox %s could not be taken in", found.name, mailbox.pk)
        _keep(mailbox, found, digest, Outcome.ASIDE, UNREADABLE, at)
        return Outcome.ASIDE


def _act(mailbox: Mailbox, raw: bytes, digest: str, at: datetime) -> tuple[str, str]:
    returned = bounces.read(raw)
    if returned.kind in (Kind.REPLY, Kind.AUTO_REPLY):
        return _written(mailbox, raw, returned, at)
    if returned.kind in (Kind.DELAYED, Kind.DELIVERED):
        return Outcome.NOTHING, ""
    if receiving.came_back(mailbox.organisation, returned, at=at):
        return Outcome.RETURNED, ""
    kept = take_in(mailbox.organisation, came_back(returned, digest), at=at)
    return (Outcome.RETURNED, "") if kept else (Outcome.NOTHING, NOT_OURS)


def came_back(returned: Returned, digest: str) -> CameBack:
    """What a mailbox heard, as every source says it: the failure that decides stands for all."""
    told = next((f for f in returned.failures if f.kind == returned.kind), None)
    return CameBack(
        returned.kind,
        SOURCE,
        digest,
        codes=returned.traces,
        address=told.address if told else next(iter(returned.addresses), ""),
        status=told.status if told else "",
        words=told.words if told else "",
    )


def _written(mailbox: Mailbox, raw: bytes, returned: Returned, at: datetime) -> tuple[str, str]:
    is_automatic = returned.kind is Kind.AUTO_REPLY
    try:
        receiving.receive(
            mailbox.organisation, raw, returned.traces, is_automatic=is_automatic, at=at
        )
    except receiving.CannotReceive as refusal:
        return (Outcome.AUTOMATIC, "") if is_automatic else (Outcome.ASIDE, str(refusal))
    return (Outcome.AUTOMATIC if is_automatic else Outcome.ANSWER), ""


def _keep(
    mailbox: Mailbox, found: Found, digest: str, outcome: str, reason: str, at: datetime
) -> tuple[Arrival, bool]:
    return Arrival.objects.get_or_create(
        mailbox=mailbox,
        digest=digest,
        defaults={
            "organisation": mailbox.organisation,
            "name": found.name[:200],
            "size": found.size,
            "outcome": outcome,
            "reason": reason,
            "at": at,
        },
    )


def _say(mailbox: Mailbox, problem: str, at: datetime) -> None:
    log.warning("mailbox %s: %s", mailbox.pk, problem)
    Mailbox.objects.filter(pk=mailbox.pk).update(problem=problem[:300], problem_at=at)

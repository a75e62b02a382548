"""Taking in what came back: once, whoever says it and however often."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from muster.lib.bounces import Kind
from muster.messaging.bounce_rules import EFFECT_OF, Effect
from muster.messaging.masking import masked
from muster.messaging.models import Delivery
from muster.messaging.returns import effects, finding
from muster.messaging.returns.models import Return
from muster.organisations.models import Organisation
from muster.people.models import ContactPoint

NOTHING_TO_KEEP = (Effect.NOTHING, Effect.CONVERSE)


@dataclass(frozen=True, slots=True)
class CameBack:
    """One thing heard of one message, by whoever heard it.

    `source` and `event` name it: hearing the same again changes nothing. An event without a name
    of its own is named by its bytes (`name_of`). `codes` are words that may be the delivery's
    code (X-Muster-Delivery, the Message-ID before its @, the address it came to), likeliest
    first. `address` is whose message it was. Where no code names a delivery, it is believed only
    if `is_vouched`: a provider's verified word, not what anybody may write in an e-mail.
    """

    kind: Kind
    source: str
    event: str
    codes: tuple[str, ...] = ()
    address: str = ""
    status: str = ""
    words: str = ""
    is_vouched: bool = False


def name_of(raw: bytes) -> str:
    """What to call an event that its source gives no name."""
    return hashlib.sha256(raw).hexdigest()


def take_in(organisation: Organisation, came_back: CameBack, *, at: datetime) -> Return | None:
    """Keep what came back and do what it does to the person, together or not at all.

    None: it was known already, it is about nobody here, or nothing comes of it (it arrived, it
    still tries, a machine answered). An answer by a person belongs into a conversation instead.
    `at` is when it happened.
    """
    if EFFECT_OF[came_back.kind] in NOTHING_TO_KEEP:
        return None
    event = _short(came_back.event)
    known = Return.objects.filter(organisation=organisation, source=came_back.source, event=event)
    if known.exists():
        return None
    about = finding.by_codes(organisation, came_back.codes)
    if about is None and came_back.is_vouched:
        about = finding.by_address(organisation, came_back.address)
    if about is None:
        return None
    with transaction.atomic():
        # In turn for each person: what two sources say at once is counted one after the other.
        points = ContactPoint.objects.filter(person=about.person).order_by("id")
        list(points.select_for_update())
        kept = Return(
            organisation=organisation,
            sending=about.sending,
            person=about.person,
            point=finding.point_of(about.person, [came_back.address]),
            kind=came_back.kind.value,
            status=came_back.status[:12],
            words=masked(came_back.words)[:300],
            source=came_back.source,
            event=event,
            was_delivered=_is_first_failure(came_back.kind, about),
            at=at,
        )
        Return.objects.bulk_create([kept], ignore_conflicts=True)
        written = known.select_for_update().first()
        if written is None or written.acted_at:
            return None
        effects.act(written, at=at)
    return written


def _is_first_failure(kind: Kind, about: finding.About) -> bool:
    if not kind.is_failure or about.sending is None or about.state != Delivery.State.DELIVERED:
        return False
    earlier = Return.objects.filter(sending=about.sending, person=about.person, was_delivered=True)
    return not earlier.exists()


def _short(event: str) -> str:
    return event if 0 < len(event) <= 200 else name_of(event.encode())

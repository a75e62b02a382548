"""Whom of its seats a message goes to: everybody, or those of them in a saved audience.

Using an audience freezes it: at the press, and when a launch is armed. Whoever then comes into it
before Go is added by a freeze of its own. A rehearsal uses nobody: it asks who is in it now.
"""

from datetime import datetime

from django.db import transaction

from muster.audiences import compiling, freezing, special
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.messaging.models import Message, Sending
from muster.people import summing_up

EVERYBODY = ""
OF_FROZEN = """JOIN audiences_frozen chosen ON chosen.freeze_id = {freeze}
                                   AND chosen.person_id = p.id"""
OF_NOW = "JOIN ({found}) AS chosen (person_id, seat_id) ON chosen.person_id = p.id"
NOBODY = "SELECT NULL::bigint, NULL::bigint"
IS_UNDER_WAY = "It is pressed or armed already: whom it goes to stands."


class CannotChoose(Exception):
    """Why a message may not go to an audience; nothing was changed."""


def choose(message: Message, audience: Audience | None) -> None:
    """Let it go to those of its seats who are in an audience; None: to everybody there.

    Raises `CannotChoose` once it is pressed or armed.
    """
    if audience is not None and audience.organisation_id != message.organisation_id:
        raise CannotChoose("Choose an audience of your own organisation.")
    with transaction.atomic():
        locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if locked.sendings.in_earnest().exists():
            raise CannotChoose(IS_UNDER_WAY)
        locked.audience = message.audience = audience
        locked.save(update_fields=["audience"])


def problem(message: Message) -> str:
    """Why it may not go to its audience; empty: it may, or goes to everybody."""
    return freezing.problem(message.audience) if message.audience else ""


def begin(sending: Sending) -> None:
    """Note that it uses its audience as it says now. Raises `freezing.CannotFreeze`."""
    audience = sending.message.audience
    if audience is None:
        return
    use = freezing.Use(sending.message.master.name, "sending", sending.pk)
    sending.freeze = freezing.begin(
        audience, use, by=sending.pressed_by, at=sending.pressed_at, seats=_seats(sending.message)
    )
    sending.save(update_fields=["freeze"])


def get_ready(sending: Sending) -> None:
    """Have everybody summed up, so that its audience finds them as they are. In no transaction."""
    if sending.message.audience_id is not None:
        summing_up.catch_up(sending.organisation_id)


def laid_out(sending: Sending, at: datetime) -> str:
    """The join that narrows people `p` to its audience, which is frozen here, if it is used."""
    if sending.freeze is not None:
        freezing.fill(sending.freeze)
        return OF_FROZEN.format(freeze=sending.freeze.pk)
    return now(sending.message, at) if sending.is_rehearsal else EVERYBODY


def added(sending: Sending, at: datetime) -> str:
    """The same for those who came into it between arming and Go."""
    if sending.freeze is None:
        return EVERYBODY
    return OF_FROZEN.format(freeze=freezing.top_up(sending.freeze, at=at).pk)


def now(message: Message, at: datetime) -> str:
    """The join that narrows people `p` to who is in its audience now; nobody, if none can be."""
    audience = message.audience
    if audience is None:
        return EVERYBODY
    return OF_NOW.format(found=NOBODY if problem(message) else _found(message, audience, at))


def _found(message: Message, audience: Audience, at: datetime) -> str:
    asked = (audience.definition, message.organisation)
    seats, wide = frozenset(_seats(message)), special.is_wide(*asked, audience)
    try:
        return compiling.within("ids", *asked, at=at, seats=seats, wide=wide)
    except Unclear:
        return NOBODY


def _seats(message: Message) -> list[int]:
    if message.target_list is None:
        return []
    return list(message.target_list.targets.values_list("place_id", flat=True))

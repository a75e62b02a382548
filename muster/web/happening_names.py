"""What a fact is about, by name and address: a launch, a message, the words of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from muster.content import facts as content
from muster.content.models import Master
from muster.launches import facts as launches
from muster.launches.models import Launch
from muster.messaging import facts as messaging
from muster.messaging.models import Journey, Sending
from muster.organisations.models import Organisation

OF_WORDS = {
    content.MASTER_WRITTEN,
    content.MASTER_APPROVED,
    content.APPROVAL_WITHDRAWN,
    messaging.SENDING_PLANNED,
    messaging.PLAN_CALLED_OFF,
    messaging.PLAN_REFUSED,
}
OF_MESSAGES = {
    messaging.SENDING_PRESSED,
    messaging.SENDING_STOPPED,
    messaging.SENDING_WENT_ON,
    messaging.REST_LET_GO,
    messaging.SENDING_GIVEN_UP,
    messaging.SENDING_FINISHED,
}
OF_JOURNEYS = {
    messaging.JOURNEY_STARTED,
    messaging.JOURNEY_PAUSED,
    messaging.JOURNEY_WENT_ON,
    messaging.JOURNEY_ENDED,
}
OF_LAUNCHES = {
    launches.LAUNCH_DRAFTED,
    launches.LAUNCH_STAGED,
    launches.LAUNCH_REHEARSED,
    launches.LAUNCH_ARMED,
    launches.LAUNCH_DISARMED,
    launches.LAUNCH_WENT,
    launches.LAUNCH_STOPPED,
    launches.LAUNCH_WENT_ON,
    launches.SEAT_HELD,
    launches.SEAT_LET_GO,
    launches.SEAT_WITHDRAWN,
}


@dataclass(frozen=True)
class About:
    """A name to say and where it leads."""

    name: str
    href: str


def names_of(organisation: Organisation, rows: Iterable[Any]) -> dict[tuple[str, int], About]:
    """By kind and id of what each row is about; a query for each sort at most."""
    rows = list(rows)
    found: dict[tuple[str, int], About] = {}
    for kinds, ask in ASKED.items():
        asked = {row["about_id"] for row in rows if row["kind"] in kinds and row["about_id"]}
        named = ask(organisation, asked) if asked else {}
        found |= {(kind, id): about for kind in kinds for id, about in named.items()}
    return found


def _masters(organisation: Organisation, ids: set[int]) -> dict[int, About]:
    masters = Master.objects.filter(organisation=organisation, pk__in=ids)
    return {
        one.pk: About(f"“{one.name}”", reverse("content:show", args=[one.pk])) for one in masters
    }


def _messages(organisation: Organisation, ids: set[int]) -> dict[int, About]:
    sendings = Sending.objects.filter(organisation=organisation, pk__in=ids)
    return {
        one.pk: About(
            f"“{one.message.master.name}”", reverse("messages:show", args=[one.message_id])
        )
        for one in sendings.select_related("message__master")
    }


def _launches(organisation: Organisation, ids: set[int]) -> dict[int, About]:
    found = Launch.objects.filter(organisation=organisation, pk__in=ids)
    return {one.pk: About(one.name, reverse("launches:show", args=[one.pk])) for one in found}


def _journeys(organisation: Organisation, ids: set[int]) -> dict[int, About]:
    found = Journey.objects.filter(organisation=organisation, pk__in=ids)
    return {
        one.pk: About(f"the journey “{one.name}”", reverse("journeys:show", args=[one.code]))
        for one in found
    }


ASKED = {
    frozenset(OF_WORDS): _masters,
    frozenset(OF_MESSAGES): _messages,
    frozenset(OF_LAUNCHES): _launches,
    frozenset(OF_JOURNEYS): _journeys,
}

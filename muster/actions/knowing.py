"""What the journal and the leads know of someone, for the question what to ask them next."""

from datetime import datetime
from typing import Any

from muster.actions import leads
from muster.actions.models import Action, Lead
from muster.actions.next_ask import Known
from muster.people import consenting, suppressing
from muster.people.models import Person


def known_of(person: Person, at: datetime) -> Known:
    """Everything `next_ask` goes by, in five queries."""
    standing = consenting.standing(person)
    stopped = set(suppressing.suppressed_channels(person))
    ways = {channel for channel, _ in suppressing.addresses_of(person)}
    open_to = {c for c, said in standing.items() if said.is_given and c in ways - stopped}
    return Known(
        name=person.given_name,
        has_stopped=bool(ways) and ways <= stopped,
        has_contact=bool(ways),
        may_be_reached=bool(open_to),
        was_asked=any(said.at for said in standing.values()),
        has_seat=person.seat_id is not None,
        **_deeds(person, at),
    )


def _deeds(person: Person, at: datetime) -> dict[str, Any]:
    mine = {"organisation_id": person.organisation_id, "person": person}
    action = Action.objects.filter(**mine).order_by("-at").first()
    held = Lead.objects.filter(**mine).select_related("owner", "action").order_by("-id")
    lead = held.first()
    waits = lead is not None and lead.contacted_at is None
    return {
        "lead_waits": (at - leads.began_at(lead)).days if lead and waits else None,
        "lead_is_late": bool(lead and waits and lead.due_at < at),
        "owner": lead.owner.name if lead and lead.owner else "",
        "acted": (at - action.at).days if action else None,
        "spoken_to": bool(lead and not waits),
        "can_do": tuple(action.can_do) if action else (),
        "can_when": tuple(action.can_when) if action else (),
    }

"""What this room holds of a person, in words (DP-15)."""

from collections.abc import Iterable

from muster.actions import erasing
from muster.actions.models import Action, Lead
from muster.actions.rules import CAN_DO, CAN_WHEN
from muster.organisations.models import Organisation
from muster.people.holding import Held, Row, register_held


@register_held("actions")
def held(organisation: Organisation, person_id: int) -> Iterable[Held]:
    """What they did when asked, and who was to ring them."""
    mine = erasing.held(organisation, person_id)
    actions = mine["actions"].select_related("page__notice", "place").order_by("at")
    leads = mine["leads"].select_related("place").order_by("due_at")
    yield Held("What you did", "To take you at your word.", [_action(a) for a in actions])
    yield Held(
        "Volunteering: who was to ring you",
        "So that somebody gets in touch in time.",
        [_lead(lead) for lead in leads],
        shared_with="The organiser of your constituency",
    )


def _action(action: Action) -> Row:
    return {
        "When": action.at,
        "Page": action.page.title,
        "Constituency of the page": action.place.name if action.place else "",
        "You can": [CAN_DO.get(c, c) for c in action.can_do],
        "You have time": [CAN_WHEN.get(c, c) for c in action.can_when],
        "Link you came by": action.source,
        "Privacy notice shown": action.page.notice.version if action.page.notice else "",
    }


def _lead(lead: Lead) -> Row:
    return {
        "Constituency": lead.place.name if lead.place else "",
        "What it is about": lead.why,
        "To hear from us by": lead.due_at,
        "Heard from us": lead.contacted_at,
    }

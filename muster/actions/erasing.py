"""What this room knows of a person, and how to forget it (DP-17)."""

from typing import Any

from django.db.models import QuerySet

from muster.actions.models import Action, Lead
from muster.organisations.models import Organisation
from muster.people import erasing


def held(organisation: Organisation, person_id: int) -> dict[str, "QuerySet[Any]"]:
    """What they did and who was to ring them. Facts beside it carry codes only."""
    mine = {"organisation": organisation, "person_id": person_id}
    return {"leads": Lead.objects.filter(**mine), "actions": Action.objects.filter(**mine)}


@erasing.register
def forget(organisation: Organisation, person_id: int) -> None:
    """Leads first: they lean on actions."""
    for rows in held(organisation, person_id).values():
        rows.delete()

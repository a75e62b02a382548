"""What this room holds of a person, in words (DP-15)."""

from collections.abc import Iterable

from muster.organisations.models import Organisation
from muster.people.holding import Held, Row, register_held
from muster.privacy.models import Case


@register_held("privacy")
def held(organisation: Organisation, person_id: int) -> Iterable[Held]:
    """What they asked of us before, and what came of it."""
    cases = Case.objects.filter(organisation=organisation, person_id=person_id)
    yield Held(
        "What you asked of us",
        "To answer you in time, and to show that we did.",
        [_case(case) for case in cases.order_by("received_on").prefetch_related("steps")],
    )


def _case(case: Case) -> Row:
    steps = sorted(case.steps.all(), key=lambda step: step.pk)
    return {
        "What": case.get_kind_display(),
        "Received": case.received_on,
        "By": case.get_route_display(),
        "Your words": case.words,
        "What we did": [f"{step.on:%d %B %Y}: {step.what}" for step in steps],
    }

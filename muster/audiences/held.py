"""What this room holds of a person, in words (DP-15)."""

from collections.abc import Iterable

from muster.audiences.models import Frozen
from muster.organisations.models import Organisation
from muster.people.holding import Held, Row, register_held


@register_held("audiences")
def held(organisation: Organisation, person_id: int) -> Iterable[Held]:
    """The audiences they were in when one was used."""
    frozen = Frozen.objects.filter(organisation=organisation, person_id=person_id)
    rows = [_one(f) for f in frozen.select_related("freeze__audience").order_by("freeze_id")]
    yield Held("Groups you were chosen into", "To ask those whom it concerns.", rows)


def _one(frozen: Frozen) -> Row:
    freeze = frozen.freeze
    return {"When": freeze.at, "Group": freeze.audience.name, "For what": freeze.for_what}

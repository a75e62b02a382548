"""What this room holds of a person: their place in frozen audiences (`Frozen`), and no more."""

from muster.audiences.models import Frozen
from muster.organisations.models import Organisation
from muster.people import erasing


@erasing.register
def forget(organisation: Organisation, person_id: int) -> None:
    """The number frozen stays; who they were goes (DP-17)."""
    Frozen.objects.filter(organisation=organisation, person_id=person_id).delete()

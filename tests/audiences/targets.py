"""A target list without its reckoning."""

from muster.places.models import Election, Party, Target, TargetList
from tests.conftest import MORNING


def target_list(organisation, by, seats):
    party = Party.objects.create(code="FF", name="Fair Future")
    election = Election.objects.create(code="ge", name="General election", held_on=MORNING.date())
    chosen = TargetList.objects.create(
        organisation=organisation,
        name="Targets",
        party=party,
        election=election,
        inputs={},
        made_by=by,
        made_at=MORNING,
    )
    for rank, seat in enumerate(seats, 1):
        Target.objects.create(
            target_list=chosen, place=seat, rank=rank, lead=0, swing_needed=1, chance=0.5, gain=0
        )
    return chosen

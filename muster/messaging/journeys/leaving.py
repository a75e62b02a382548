"""A member takes somebody off a journey."""

from datetime import datetime

from django.db import transaction

from muster.messaging import facts
from muster.messaging.journeys import telling
from muster.messaging.journeys.models import Traveller
from muster.organisations.models import Member


def take_out(traveller: Traveller, *, by: Member, at: datetime) -> None:
    """Nothing more happens to them on it. What waits to go out still goes. Twice is once."""
    with transaction.atomic():
        ending = Traveller.Ending.TAKEN_OUT
        found = Traveller.objects.filter(pk=traveller.pk, ended_at=None)
        if found.update(ended_at=at, ending=ending, step=None, due_at=None):
            people = [(traveller.person_id, ending.value)]
            telling.tell_of_people(facts.LEFT_JOURNEY, traveller.journey, people, at, by)
    traveller.refresh_from_db()

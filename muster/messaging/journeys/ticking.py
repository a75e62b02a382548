"""The clock of journeys: every few seconds people enter, leave, and walk."""

import logging
from datetime import datetime

from django.db import OperationalError

from muster.messaging.journeys import entering, walking
from muster.messaging.journeys.models import Journey
from muster.organisations.scoping import acting_for_owner

log = logging.getLogger(__name__)


def tick(at: datetime) -> None:
    """All live journeys of all organisations, each by itself."""
    for journey_id in Journey.objects.live().order_by("pk").values_list("pk", flat=True):
        with acting_for_owner(Journey, journey_id):
            _tick_one(journey_id, at)


def _tick_one(journey_id: int, at: datetime) -> None:
    """One journey's trouble must not hold up everybody else's."""
    try:
        while entering.take_in(journey_id, at):
            pass
        walking.walk(journey_id, at)
    except OperationalError:
        raise  # the database: everybody's trouble
    except Exception:
        log.exception("the people of journey %s wait", journey_id)

"""The message the demonstration sends: short, human, about one place and one Saturday."""

from datetime import date

from muster.content import starters
from muster.content.masters import Words
from muster.content.models import Master
from muster.places.models import TargetList


def words(*, targets: TargetList, date: date) -> Words:
    """The demonstration's e-mail, to be written or drafted."""
    return starters.words_for(Master.Kind.EMAIL, targets=targets, date=date)

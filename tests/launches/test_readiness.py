"""All that is wrong is said at once, in the organiser's words."""

import pytest

from muster.launches import readiness, rules
from muster.launches.models import Launch
from muster.organisations.models import Member
from tests.conftest import NOON
from tests.launches.conftest import staged

pytestmark = pytest.mark.django_db


def test_a_launch_with_everything_in_it_is_ready_once_it_is_staged(
    launch: Launch, ada: Member
) -> None:
    found = readiness.problems(launch, NOON)
    assert {group.words for group in found.grouped} == {rules.NOT_STAGED}

    launch = staged(launch, ada)

    found = readiness.problems(launch, NOON)
    assert (found.is_ready, found.seats_ready, found.in_words()) == (True, 2, [])

"""flufl.bounce's own samples, all the way: nothing that may pass ever stops anybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muster.lib import bounces
from muster.lib.bounces import Kind
from muster.messaging.models import Message, Rest
from muster.messaging.returns.reading import came_back
from muster.messaging.returns.taking_in import name_of, take_in
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Member, Organisation
from muster.people import suppressing
from muster.people.models import Person
from tests.messaging.conftest import released

pytestmark = [pytest.mark.django_db, pytest.mark.counterpart]
AT = datetime(2026, 12, 24, 9, tzinfo=UTC)
SAMPLES = ".venv-parsons/lib/python3*/site-packages/flufl/bounce/tests/data/*.txt"


def test_no_sample_of_a_failure_that_passes_stops_an_address(
    newsletter: Message, party: Organisation, ada: Member, crowd: list[Person]
) -> None:
    samples = sorted(Path(__file__).parents[3].glob(SAMPLES))
    if not samples:
        pytest.skip("flufl.bounce's samples are not installed: make counterparts")
    sending = released(newsletter, ada)
    whose = {True: crowd[0], False: crowd[1]}

    for number, path in enumerate(samples):
        raw = path.read_bytes()
        returned = bounces.read(raw)
        person = whose[returned.kind is Kind.HARD]
        told = came_back(returned, name_of(raw))
        code = token_for(sending.pk, person.pk)
        take_in(party, replace(told, codes=(code,)), at=AT + number * timedelta(days=1))

    states = [person.contact_points.get(kind="email").state for person in whose.values()]
    assert states == ["dead", "bouncing"]
    assert Rest.objects.filter(person=crowd[1]).exists()
    assert not any(suppressing.suppressed_channels(person) for person in whose.values())

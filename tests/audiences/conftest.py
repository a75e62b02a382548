"""Four people of Stroud and Neath, who differ in what audiences ask."""

from datetime import timedelta

import pytest

from muster.journal import journal
from muster.people import consenting
from muster.people.models import CustomField, Tag, Wording
from tests.conftest import MORNING, NOON, supporter


@pytest.fixture
def email_wording(party, campaigner):
    return Wording.objects.create(
        organisation=party, campaigner=campaigner, channel="email", version="1", text="Yes."
    )


@pytest.fixture
def crowd(party, stroud, neath, email_wording):
    """Ann volunteered twice lately, Bob once long ago, Cat never; Dan lives nowhere known."""
    people = {
        name: supporter(party, name, "Moss", seat)
        for name, seat in (("Ann", stroud), ("Bob", stroud), ("Cat", neath), ("Dan", None))
    }
    for name in ("Ann", "Cat"):
        consenting.give(people[name], "email", wording=email_wording, source="Stall", at=MORNING)
    for name, days in (("Ann", 40), ("Ann", 50), ("Bob", 400)):
        journal.record(
            "volunteered",
            party,
            at=NOON - timedelta(days=days),
            person_id=people[name].pk,
            place_id=people[name].seat_id,
        )
    return people


@pytest.fixture
def driver(party, crowd):
    """A tag that Ann and Dan carry."""
    tag = Tag.objects.create(organisation=party, name="Driver")
    for name in ("Ann", "Dan"):
        crowd[name].tagged.create(organisation=party, tag=tag, at=MORNING)
    return tag


@pytest.fixture
def hours(party, crowd):
    """Hours they can give: Ann 4, Bob 1."""
    field = CustomField.objects.create(organisation=party, key="hours", name="Hours", kind="number")
    for name, number in (("Ann", 4), ("Bob", 1)):
        crowd[name].details.create(organisation=party, field=field, number=number, at=MORNING)
    return field

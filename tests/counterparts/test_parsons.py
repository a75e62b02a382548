"""Parsons' Action Network connector works against Muster as it stands."""

import json
import subprocess
from pathlib import Path

import pytest

from muster.actions.models import ActionPage, Lead
from muster.organisations.models import Member
from muster.people import suppressing
from muster.people.models import ConsentEvent, CustomField, Person
from tests.api.conftest import key_for
from tests.conftest import NOON
from tests.counterparts.conftest import alone

SCRIPT = Path(__file__).parent / "with_parsons.py"


@pytest.mark.counterpart
@pytest.mark.django_db(transaction=True)
def test_parsons_reads_and_writes_as_it_does_with_action_network(
    parsons: Path, server: str, ada: Member, cleo: Person
) -> None:
    party = ada.organisation
    Person.objects.bulk_create(Person(organisation=party, joined_at=NOON) for _ in range(30))
    CustomField.objects.create(organisation=party, key="car", name="Car", kind="yes_no")
    ActionPage.objects.create(
        organisation=party, kind="volunteer", slug="volunteer", title="Volunteer in {seat}"
    )

    ran = subprocess.run(
        [parsons, SCRIPT, server, key_for(ada)[1]],
        env=alone(),
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stderr[-3000:]
    seen = json.loads(ran.stdout.splitlines()[-1])
    mo = Person.objects.get(contact_points__value="mo.new@example.org")
    assert f"action_network:{mo.code}" in seen["made"]
    assert (seen["again"], seen["updated"], seen["found"]) == ("Maureen", "Newer", ["Maureen"])
    assert (seen["everyone"], seen["some"], seen["page"]) == (33, 3, 25)
    assert seen["tags"] == ["doorknocker", "leafleter"]
    assert (seen["taggings"], seen["tagging"], seen["taggings_after"]) == (1, "osdi:person", 0)
    assert (seen["forms"], seen["submissions"], seen["of_person"]) == (1, 1, 1)
    assert (seen["petitions"], seen["events"], seen["fields"]) == (0, 0, "car")
    assert seen["told"][0]["status"] == "unsubscribed"
    assert suppressing.is_suppressed(party, "email", "cleo.winter@example.com")
    assert "PECR-CON" in seen["subscribed"][0]
    assert not ConsentEvent.objects.filter(is_given=True).exists()
    assert Lead.objects.get().person == mo

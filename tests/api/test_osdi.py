"""OSDI: what programs made for Action Network see, and how little “subscribed” proves."""

from typing import Any

import pytest

from muster.organisations.models import Member, Organisation
from muster.people import consenting, suppressing
from muster.people.models import ConsentEvent, CustomField, Person
from tests.api.conftest import Asker, key_for
from tests.conftest import NOON, supporter


@pytest.fixture
def osdi(ada: Member) -> Asker:
    """Ada's key, sent as Action Network's programs send it."""
    return Asker(key_for(ada)[1], "OSDI-API-Token")


def sign_up(asker: Asker, **person: Any) -> Any:
    status, said = asker.ask("POST", "/osdi/people", {"person": person})
    assert status == 200, said
    return said


def test_people_come_25_at_a_time_until_nothing_is_embedded(
    osdi: Asker, party: Organisation
) -> None:
    Person.objects.bulk_create(Person(organisation=party, joined_at=NOON) for _ in range(30))

    pages = [osdi.get(f"/osdi/people?page={n}&per_page=25")["_embedded"] for n in (1, 2, 3)]

    assert [len(page["osdi:people"]) for page in pages] == [25, 5, 0]


def test_people_are_filtered_by_address_and_by_change(osdi: Asker, cleo: Person) -> None:
    supporter(cleo.organisation, "Nia", "Other")

    def found(filter: str) -> list[str]:
        said = osdi.get(f"/osdi/people?filter={filter}")
        return [one["given_name"] for one in said["_embedded"]["osdi:people"]]

    assert found("email_address eq 'CLEO.winter@example.com'") == ["Cleo"]
    assert found("email_address eq 'nobody@example.com'") == []
    assert found("family_name eq 'other' and modified_date gt '2000-01-01'") == ["Nia"]
    assert osdi.ask("GET", "/osdi/people?filter=drop table")[0] == 422
    assert osdi.ask("GET", "/osdi/people?filter=given_name eq 'x' or 1")[0] == 422


def test_subscribed_alone_is_no_consent_and_the_answer_says_so(osdi: Asker) -> None:
    said = sign_up(osdi, email_addresses=[{"address": "mo@example.org", "status": "subscribed"}])

    assert "PECR-CON" in said["told"][0]
    assert "status" not in said["email_addresses"][0]
    assert ConsentEvent.objects.count() == 0


def test_unsubscribed_stops_them_for_good(osdi: Asker, cleo: Person) -> None:
    addresses = [{"address": "cleo.winter@example.com", "status": "unsubscribed"}]

    said = sign_up(osdi, email_addresses=addresses)

    assert said["email_addresses"][0]["status"] == "unsubscribed"
    assert suppressing.is_suppressed(cleo.organisation, "email", "cleo.winter@example.com")


def test_what_is_read_and_written_back_stops_nobody_who_was_never_asked(
    osdi: Asker, cleo: Person
) -> None:
    read = osdi.get(f"/osdi/people/{cleo.code}")

    status, said = osdi.ask("PUT", f"/osdi/people/{cleo.code}", read)

    assert status == 200, said
    assert suppressing.suppressed_channels(cleo) == {}
    assert ConsentEvent.objects.count() == 0


def test_a_standing_no_is_told_as_unsubscribed(osdi: Asker, cleo: Person) -> None:
    consenting.withdraw(cleo, "email", source="a letter", at=NOON)

    said = osdi.get(f"/osdi/people/{cleo.code}")

    assert said["email_addresses"][0]["status"] == "unsubscribed"


def test_what_there_is_no_field_for_is_told_back(osdi: Asker, party: Organisation) -> None:
    CustomField.objects.create(organisation=party, key="car", name="Car", kind="yes_no")

    said = sign_up(
        osdi,
        email_addresses=[{"address": "mo@example.org"}, {"address": "mo2@example.org"}],
        phone_numbers=[{"number": "12"}],
        custom_fields={"car": "1", "shoe_size": 44},
    )

    assert said["custom_fields"] == {"car": True}
    assert len(said["email_addresses"]) == 2
    assert any("shoe_size" in words for words in said["told"])
    assert any("phone number" in words for words in said["told"])


def test_a_page_past_the_last_and_a_number_past_all_are_no_faults(osdi: Asker) -> None:
    assert osdi.get("/osdi/tags?page=1000000")["_embedded"] == {"osdi:tags": []}
    assert osdi.ask("GET", f"/osdi/tags/{2**70}")[0] == 404
    assert osdi.ask("GET", "/osdi/people?page=0")[0] == 422

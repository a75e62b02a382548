"""The preference centre: by the link alone, without script; looking changes nothing."""

import re

import pytest

from muster.journal.models import Fact
from muster.lib.times import now
from muster.messaging import unsubscribing
from muster.messaging.models import Sending
from muster.organisations.models import Member
from muster.people import consenting, erasing, suppressing
from muster.people.models import Person
from muster.people.record import preferring
from muster.people.record.models import PersonChange, Topic
from muster.public.limits import Limit
from tests.conftest import MORNING, supporter
from tests.public.conftest import Town, Visitor, sending_of


@pytest.fixture
def sending(town: Town) -> Sending:
    return sending_of(town)


@pytest.fixture
def zoe(town: Town) -> Person:
    """May be e-mailed; has a number nobody asked about."""
    zoe = supporter(town.page.organisation, "Zoe", "Hart", town.stroud, phone="+447700900001")
    consenting.give(zoe, "email", wording=town.by_email, source="Stall", at=MORNING)
    return zoe


@pytest.fixture
def link(sending: Sending, zoe: Person) -> str:
    return f"/p/{unsubscribing.codes_for(sending.pk, zoe.pk)[1]}"


@pytest.fixture
def buses(town: Town) -> Topic:
    return preferring.keep_topic(town.page.organisation, "Buses", "Fewer cuts, later buses")


KEEP = {"channel": ["email"], "was_on": ["email"], "often": "as_it_comes"}


def test_looking_changes_nothing_and_names_nobody(
    visitor: Visitor, link: str, zoe: Person, buses: Topic
) -> None:
    facts = Fact.objects.count()

    page = visitor.get(link)

    assert page.status == 200
    assert "Choose what you get from Fair Future" in page.text
    assert "Buses" in page.text
    for private in ("Zoe", "Hart", "900001", "zoe.hart", "Stroud"):
        assert private not in page.text
    assert Fact.objects.count() == facts
    assert "set-cookie" not in page.headers
    assert "<script" not in page.text
    assert len(page.text) < 100_000


def test_what_is_unticked_is_withdrawn_and_what_is_ticked_is_given_with_its_words(
    visitor: Visitor, link: str, town: Town, zoe: Person
) -> None:
    answer = visitor.post(link, {"channel": ["sms"], "was_on": ["email"], "often": "weekly"})

    assert answer.status == 303
    assert "set-cookie" not in answer.headers
    assert "Kept." in visitor.get(answer.headers["location"]).text
    standing = consenting.standing(zoe)
    assert not standing["email"].is_given
    assert standing["sms"].is_given
    assert (standing["sms"].wording_id, standing["sms"].source) == (
        town.by_text.pk,
        "Preference page",
    )
    assert preferring.frequency(zoe) == "weekly"


def test_a_channel_that_was_not_shown_on_stays_as_it_is(
    visitor: Visitor, link: str, zoe: Person, town: Town
) -> None:
    consenting.give(zoe, "sms", wording=town.by_text, source="Door", at=now())

    visitor.post(link, KEEP)

    assert consenting.standing(zoe)["sms"].is_given


def test_topics_are_kept(visitor: Visitor, link: str, zoe: Person, buses: Topic) -> None:
    visitor.post(link, KEEP | {"shown": [str(buses.pk)]})
    assert preferring.unwanted(zoe) == {buses.pk}

    visitor.post(link, KEEP | {"shown": [str(buses.pk)], "topic": [str(buses.pk)]})
    assert preferring.unwanted(zoe) == set()


def test_stop_everything_stops_every_address_at_once(
    visitor: Visitor, link: str, zoe: Person, town: Town
) -> None:
    answers = [visitor.post(link, {"everything": "1"}) for _ in range(2)]

    assert [a.status for a in answers] == [303, 303]
    party = town.page.organisation
    assert suppressing.is_suppressed(party, "email", "zoe.hart@example.com")
    assert suppressing.is_suppressed(party, "sms", "+447700900001")
    assert suppressing.is_suppressed(party, "call", "+447700900001")
    assert not consenting.standing(zoe)["email"].is_given
    assert Fact.objects.filter(kind="unsubscribed", person_id=zoe.pk).count() == 1
    page = visitor.get(answers[0].headers["location"]).text
    assert "Everything has stopped" in page
    assert 'name="everything"' not in page


def test_who_asks_for_us_again_is_heard(visitor: Visitor, link: str, zoe: Person) -> None:
    visitor.post(link, {"everything": "1"})

    visitor.post(link, {"channel": ["email"], "often": "as_it_comes"})

    assert consenting.standing(zoe)["email"].is_given
    assert "email" not in suppressing.suppressed_channels(zoe)
    assert "sms" in suppressing.suppressed_channels(zoe)


def test_nobody_lifts_the_stop_of_someone_they_share_a_number_with(
    visitor: Visitor, link: str, zoe: Person, town: Town
) -> None:
    party = town.page.organisation
    flatmate = supporter(party, "Ann", "Lee", phone="+447700900001")
    suppressing.suppress_person(flatmate, reason="told us", at=MORNING, channels=["sms"])

    visitor.post(link, KEEP | {"channel": ["email", "sms"]})

    assert suppressing.is_suppressed(party, "sms", "+447700900001")
    assert not consenting.standing(zoe)["sms"].is_given


def test_who_moves_is_placed_anew_and_the_change_is_kept(
    visitor: Visitor, link: str, zoe: Person, town: Town
) -> None:
    visitor.post(link, KEEP | {"postcode": "sa10 1aa", "given_name": "Zoë", "family_name": ""})

    zoe.refresh_from_db()
    assert (zoe.given_name, zoe.family_name, zoe.seat) == ("Zoë", "Hart", town.neath)
    change = PersonChange.objects.get(field="postcode")
    assert (change.by, change.source) == (None, "Preference page")


@pytest.mark.parametrize(
    "typed", [{"postcode": "nowhere"}, {"given_name": "www.example.org"}, {"family_name": "£100"}]
)
def test_what_cannot_be_kept_is_given_back_with_everything_as_it_was_set(
    visitor: Visitor, link: str, zoe: Person, typed: dict[str, str]
) -> None:
    answer = visitor.post(link, {"was_on": ["email"], "often": "monthly"} | typed)

    assert answer.status == 422
    assert "Nothing was changed yet" in answer.text
    assert next(iter(typed.values())) in answer.text
    assert not re.search(r'id="channel-email"[^>]*checked', answer.text)
    assert re.search(r'value="monthly" checked', answer.text)
    assert consenting.standing(zoe)["email"].is_given


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t[:-4] + "AAAA", lambda t: "x"])
def test_an_altered_link_does_nothing_and_says_so(
    visitor: Visitor, link: str, zoe: Person, change: object
) -> None:
    assert callable(change)
    altered = f"/p/{change(link.removeprefix('/p/'))}"

    for answer in (visitor.get(altered), visitor.post(altered, {"everything": "1"})):
        assert answer.status == 404
        assert "Nothing was changed" in answer.text
    assert suppressing.suppressed_channels(zoe) == {}


def test_the_code_that_stands_in_mail_headers_opens_no_preferences(
    visitor: Visitor, sending: Sending, zoe: Person
) -> None:
    code, choices = unsubscribing.codes_for(sending.pk, zoe.pk)

    assert visitor.get(f"/p/{code}").status == 404
    assert visitor.get(f"/u/{choices}").status == 404


def test_someone_erased_finds_nothing_left(
    visitor: Visitor, link: str, zoe: Person, ada: Member
) -> None:
    erasing.erase(zoe, by=ada, at=now())

    assert visitor.get(link).status == 410
    assert visitor.post(link, KEEP).status == 410
    assert visitor.post(link, {"everything": "1"}).status == 303
    assert not Person.objects.filter(given_name="Zoe").exists()


def test_too_many_choices_wait_but_stopping_never_does(
    visitor: Visitor, link: str, zoe: Person
) -> None:
    visitor.public.by_chooser = Limit(burst=1, seconds=60)

    statuses = [visitor.post(link, KEEP).status for _ in range(2)]

    assert statuses == [303, 429]
    assert visitor.post(link, {"everything": "1"}).status == 303

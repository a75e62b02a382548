"""The picture that tells, at the door; and a scanner that follows every link of a letter."""

import re
from html import unescape

import pytest
from django.apps import apps
from django.db import connection

from muster.actions import sources
from muster.actions.models import Visit
from muster.messaging.models import Opened, Sending
from muster.messaging.opens import counting
from muster.messaging.unsubscribing import codes_for, opened_code
from muster.organisations.models import Member
from muster.people import consenting
from muster.people.models import Person
from muster.public.machines import is_machine
from tests.conftest import MORNING, supporter
from tests.public.conftest import Town, Visitor, sending_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
MACHINES = {
    "apple": "Mozilla/5.0",
    "gmail": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0"
    " (via ggpht.com GoogleImageProxy)",
    "yahoo": "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "outlook": "OutlookImageProxy/1.0",
    "scanner": "Barracuda Sentinel (EE)",
    "script": "python-requests/2.32",
    "none": "",
}


@pytest.mark.parametrize("agent", MACHINES.values(), ids=MACHINES)
def test_what_fetches_by_itself_is_a_machine(agent: str) -> None:
    assert is_machine("GET", {"user-agent": agent})


def test_a_browser_is_a_person_unless_it_only_looks_ahead() -> None:
    assert not is_machine("GET", {"user-agent": FIREFOX})
    assert is_machine("HEAD", {"user-agent": FIREFOX})
    assert is_machine("GET", {"user-agent": FIREFOX, "sec-purpose": "prefetch;prerender"})


@pytest.fixture
def sending(town: Town) -> Sending:
    return sending_of(town)


@pytest.fixture
def zoe(town: Town, ada: Member) -> Person:
    """Agreed to e-mails, and to have it counted what she opens."""
    zoe = supporter(town.page.organisation, "Zoe", "Hart", town.stroud)
    consenting.give(zoe, "email", wording=town.by_email, source="Stall", at=MORNING)
    counting.turn_on(town.page.organisation, by=ada, at=MORNING)
    words = town.page.organisation.open_count.wording
    consenting.give(zoe, "email", wording=words, source="Preference page", at=MORNING)
    return zoe


def written(visitor: Visitor) -> None:
    visitor.run(visitor.public.opened.write())
    visitor.run(visitor.public.visits.write())


def test_the_picture_tells_when_it_was_opened_and_nothing_else(
    visitor: Visitor, sending: Sending, zoe: Person
) -> None:
    address = f"/o/{opened_code(sending.pk, zoe.pk)}"

    by_gmail = visitor.get(address, user_agent=MACHINES["gmail"])
    written(visitor)
    machine_alone = Opened.objects.get()
    by_hand = visitor.get(address, user_agent=FIREFOX)
    visitor.ask("HEAD", address, headers={"user_agent": FIREFOX})
    written(visitor)

    assert machine_alone.opened_at is None
    row = Opened.objects.get()
    assert (row.person_id, row.sending_id) == (zoe.pk, sending.pk)
    assert row.opened_at
    assert row.machine_at
    for answer in (by_gmail, by_hand):
        assert answer.status == 200
        assert answer.body.startswith(b"GIF89a")
        assert answer.headers["content-type"] == "image/gif"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
    kept = {f.name for f in Opened._meta.concrete_fields}
    assert kept == {"id", "organisation", "sending", "person", "opened_at", "machine_at"}


def counts() -> dict[str, int]:
    """How many rows every table of ours has, and what visits add up to."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if model.__module__.startswith("muster.") and table != "actions_visit":
                cursor.execute(f"SELECT count(*), sum(hashtext({table}::text)) FROM {table}")
                found[table] = cursor.fetchone()
    return found


def test_a_scanner_that_follows_every_link_changes_nothing(
    visitor: Visitor, sending: Sending, zoe: Person, town: Town
) -> None:
    source = sources.code_for(
        town.page.organisation, "sending", sending.pk, town.stroud, label="Saturday"
    )
    code, choices = codes_for(sending.pk, zoe.pk)
    links = [f"{town.address}?s={source}", f"/u/{code}", f"/p/{choices}", "/fair-future/privacy"]
    before = counts()

    for link in links:
        page = visitor.get(link, user_agent=MACHINES["scanner"])
        assert page.status == 200
        visitor.ask("HEAD", link, headers={"user_agent": FIREFOX})
        for further in re.findall(r'href="(/[^"#]*)"', page.text):
            visitor.get(unescape(further), user_agent=MACHINES["scanner"])
    written(visitor)

    assert counts() == before
    seen = Visit.objects.get()
    assert (seen.source.code, seen.people, seen.machines) == (source, 0, 2)


def test_visits_are_counted_by_link_and_day_of_codes_that_are_ours(
    visitor: Visitor, sending: Sending, town: Town
) -> None:
    source = sources.code_for(town.page.organisation, "sending", sending.pk, town.stroud)

    for _ in range(3):
        visitor.get(f"{town.address}?s={source}", user_agent=FIREFOX)
    visitor.get(f"{town.address}?s=madeup2345", user_agent=FIREFOX)
    written(visitor)
    visitor.get(f"{town.address}?s={source}", user_agent=FIREFOX)
    written(visitor)

    assert list(Visit.objects.values_list("people", "machines")) == [(4, 0)]


def test_the_box_is_not_ticked_until_they_tick_it(
    visitor: Visitor, sending: Sending, town: Town, ada: Member
) -> None:
    cleo = supporter(town.page.organisation, "Cleo", "Hart", town.stroud)
    link = f"/p/{codes_for(sending.pk, cleo.pk)[1]}"
    assert "May we count what you open?" not in visitor.get(link).text
    counting.turn_on(town.page.organisation, by=ada, at=MORNING)

    asked = visitor.get(link).text
    visitor.post(link, {"opens": "1", "often": "as_it_comes"})
    ticked = visitor.get(link).text

    assert 'id="opens" name="opens" value="1">' in asked
    assert 'id="opens" name="opens" value="1" checked>' in ticked
    assert consenting.standing(cleo, "opens")["email"].is_given

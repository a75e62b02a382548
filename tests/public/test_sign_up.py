"""The page people land on, and pressing its button."""

import asyncio
import time
from typing import Any

import psycopg
import pytest
from django.conf import settings

from muster.actions import pages
from muster.actions.models import Action, ActionPage, Lead
from muster.lib.times import now
from muster.organisations.models import Campaigner, Organisation
from muster.people.models import ConsentEvent, Person
from muster.public import limits, stamps
from tests.public.conftest import Town, Visitor, form_for

Form = dict[str, Any]


def test_the_page_says_who_asks_and_what_they_will_do(visitor: Visitor, town: Town) -> None:
    page = visitor.get(town.address)

    assert page.status == 200
    assert "<h1>Volunteer in Stroud</h1>" in page.text
    assert "Promoted by R. Okafor, 1 High Street" in page.text
    assert "/fair-future/privacy" in page.text
    assert "Demonstration." in page.text
    assert " checked>" not in page.text
    assert town.by_email.text in page.text


def test_it_is_light_and_loads_nothing_else(visitor: Visitor, town: Town) -> None:
    page = visitor.get(town.address, accept_encoding="gzip")

    assert len(page.text.encode()) < 100_000
    assert len(page.body) < 14_000
    for tag in ("<script", "<img", '<link rel="stylesheet"', "<iframe", "url(", "@import"):
        assert tag not in page.text


def test_no_page_sets_a_cookie(visitor: Visitor, town: Town, filled: Form) -> None:
    answers = [visitor.get(town.address), visitor.post(town.address, filled)]
    answers += [visitor.get(answers[1].headers["location"]), visitor.get("/fair-future/privacy")]

    assert [answer.status for answer in answers] == [200, 303, 200, 200]
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_every_page_closes_what_it_does_not_need(visitor: Visitor, town: Town) -> None:
    for address in (town.address, "/nowhere/at-all", "/fair-future/privacy", "/u/altered"):
        headers = visitor.get(address).headers

        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"


def test_a_candidates_seat_carries_the_candidates_imprint(
    visitor: Visitor, town: Town, party: Organisation
) -> None:
    Campaigner.objects.create(
        organisation=party,
        kind="candidate",
        name="Ines Farr",
        promoter="L. Agent",
        address="2 Low Street",
        on_behalf_of="Ines Farr",
        on_behalf_address="3 Mid Street",
        place_code=town.stroud.code,
    )

    assert "Promoted by L. Agent, 2 Low Street" in visitor.get(town.address).text
    assert "Promoted by R. Okafor" in visitor.get("/fair-future/volunteer/neath").text


def test_a_change_shows_within_seconds(visitor: Visitor, town: Town) -> None:
    visitor.get(town.address)
    ActionPage.objects.filter(pk=town.page.pk).update(title="Help in {seat}")

    deadline = time.monotonic() + 20
    while "Help in Stroud" not in visitor.get(town.address).text:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_closed_page_is_not_there(visitor: Visitor, town: Town) -> None:
    ActionPage.objects.filter(pk=town.page.pk).update(is_open=False)

    assert visitor.get(town.address).status == 404
    assert visitor.get("/fair-future/volunteer/atlantis").status == 404


def test_pressing_the_button_takes_them_in_and_says_what_happens_next(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    answer = visitor.post(town.address, filled)

    thanks = visitor.get(answer.headers["location"])
    person = Person.objects.get()
    action = Action.objects.get()
    assert answer.status == 303
    assert "<b>Ben</b> gets in touch" in thanks.text
    assert (person.given_name, person.postcode, person.seat) == ("Zoë", "GL5 1AA", town.stroud)
    assert (action.source, action.can_do, action.can_when) == (
        "abc234",
        ["doors", "online"],
        ["evenings"],
    )
    assert [c.wording for c in ConsentEvent.objects.all()] == [town.by_email]
    assert Lead.objects.get().owner == town.ben


def test_an_address_that_leads_nowhere_costs_no_reading(
    visitor: Visitor, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.get(town.address)
    read: list[tuple[str, str]] = []
    monkeypatch.setattr(pages, "shown", lambda *key: read.append(key))

    for n in range(20):
        assert visitor.get(f"/nobody/page-{n}").status == 404

    assert read == []


def test_the_link_to_share_has_a_source_of_its_own(visitor: Visitor, town: Town) -> None:
    first, second = (visitor.get(f"{town.address}/thanks").text for _ in range(2))

    link = f"{settings.PUBLIC_ADDRESS}{town.address}?s="
    assert link in first
    assert first == second
    assert "wa.me" in first
    assert 'type="email"' not in first


def test_the_source_is_kept_through_a_form_that_comes_back(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    assert visitor.get(f"{town.address}?s=xyz789").value("s") == "xyz789"
    assert visitor.get(f"{town.address}?s=%22%3E%3Cb%3E").value("s") == ""
    assert visitor.post(town.address, filled | {"given": ""}).value("s") == "abc234"


def test_pressing_twice_is_pressing_once(visitor: Visitor, town: Town, filled: Form) -> None:
    answers = [visitor.post(town.address, filled) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert Action.objects.count() == 1


def test_a_friends_details_over_ones_own_are_a_second_person(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    visitor.post(town.address, filled)
    visitor.post(town.address, filled | {"given": "Max", "email": "max@example.org"})

    assert Person.objects.count() == Action.objects.count() == 2


def test_two_presses_at_one_moment_are_one_person(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    from urllib.parse import urlencode

    kind = {"content-type": "application/x-www-form-urlencoded"}
    forms = [form_for(town, bytes([n]) * 16) for n in range(5)]

    async def all_at_once() -> list[int]:
        bodies = [urlencode(form, doseq=True).encode() for form in forms]
        presses = [visitor.asked("POST", town.address, body, kind) for body in bodies]
        return [answer.status for answer in await asyncio.gather(*presses)]

    assert visitor.run(all_at_once()) == [303] * 5
    assert Person.objects.count() == Lead.objects.count() == 1
    assert Action.objects.count() == 5


def test_everything_wrong_is_said_at_once_and_everything_typed_is_kept(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    wrong = filled | {"given": "", "email": "zoe@@", "phone": "12", "postcode": "GL5"}
    del wrong["old_enough"]

    answer = visitor.post(town.address, wrong)

    assert answer.status == 422
    assert "5 things need another look" in answer.text
    for field in ("given", "email", "phone", "postcode", "old_enough"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-problem"' in answer.text
    for kept in ('value="zoe@@"', 'value="12"', 'value="GL5"', 'value="O&#39;Neil"'):
        assert kept in answer.text
    assert answer.text.count(" checked>") == 4
    assert answer.value("stamp") == filled["stamp"]
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("postcode", "words"),
    [
        ("GL5 2BB", "We don"),
        ("GL5 9ZZ", "gives it no seat"),
        ("BT1 1AA", "Northern Ireland"),
        ("hello", "isn"),
    ],
)
def test_each_kind_of_postcode_gets_its_own_honest_answer(
    visitor: Visitor, town: Town, filled: Form, postcode: str, words: str
) -> None:
    answer = visitor.post(town.address, filled | {"postcode": postcode})

    assert answer.status == 422
    assert words in answer.text
    assert "<details open>" in answer.text


@pytest.mark.parametrize("postcode", ["", "BT1 1AA", "GL5 9ZZ"])
def test_a_person_may_say_their_seat(
    visitor: Visitor, town: Town, filled: Form, postcode: str
) -> None:
    said = filled | {"postcode": postcode, "seat": town.neath.name}

    answer = visitor.post(town.address, said)

    person = Person.objects.get()
    assert answer.headers["location"].startswith("/fair-future/volunteer/neath/thanks")
    assert (person.seat, person.seat_how) == (town.neath, "said")
    assert Action.objects.get().place == town.stroud


def test_the_page_of_no_seat_finds_it_by_postcode(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    answer = visitor.post("/fair-future/volunteer", filled | {"postcode": "SA10 1AA"})

    assert answer.headers["location"].startswith("/fair-future/volunteer/neath/thanks")
    assert Lead.objects.get().place == town.neath


def test_thanks_never_tells_whether_we_knew_them(
    visitor: Visitor, town: Town, filled: Form, cleo: Person
) -> None:
    known = visitor.post(
        town.address,
        filled | {"email": "cleo.winter@example.com", "postcode": "SA10 1AA"},
    )
    stranger = visitor.post(town.address, filled | {"postcode": "SA10 1AA"})

    def path(answer: Any) -> str:
        return str(answer.headers["location"].partition("?")[0])

    assert path(known) == path(stranger)


def test_texts_need_a_number(visitor: Visitor, town: Town, filled: Form) -> None:
    answer = visitor.post(town.address, filled | {"phone": "", "consent": [str(town.by_text.pk)]})

    assert "untick calls and text messages" in answer.text


def test_nobody_consents_to_words_they_were_not_shown(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    answer = visitor.post(town.address, filled | {"consent": ["999999"]})

    assert answer.status == 422
    assert "have changed since you opened this page" in answer.text
    assert ConsentEvent.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["Win £500 at evil.example", "www evil", "evil.test/x", "a@b", "4111 1111 1111 1111"]
)
def test_a_name_that_reads_as_a_link_goes_out_to_nobody(
    visitor: Visitor, town: Town, filled: Form, name: str
) -> None:
    answer = visitor.post(town.address, filled | {"given": name})

    assert answer.status == 422
    assert Action.objects.count() == 0


@pytest.mark.parametrize("name", ["St. John", "J.R.", "O'Neil", "Anne-Marie", "Łukasz", "李"])
def test_real_names_are_taken(visitor: Visitor, town: Town, filled: Form, name: str) -> None:
    assert visitor.post(town.address, filled | {"given": name}).status == 303


NASTY = '"><script>alert(1)</script>'


def test_what_is_typed_never_becomes_markup(visitor: Visitor, town: Town, filled: Form) -> None:
    nasty = dict.fromkeys(("given", "family", "email", "phone", "postcode", "website"), NASTY)
    for answer in (
        visitor.post(f"{town.address}?s={NASTY}", filled | nasty | {"s": NASTY, "seat": NASTY}),
        visitor.post(town.address, filled | {"stamp": NASTY}),
        visitor.get("/fair-future/%3Cscript%3Ealert(1)%3C/script%3E"),
    ):
        assert "<script" not in answer.text


def test_line_breaks_in_a_name_or_address_go_nowhere(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    visitor.post(town.address, filled | {"given": "Zoë\r\nBcc: all@example.org"[:5] + "\r\nMay"})
    answer = visitor.post(town.address, filled | {"email": "a@example.org\r\nBcc: b@example.org"})

    assert Person.objects.get().given_name == "Zoë May"
    assert answer.status == 422


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"given=%FF%FE", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"given=%00", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=1" for _ in range(500)), "application/x-www-form-urlencoded", 400),
        (b"given=" + b"x" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"given=" + b"x" * 400, "application/x-www-form-urlencoded", 400),
        (b'{"given": "Zoe"}', "application/json", 400),
        (b"", "", 400),
    ],
)
def test_what_no_browser_sends_is_refused_in_words(
    visitor: Visitor, town: Town, body: bytes, kind: str, status: int
) -> None:
    answer = visitor.ask("POST", town.address, body, {"content-type": kind})

    assert answer.status == status
    assert "Nothing was kept." in answer.text


def test_a_lying_length_is_cut_off(visitor: Visitor, town: Town) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded", "content-length": "10"}

    answer = visitor.ask("POST", town.address, b"given=" + b"x" * 20_000, kind)

    assert answer.status == 413


def test_a_robot_that_fills_every_box_is_held(visitor: Visitor, town: Town, filled: Form) -> None:
    answer = visitor.post(town.address, filled | {"website": "https://spam.test"})

    assert "it is there to catch robots" in answer.text
    assert Person.objects.count() == 0


def test_too_quick_is_held_and_the_next_press_counts(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    quick = filled | {"stamp": stamps.fresh(now())}

    held = visitor.post(town.address, quick)
    time.sleep(2.1)
    counted = visitor.post(town.address, quick)

    assert "so quick that we held it" in held.text
    assert 'value="Zoë"' in held.text
    assert counted.status == 303


@pytest.mark.parametrize("stamp", ["", "forged", "AAAA"])
def test_a_form_without_our_stamp_comes_back_with_one(
    visitor: Visitor, town: Town, filled: Form, stamp: str
) -> None:
    answer = visitor.post(town.address, filled | {"stamp": stamp})

    assert answer.status == 422
    assert stamps.read(answer.value("stamp"))


def test_a_flood_from_one_network_waits_and_loses_nothing(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    visitor.public.by_network = limits.Limit(burst=1, seconds=60)
    visitor.post(town.address, filled)

    answer = visitor.post(town.address, filled | {"email": "max@example.org"})

    assert answer.status == 429
    assert int(answer.headers["retry-after"]) > 0
    assert 'value="max@example.org"' in answer.text
    assert Person.objects.count() == 1


def test_forwarded_addresses_are_believed_from_our_own_proxy_only(
    visitor: Visitor, town: Town, filled: Form, settings: Any
) -> None:
    visitor.public.by_network = limits.Limit(burst=1, seconds=60)
    forms = [form_for(town, bytes([n]) * 16) | {"email": f"p{n}@example.org"} for n in range(4)]

    first = visitor.post(town.address, forms[0], x_forwarded_for="198.51.100.1")
    second = visitor.post(town.address, forms[1], x_forwarded_for="198.51.100.2")
    settings.TRUSTED_PROXIES = frozenset({"203.0.113.7"})
    third = visitor.post(town.address, forms[2], x_forwarded_for="192.0.2.9, 198.51.100.2")
    fourth = visitor.post(town.address, forms[3], x_forwarded_for="192.0.2.8, 198.51.100.2")

    assert [a.status for a in (first, second, third, fourth)] == [303, 429, 303, 429]


def test_with_the_database_away_nothing_typed_is_lost(
    visitor: Visitor, town: Town, filled: Form
) -> None:
    visitor.get(town.address)
    with away(visitor):
        page = visitor.get(town.address)
        held = visitor.post(town.address, filled)
        health = visitor.get("/healthz")

    later = visitor.post(town.address, filled)

    assert page.status == 200
    assert held.status == 503
    assert held.headers["retry-after"] == "30"
    assert "Nothing you typed is" in held.text
    for kept in ('value="Zoë"', 'value="gl5 1aa"', 'value="07700 900123"'):
        assert kept in held.text
    assert held.value("stamp") == filled["stamp"]
    assert health.status == 503
    assert later.status == 303
    assert Person.objects.count() == 1


class away:
    """The database refuses everybody, and throws out who is in."""

    def __init__(self, visitor: Visitor) -> None:
        at = settings.DATABASES["default"]
        self.name = at["NAME"]
        self.door = psycopg.connect(
            host=at["HOST"],
            port=at["PORT"],
            user=at["USER"],
            password=at["PASSWORD"],
            dbname="postgres",
            autocommit=True,
        )

    def __enter__(self) -> None:
        self.door.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS false')
        self.door.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [self.name],
        )

    def __exit__(self, *problem: object) -> None:
        from django.db import connection

        self.door.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS true')
        self.door.close()
        connection.close()

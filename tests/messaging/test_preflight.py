"""Looked at before it goes out: what stands in the way, and what to look at."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from muster.channels.domains import keeping
from muster.channels.models import EmailAccount
from muster.channels.outside import Scored, Visited
from muster.content.blocks import of_letter
from muster.lib.times import now
from muster.messaging import drafting, pressing
from muster.messaging.models import Message, Preflight
from muster.messaging.preflight import links, looking, parts
from muster.messaging.preflight.finding import Finding
from muster.messaging.preflight.letter import link_of, seen
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.people.record import preferring
from tests.conftest import MORNING, NOON
from tests.messaging.conftest import WORDS, released

pytestmark = pytest.mark.django_db
HERE = "tests.messaging.test_preflight"
GONE: set[str] = set()
ASKED: list[str] = []


def visit(url: str) -> Visited:
    """The open internet, as these tests have it."""
    ASKED.append(url)
    return Visited(url in GONE, "It answers with 404." if url in GONE else "")


def filter_letters(letter: bytes) -> Scored:
    assert letter.startswith(b"From: ")
    return Scored("SpamAssassin", 6.1, 5.0, ((2.5, "Talks of money"),))


@pytest.fixture(autouse=True)
def world_outside(settings: Any) -> None:
    settings.LINK_PROVIDER, settings.SPAM_PROVIDER = f"{HERE}.visit", f"{HERE}.filter_letters"
    GONE.clear()
    ASKED.clear()


@pytest.fixture
def real(party: Organisation) -> Organisation:
    party.is_demonstration = False
    party.save()
    return party


def looked_at(message: Message, at: Any = NOON) -> list[Finding]:
    message = Message.objects.get(pk=message.pk)
    looking.carry_out(looking.ask(message, None, at).pk, at)
    return looking.preflight(message, at)


def states(found: list[Finding]) -> dict[str, str]:
    return {one.code: one.state for one in reversed(found)}


def words_of(found: list[Finding], code: str) -> str:
    return " ".join(one.words for one in found if one.code == code)


def test_a_whole_message_has_a_tick_for_everything(
    newsletter: Message, crowd: list[Person]
) -> None:
    found = looked_at(newsletter)

    assert {c: s for c, s in states(found).items() if s != "ok"} == {
        "domain": "warn",  # a demonstration asks no name server
        "spam": "warn",
    }
    assert "6.1 points; spam from 5" in words_of(found, "spam")
    assert "8 of 8 people would get it" in words_of(found, "consent")
    assert states(found).keys() >= {"unsubscribe", "text", "size", "alt", "links", "fields", "cap"}


def test_what_stands_in_the_way_is_refused_at_the_press_as_well(
    newsletter: Message, account: EmailAccount, real: Organisation, ada: Member
) -> None:
    domain = keeping.domain_for(real, "fairfuture.example.org", at=MORNING)
    domain.found = [
        {"code": "dkim", "state": "block", "words": "No key is published.", "record": ""},
        {"code": "spf", "state": "warn", "words": "SPF is odd.", "record": ""},
    ]
    domain.problem, domain.answered_at = "No answer.", NOON - timedelta(days=3)
    domain.save()

    found = looked_at(newsletter)

    with pytest.raises(pressing.CannotPress) as refusal:
        pressing.press(newsletter, by=ada, at=NOON)
    assert "No key is published." in refusal.value.args
    assert pressing.problems_of_all(newsletter) == ["No key is published."]
    assert states(found)["dkim"] == "block"
    assert found[0].code == "dkim"
    assert "from 3 days ago" in words_of(found, "domain")


def test_others_pages_are_visited_but_not_in_a_demonstration(
    newsletter: Message, party: Organisation, ada: Member, settings: Any
) -> None:
    there, gone = "https://there.example.org/a?b=1&c=2", "https://gone.example.org/"
    letter = f"See [it]({there}) and [that]({gone}) and [ours]({settings.PUBLIC_ADDRESS}/x/y)."
    words = replace(WORDS, body="", button="", blocks=of_letter(letter, "I can help"))
    message = drafting.change(newsletter, words, by=ada, at=NOON)
    GONE.add(gone)
    made_up = looked_at(message)
    asked_then = list(ASKED)
    party.is_demonstration = False
    party.save()

    found = looked_at(message)

    assert asked_then == []
    assert states(made_up)["visits"] == "skipped"
    assert sorted(ASKED) == [gone, there]
    assert "gone.example.org/ It answers with 404." in words_of(found, "visits")
    assert there not in words_of(found, "visits")
    assert "not open" in words_of(found, "links")


def test_people_without_a_name_and_people_who_heard_enough_are_counted(
    newsletter: Message, crowd: list[Person], ada: Member
) -> None:
    released(newsletter, ada)
    again = drafting.draft(
        newsletter.organisation,
        replace(WORDS, name="Again"),
        targets=newsletter.target_list,
        page=newsletter.page,
        account=newsletter.account,
        by=ada,
        at=MORNING,
    )
    for person in crowd[:2]:
        preferring.choose(person, wanted=frozenset(), shown=frozenset(), often="weekly", at=NOON)
    Person.objects.filter(pk=crowd[5].pk).update(given_name="")
    at = newsletter.sendings.get().pressed_at + timedelta(hours=1)

    found = looked_at(again, at)

    assert "1 of 8 people has no first name on record: they read" in words_of(found, "fields")
    assert states(found)["cap"] == "warn"
    assert "2 people chose to hear less often" in words_of(found, "cap")


@pytest.mark.parametrize(
    ("link", "state"),
    [
        ("javascript:alert(1)", "block"),
        ("data:text/html,x", "block"),
        ("https://example.org/{first_name}", "block"),
        ("https://example.org/%7B%7Blink%7D%7D", "block"),
        ("https://user:pass@example.org/", "block"),
        ("http://example.org/login", "block"),
        ("https://[", "block"),
        ("//example.org", "block"),
        ("", "block"),
        ("http://example.org/news", "warn"),
        ("https://bit.ly/3x", "warn"),
        ("https://192.0.2.1/", "warn"),
        ("https://xn--80ak6aa92e.example/", "warn"),
        ("mailto:us@example.org", ""),
        ("https://example.org/a?b=1", ""),
    ],
)
def test_a_link_is_judged_by_what_readers_and_filters_make_of_it(link: str, state: str) -> None:
    assert next((found for found, _ in links.problems(link)), "") == state


def test_a_letter_is_judged_by_its_parts(newsletter: Message, settings: Any) -> None:
    cut = newsletter.master.cuts.select_related("place")[0]
    whole = seen(cut, newsletter, link_of(cut, newsletter))
    asked: dict[str, Any] = {
        "is_marketing": True,
        "ours": settings.PUBLIC_ADDRESS,
        "is_made_up": True,
    }

    def judged(**changed: Any) -> set[tuple[str, str]]:
        found = parts.problems(replace(whole, **changed), **asked)
        return {(code, state) for code, state, _, _ in found}

    assert judged() == set()
    assert judged(headers={}) == {("unsubscribe", "block")}
    assert judged(text=" \n") == {("text", "block")}
    assert judged(text=f"<p>{whole.text}</p>") == {("text", "block")}
    assert judged(text="Read on.") == {("text", "warn")}
    assert judged(size=parts.CLIPPED) == {("size", "block")}
    assert judged(size=parts.NEARLY) == {("size", "warn")}
    assert judged(undescribed=1) == {("alt", "block")}


def test_the_page_looks_closely_and_forgets_when_the_words_change(
    newsletter: Message, as_ada: Client, ada: Member, crowd: list[Person]
) -> None:
    address = f"/messages/{newsletter.pk}/preflight"
    first = as_ada.get(f"/messages/{newsletter.pk}/").content.decode()
    waits = as_ada.post(address, headers={"HX-Request": "true"}).content.decode()
    looking.carry_out(Preflight.objects.get().pk, NOON)
    looking.carry_out(Preflight.objects.get().pk, NOON)
    Preflight.objects.update(finished_at=now())
    done = as_ada.get(f"/messages/{newsletter.pk}/").content.decode()
    drafting.change(newsletter, replace(WORDS, subject="Other"), by=ada, at=NOON)
    changed = as_ada.get(f"/messages/{newsletter.pk}/").content.decode()

    assert 'hx-trigger="load"' in first
    assert "Waiting for a worker" in waits
    assert "Ready to send, 2 things to look at." in done
    assert "Talks of money" in done
    assert "so far" in changed
    assert "Talks of money" not in changed

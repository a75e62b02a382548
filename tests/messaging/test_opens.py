"""Opens: no letter tells of being opened but those of people who agreed to it (PECR-6)."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from muster.actions.sources import told_in
from muster.journal.models import Fact
from muster.messaging import choosing
from muster.messaging.held import held
from muster.messaging.models import Message, OpenCount, Opened
from muster.messaging.opens import counting
from muster.messaging.opens.figures import figures_of
from muster.messaging.unsubscribing import codes_for, ids_in_opened, opened_code, unsubscribe
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people import consenting, erasing
from muster.people.models import Person, Wording
from muster.people.opens import OPENS, agreed
from tests.conftest import MORNING, NOON
from tests.messaging.conftest import Mailbox, released

pytestmark = pytest.mark.django_db
IMAGE = re.compile(r"<img|/o/[0-9a-f]", re.IGNORECASE)


@pytest.fixture
def counted(party: Organisation, campaigner: Campaigner, ada: Member) -> OpenCount:
    """The organisation asks."""
    counting.turn_on(party, by=ada, at=MORNING)
    return OpenCount.objects.get(organisation=party)


def says_yes(person: Person, count: OpenCount) -> None:
    consenting.give(person, "email", wording=count.wording, source="Preference page", at=MORNING)


def test_only_the_letters_of_those_who_agreed_have_a_picture(
    counted: OpenCount, newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    yes, took_back, *others = crowd
    says_yes(yes, counted)
    says_yes(took_back, counted)
    consenting.withdraw(took_back, "email", purpose=OPENS, source="Preference page", at=NOON)

    pressed = released(newsletter, ada)

    code = opened_code(pressed.pk, yes.pk)
    theirs = mailbox.raw(mailbox.to(yes)[0]).replace("=\r\n", "").replace("=3D", "=")
    assert theirs.count(f'<img src="http://localhost:8401/o/{code}"') == 1
    assert 'alt="" style="display:block;border:0"></body>' in theirs.replace("\r\n", "")
    for person in (took_back, *others):
        assert not IMAGE.search(mailbox.raw(mailbox.to(person)[0]))


def test_nobodys_letter_has_one_where_the_organisation_does_not_ask(
    counted: OpenCount, newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    says_yes(crowd[0], counted)
    counting.turn_off(newsletter.organisation, by=ada, at=NOON)

    released(newsletter, ada)

    assert len(mailbox.mail()) == len(crowd)
    assert not any(IMAGE.search(mailbox.raw(kept)) for kept in mailbox.mail())
    assert agreed(crowd[0].pk)


def test_a_picture_code_opens_nothing_else() -> None:
    code = opened_code(41, 7)

    assert ids_in_opened(code) == (41, 7)
    assert code not in codes_for(41, 7)


def test_it_is_off_until_turned_on_and_never_by_somebody_elses_word(
    as_ada: Client, party: Organisation, crowd: list[Person], newsletter: Message
) -> None:
    assert not counting.is_on(party.pk)
    page = as_ada.get(reverse("settings:opens")).content.decode()
    assert "No e-mail of yours tells whether it was opened" in page

    as_ada.post(reverse("settings:opens"), {"on": "yes"})

    wording = Wording.objects.get(organisation=party, purpose=OPENS)
    by_staff = reverse("people:give", args=[crowd[0].code])
    told = {"channel": "email", "wording": str(wording.pk), "source": "Told Ada"}
    assert as_ada.post(by_staff, told).status_code == 404
    assert not agreed(crowd[0].pk)
    assert counting.is_on(party.pk)
    assert Fact.objects.filter(kind="opens counted").count() == 1


def keep(pressed: Any, *told: tuple[Person, bool]) -> None:
    """What the public app writes, by the same statement."""
    rows = [
        counting.row(pressed.pk, person.pk, is_machine=machine, at=NOON) for person, machine in told
    ]
    with connection.cursor() as cursor:
        asked = {"organisation": pressed.organisation_id, "rows": json.dumps(rows)}
        cursor.execute(counting.KEEP_SQL, asked)


def test_the_first_open_counts_once_and_a_machines_never(
    counted: OpenCount,
    newsletter: Message,
    ada: Member,
    as_ada: Client,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    by_hand, by_machine, by_nobody, never_asked = crowd[:4]
    for person in (by_hand, by_machine, by_nobody):
        says_yes(person, counted)
    pressed = released(newsletter, ada)

    keep(pressed, (by_hand, False), (by_hand, False), (by_hand, True), (by_machine, True))
    keep(pressed, (by_hand, False), (by_machine, True), (never_asked, False))

    assert Fact.objects.filter(kind="opened").values_list("person_id", "codes").get() == (
        by_hand.pk,
        {},
    )
    told = figures_of(pressed)
    assert (told.agreed, told.opened, told.machines) == (3, 1, 2)
    page = as_ada.get(reverse("messages:show", args=[newsletter.pk])).content.decode()
    assert "Opened by 1 of the 3 people who got it and agreed" in page
    assert figures_of(pressed, seats=[]).agreed == 0


def test_whoever_takes_it_back_is_not_counted_by_an_old_letter(
    counted: OpenCount, newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    says_yes(crowd[0], counted)
    says_yes(crowd[1], counted)
    pressed = released(newsletter, ada)
    consenting.withdraw(crowd[0], "email", purpose=OPENS, source="Preference page", at=NOON)
    unsubscribe(codes_for(pressed.pk, crowd[1].pk)[0], NOON)

    keep(pressed, (crowd[0], False), (crowd[1], False))

    assert not agreed(crowd[1].pk)
    assert not Opened.objects.exists()


def test_what_was_opened_is_told_and_forgotten(
    counted: OpenCount, newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    says_yes(crowd[0], counted)
    pressed = released(newsletter, ada)
    keep(pressed, (crowd[0], False))

    told = {h.title: h.rows for h in held(pressed.organisation, crowd[0].pk)}
    erasing.erase(crowd[0], by=None, at=NOON)

    assert [row["First by you"] for row in told["What you opened"]] == [NOON]
    assert not Opened.objects.exists()


def test_the_preference_page_keeps_a_yes_with_its_words_and_a_no(
    counted: OpenCount,
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    agree: Callable[[Person], Person],
) -> None:
    link = codes_for(released(newsletter, ada).pk, crowd[0].pk)[1]
    offer = choosing.read(link).opens
    assert offer is not None
    assert not offer.is_on

    choosing.choose(link, choosing.Chosen(opens=True), NOON)
    said = consenting.standing(crowd[0], OPENS)["email"]
    choosing.choose(link, choosing.Chosen(opens_shown=True), NOON)

    assert (said.is_given, said.wording_id, said.source) == (
        True,
        counted.wording_id,
        "Preference page",
    )
    assert not agreed(crowd[0].pk)
    assert consenting.standing(crowd[0])["email"].is_given


@pytest.mark.parametrize(
    ("written", "goes_out"),
    [
        ("https://m.example/us/help/stroud", "https://m.example/us/help/stroud?s=abc"),
        ("https://m.example/us/help?a=1.", "https://m.example/us/help?a=1&s=abc."),
        ("https://m.example/us/help?s=xyz", "https://m.example/us/help?s=xyz"),
        ("https://m.example/us/privacy", "https://m.example/us/privacy"),
        ("https://m.example/other/help", "https://m.example/other/help"),
    ],
)
def test_every_address_of_our_own_pages_carries_its_code(written: str, goes_out: str) -> None:
    assert told_in(written, "https://m.example/us/", "abc") == goes_out

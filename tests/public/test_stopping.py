"""Unsubscribing: looking does nothing, pressing does it at once, an altered link does nothing."""

import pytest

from muster.journal.models import Fact
from muster.messaging import unsubscribing
from muster.messaging.models import Sending
from muster.people.models import Person
from muster.people.suppressing import suppressed_channels
from tests.public.conftest import Town, Visitor, sending_of


@pytest.fixture
def sending(town: Town) -> Sending:
    return sending_of(town)


@pytest.fixture
def link(sending: Sending, cleo: Person) -> str:
    return f"/u/{unsubscribing.token_for(sending.pk, cleo.pk)}"


def test_looking_stops_nothing(visitor: Visitor, link: str, cleo: Person) -> None:
    page = visitor.get(link)

    assert page.status == 200
    assert "Stop e-mails from Fair Future?" in page.text
    assert "Cleo" not in page.text
    assert suppressed_channels(cleo) == {}


def test_the_one_click_of_a_mail_program_works_at_once(
    visitor: Visitor, link: str, cleo: Person
) -> None:
    answer = visitor.post(link, {"List-Unsubscribe": "One-Click"})

    assert answer.status == 200
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert set(suppressed_channels(cleo)) == {"email"}


def test_it_works_however_the_form_is_wrapped(visitor: Visitor, link: str, cleo: Person) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x"}

    answer = visitor.ask("POST", link, b"--x--", kind)

    assert answer.status == 200
    assert set(suppressed_channels(cleo)) == {"email"}


def test_pressing_again_is_harmless(visitor: Visitor, link: str, cleo: Person) -> None:
    answers = [visitor.post(link), visitor.post(link)]

    assert [answer.status for answer in answers] == [200, 200]
    assert Fact.objects.filter(kind="unsubscribed", person_id=cleo.pk).count() == 1


def test_everything_can_stop(visitor: Visitor, link: str, cleo: Person) -> None:
    answer = visitor.post(link, {"everything": "1"})

    assert "Everything has stopped" in answer.text
    assert "email" in suppressed_channels(cleo)
    stopped = Fact.objects.get(kind="unsubscribed", person_id=cleo.pk)
    assert set(stopped.codes["channels"]) == {"email", "sms", "call", "post"}


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t[:-4] + "AAAA", lambda t: "x"])
def test_an_altered_link_does_nothing_and_says_so(
    visitor: Visitor, link: str, cleo: Person, change: object
) -> None:
    assert callable(change)
    altered = f"/u/{change(link.removeprefix('/u/'))}"

    for answer in (visitor.get(altered), visitor.post(altered)):
        assert answer.status == 404
        assert "Nothing was changed" in answer.text
    assert suppressed_channels(cleo) == {}

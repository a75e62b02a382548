"""Hosted e-mail services: what they are told, and what each answer means for a letter.

Their answers are those of their own pages, given by a stand-in on this machine: none was tried with
the real service. Amazon SES is tried with moto besides (tests/counterparts).
"""

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import urllib3
from django.test import override_settings
from urllib3 import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError

from muster.channels import secrets
from muster.channels.email import Answer, CannotOpen, End, Letter, Unreachable, open_line
from muster.channels.models import EmailAccount
from muster.lib import mime
from muster.messaging.returns import answering
from muster.messaging.settling import outcome_of
from muster.organisations.models import Organisation
from muster.providers import hosted
from muster.providers.hosted import answers
from tests.providers.service import Service, serving

HOSTED = {
    "mailgun": ({"sender_domain": "fairfuture.example.org"}, {"api_key": "key-1"}),
    "postmark": ({"stream": "broadcast"}, {"server_token": "key-1"}),
    "sendgrid": ({}, {"api_key": "key-1"}),
    "brevo": ({}, {"api_key": "key-1"}),
    "ses": ({"region": "eu-west-2", "access_key": "AK"}, {"secret_key": "key-1"}),
}
# What each says when it has taken a message.
TAKEN = {
    "mailgun": {"id": "<20260504.1@mg>", "message": "Queued. Thank you."},
    "postmark": {"ErrorCode": 0, "Message": "OK", "MessageID": "m-1", "To": "cleo@example.com"},
    "sendgrid": b"",
    "brevo": {"messageId": "<1@brevo>"},
    "ses": {"MessageId": "0100-1"},
}


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        yield running


@pytest.fixture
def account(party: Organisation, service: Service, request: pytest.FixtureRequest) -> EmailAccount:
    """An account with the service that the test names, which answers on this machine."""
    return account_with(party, service, getattr(request, "param", "mailgun"))


def account_with(party: Organisation, service: Service, provider: str) -> EmailAccount:
    options, kept = HOSTED[provider]
    account = EmailAccount(
        organisation=party,
        name=provider,
        provider=provider,
        from_name="Zoë",
        from_address="hello@fairfuture.example.org",
        options={**options, "api_url": service.url},
    )
    secrets.keep(account, kept)
    account.save()
    service.says = (202 if provider == "sendgrid" else 200, TAKEN[provider], {})
    return account


def letter(code: str = "code-1", given: str = "Cleo") -> Letter:
    compiled = mime.compile_letter(
        from_name="Zoë of Fair Future",
        from_address="hello@fairfuture.example.org",
        subject=["Saturday, ", mime.Field("first_name"), "?"],
        text=["Dear ", mime.Field("first_name"), ",\r\n.come to Ynys Môn."],
        designed=["<p>Dear ", mime.Field("first_name"), "</p>"],
        headers={
            "List-Unsubscribe": ["<https://example.org/u/", mime.Field("code"), ">"],
            "List-Unsubscribe-Post": ["List-Unsubscribe=One-Click"],
        },
    )
    person = mime.Person(given, "cleo@example.com", {"first_name": given, "code": code})
    body, is_plain = compiled.fill(person, datetime(2026, 5, 4, tzinfo=UTC))
    return Letter(code, b"hello@fairfuture.example.org", b"cleo@example.com", body, is_plain)


def handed(account: EmailAccount, *letters: Letter, goes: bool = True) -> list[Answer]:
    line = open_line(account)
    answers: list[Answer] = []
    line.hand_over(
        letters or (letter(),),
        before_body=lambda letter: goes,
        on_answer=lambda letter, answer: answers.append(answer),
    )
    line.close()
    return answers


@pytest.mark.parametrize("account", HOSTED, indirect=True)
def test_a_letter_is_taken_with_its_words_its_way_out_and_our_code(
    account: EmailAccount, service: Service
) -> None:
    (answer,) = handed(account, letter(given="Mo <b>"))

    assert answer.end is End.ACCEPTED
    (heard,) = service.heard
    said = as_words(account.provider, heard.body)
    for words in ("Ynys Môn", "Saturday, Mo <b>?", "Dear Mo &lt;b&gt;", "code-1"):
        assert words in said, words
    assert "https://example.org/u/code-1" in said
    assert "List-Unsubscribe=One-Click" in said
    assert "key-1" not in said


def as_words(provider: str, body: bytes) -> str:
    """All that was said, decoded as that service reads it."""
    if provider == "ses":
        import base64

        raw = base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
        read = message_from_bytes(raw, policy=policy.default)
        parts = [p.get_content() for p in read.walk() if not p.is_multipart()]
        return "\n".join([*(f"{n}: {v}" for n, v in read.items()), *parts])
    if provider == "mailgun":
        return "\n".join(f"{n}: {v[0]}" for n, v in parse_qs(body.decode()).items())
    return json.dumps(json.loads(body), ensure_ascii=False)


@pytest.mark.parametrize("account", HOSTED, indirect=True)
@pytest.mark.parametrize(
    ("status", "end"),
    [
        (400, End.REFUSED),
        (401, End.REFUSED_FOR_NOW),
        (429, End.REFUSED_FOR_NOW),
        (500, End.UNANSWERED),
        (503, End.REFUSED_FOR_NOW),
    ],
)
def test_each_refusal_has_the_right_end(
    account: EmailAccount, service: Service, status: int, end: End
) -> None:
    if account.provider == "ses":
        named = {401: "UnrecognizedClientException", 429: "TooManyRequestsException"}
        told = {"x-amzn-ErrorType": named.get(status, "BadRequestException")}
        end = End.UNANSWERED if status == 503 else end
        service.says = (status, {"message": "no"}, told)
    else:
        service.says = (status, {"message": "no"}, {"Retry-After": "90"})

    first, second = handed(account, letter(), letter("code-2"))

    assert first.end is end
    # An account that is refused takes no more: the next letter is not even begun.
    assert second.end is (End.NOT_BEGUN if status == 401 else end)
    assert first.wait_s == (90 if status in (429, 503) and account.provider != "ses" else None)


def test_who_did_the_work_and_never_said_so_leaves_it_unanswered(
    account: EmailAccount, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosted, "TIMEOUT", 0.2)
    service.hangs = 0.6

    (answer,) = handed(account)

    assert (answer.end, len(service.heard)) == (End.UNANSWERED, 1)


def test_a_service_that_is_not_there_was_told_nothing(account: EmailAccount) -> None:
    account.options |= {"api_url": "http://127.0.0.1:9/"}

    first, second = handed(account, letter(), letter("code-2"))

    assert (first.end, second.end) == (End.NOT_BEGUN, End.NOT_BEGUN)


def test_stopped_before_it_left_nothing_is_asked(account: EmailAccount, service: Service) -> None:
    (answer,) = handed(account, goes=False)

    assert (answer.end, service.heard) == (End.NOT_BEGUN, [])


def test_a_demonstration_never_reaches_a_real_service(
    account: EmailAccount, party: Organisation
) -> None:
    party.is_demonstration = True
    del account.options["api_url"]

    with pytest.raises(CannotOpen, match="this machine only"):
        open_line(account)
    account.options["api_url"] = "https://api.example.org/"
    with pytest.raises(CannotOpen, match="on this machine only"):
        open_line(account)


def test_secrets_kept_under_another_secret_are_asked_for_anew(account: EmailAccount) -> None:
    with override_settings(SECRET_KEY="another"), pytest.raises(CannotOpen, match="once more"):
        open_line(account)


def test_a_dump_of_the_database_shows_no_secret(account: EmailAccount) -> None:
    kept: dict[str, Any] = EmailAccount.objects.values().get(pk=account.pk)

    assert "key-1" not in str(kept)
    assert secrets.of(account) == {"api_key": "key-1"}


def test_a_connection_that_breaks_after_the_letter_left_is_never_taken_for_one_that_never_stood(
    account: EmailAccount,
) -> None:
    """Encryption may fail when all was said: only a certificate is looked at before."""
    broken = requests.exceptions.SSLError(
        MaxRetryError(
            HTTPSConnectionPool("api.example.org"),
            "/messages",
            urllib3.exceptions.SSLError(ssl.SSLError(1, "[SSL: BAD_RECORD_MAC] bad record mac")),
        )
    )
    forged = requests.exceptions.SSLError(
        MaxRetryError(
            HTTPSConnectionPool("api.example.org"),
            "/messages",
            urllib3.exceptions.SSLError(ssl.SSLCertVerificationError(1, "self-signed")),
        )
    )

    assert answers.answer_of(broken).end is End.UNANSWERED
    assert answers.answer_of(forged).end is End.NOT_BEGUN


def test_a_service_that_never_says_what_became_of_letters_makes_few_of_them_uncertain(
    account: EmailAccount, service: Service
) -> None:
    service.says = (500, {"message": "no"}, {})

    ends = [answer.end for answer in handed(account, *(letter(f"c{n}") for n in range(9)))]

    assert ends == [End.UNANSWERED] * 3 + [End.NOT_BEGUN] * 6
    with pytest.raises(Unreachable, match="never said"):
        open_line(account)


@pytest.mark.parametrize("account", ["postmark"], indirect=True)
def test_an_account_that_may_not_send_keeps_its_letters_waiting(
    account: EmailAccount, service: Service
) -> None:
    service.says = (422, {"ErrorCode": 405, "Message": "Not allowed to send"}, {})

    first, second = handed(account, letter(), letter("code-2"))

    assert (first.end, second.end) == (End.REFUSED_FOR_NOW, End.NOT_BEGUN)


@pytest.mark.parametrize("account", ["mailgun", "postmark", "brevo"], indirect=True)
def test_what_a_service_says_of_a_request_is_no_word_about_the_address(
    account: EmailAccount, service: Service
) -> None:
    """Counted as a mail server's, three days of it would put the whole list to rest."""
    service.says = (422, {"ErrorCode": 300, "Message": "Invalid request"}, {})

    (answer,) = handed(account)
    outcome = outcome_of(1, 1, answer, attempts=1, at=datetime(2026, 5, 4, tzinfo=UTC))

    assert answer.end is End.REFUSED
    assert not answering.is_answer(outcome.state, outcome.reason)


@pytest.mark.parametrize("account", ["postmark"], indirect=True)
def test_an_answer_that_says_nothing_of_the_letter_leaves_it_uncertain(
    account: EmailAccount, service: Service
) -> None:
    service.says = (200, {"ErrorCode": 0, "Message": "OK", "MessageID": "m-1"}, {})

    (answer,) = handed(account)

    assert answer.end is End.UNANSWERED

"""The letter that opens a login goes through the organisation that made it, and no other."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from muster.channels import keeping
from muster.channels.models import EmailAccount
from muster.organisations.models import Member, Organisation
from muster.web.accounts import account_for
from tests.conftest import NOON


def account_of(organisation: Organisation, host: str = "127.0.0.1") -> EmailAccount:
    return EmailAccount.objects.create(
        organisation=organisation,
        name="Post",
        host=host,
        from_name=organisation.name,
        from_address="post@example.org",
    )


def test_a_second_organisations_server_never_sees_the_letter(ada: Member, drew: Member) -> None:
    theirs = account_of(drew.organisation)
    Member.objects.create(organisation=drew.organisation, user=ada.user, name="Ada")

    assert account_for(ada.user) is None

    ours = account_of(ada.organisation)
    assert account_for(ada.user) == ours != theirs


def test_when_the_first_membership_ended_no_letter_goes(ada: Member, drew: Member) -> None:
    account_of(ada.organisation)
    account_of(drew.organisation)
    Member.objects.create(organisation=drew.organisation, user=ada.user, name="Ada")
    Member.objects.filter(pk=ada.pk).update(ended_at=datetime.now(UTC))

    assert account_for(ada.user) is None


def test_a_demonstrations_letters_stay_on_this_machine(ada: Member) -> None:
    account_of(ada.organisation, host="mail.example.org")

    assert account_for(ada.user) is None


def test_the_page_says_the_same_whether_or_not_there_is_a_login(ada: Member) -> None:
    account_of(ada.organisation)
    pages = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True).content
        for email in (ada.user.email, "nobody@example.org")
    ]

    assert b"Look at your e-mail" in pages[0]
    assert b"Look at your e-mail" in pages[1]
    assert all("nobody" not in letter.to[0] for letter in mail.outbox)


def test_a_mail_accounts_address_is_kept_as_servers_take_it(ada: Member) -> None:
    account = account_of(ada.organisation)
    account.from_address = "Us@BÜCHER.example"

    keeping.keep(account, by=ada, at=NOON)

    account.refresh_from_db()
    assert account.from_address == "us@xn--bcher-kva.example"


def test_two_mail_accounts_have_two_names(ada: Member) -> None:
    account_of(ada.organisation)
    twin = EmailAccount(organisation=ada.organisation, name="Post", host="127.0.0.1")
    twin.from_address = "nothing"

    with pytest.raises(keeping.CannotKeep) as refusal:
        keeping.keep(twin, by=ada, at=NOON)

    assert len(refusal.value.args) == 2


def test_a_password_never_follows_a_mail_account_to_another_server(ada: Member) -> None:
    account = EmailAccount(organisation=ada.organisation, name="Relay", host="mail.example.org")
    account.from_name, account.from_address = "Us", "us@example.org"
    told = {"username": "us", "password": "sesame"}
    keeping.keep(account, by=ada, at=NOON, told=told)

    account.host = "mail.example.com"
    with pytest.raises(keeping.CannotKeep, match="type it anew"):
        keeping.keep(account, by=ada, at=NOON, told={"username": "us"})
    keeping.keep(account, by=ada, at=NOON, told={})

    account.refresh_from_db()
    assert (account.host, account.sealed) == ("mail.example.com", "")


def test_whoever_asks_for_a_link_sees_the_same_when_the_mail_server_is_away(
    ada: Member, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    account = account_of(ada.organisation)
    EmailAccount.objects.filter(pk=account.pk).update(host="127.0.0.1", port=1)

    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in (ada.user.email, "nobody@example.org")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]

"""The door for hosted services: what they tell is kept once before it is answered, then worked."""

import uuid

from muster.channels import telling
from muster.channels.models import EmailAccount
from muster.lib.times import now
from muster.messaging.models import News, Return
from muster.messaging.news import reviewing, working
from muster.messaging.unsubscribing import token_for
from muster.organisations.models import Organisation
from muster.people.models import Person
from muster.people.suppressing import suppressed_channels
from tests.conftest import supporter
from tests.providers import said
from tests.public.conftest import Answer, Town, Visitor, sending_of


def account_with(party: Organisation, provider: str) -> EmailAccount:
    return EmailAccount.objects.create(
        organisation=party,
        name=provider,
        provider=provider,
        options=said.KEYS.get(provider, {}),
        from_name="Fair Future",
        from_address="hello@example.org",
    )


def tell(
    visitor: Visitor, account: EmailAccount, request: said.Request, password: str = ""
) -> Answer:
    body, headers = request
    shown = said.basic(password or telling.password_of(account))
    address = f"/hooks/email/{account.code}"
    return visitor.ask("POST", address, body, {**headers, "authorization": shown})


def test_what_a_service_tells_is_kept_once_worked_once_and_names_nobody_afterwards(
    visitor: Visitor, town: Town, party: Organisation
) -> None:
    ann = supporter(party, "Ann", "Marsh", town.stroud, email=said.TO)
    brevo, sendgrid = account_with(party, "brevo"), account_with(party, "sendgrid")
    unknown_code = token_for(999, 999)
    spam = said.brevo("spam", unknown_code)
    several = said.sendgrid(
        said.of_sendgrid("delivered", unknown_code, "1"),
        said.of_sendgrid("bounce", unknown_code, "2", type="bounce"),
        said.of_sendgrid("bounce", unknown_code, "2", type="bounce"),
        said.of_sendgrid("open", unknown_code, "3"),
    )

    answers = [tell(visitor, brevo, spam).status for _ in range(3)]
    answers += [tell(visitor, sendgrid, several).status for _ in range(2)]
    kept = sorted(News.objects.values_list("kind", "address"))
    still = suppressed_channels(ann)
    working.work(party.pk, now())
    tell(visitor, brevo, spam)
    working.work(party.pk, now())

    assert answers == [200] * 5
    assert kept == [("complaint", said.TO), ("delivered", ""), ("hard", said.TO)]
    assert (still, list(suppressed_channels(ann))) == ({}, ["email"])
    assert ann.contact_points.get(kind="email").state == "dead"
    assert sorted(Return.objects.values_list("kind", "source")) == [
        ("complaint", "brevo"),
        ("hard", "sendgrid"),
    ]
    assert set(News.objects.values_list("code", "address")) == {("", "")}
    assert not News.objects.filter(worked_at=None).exists()


def test_what_a_service_tells_of_a_sending_adds_up_to_what_it_was_handed(
    visitor: Visitor, town: Town, party: Organisation
) -> None:
    sending = sending_of(town)
    code, of_nobody = token_for(sending.pk, 1), token_for(999_999, 1)
    told = said.sendgrid(
        said.of_sendgrid("delivered", code, "1"),
        said.of_sendgrid("delivered", code, "1"),
        said.of_sendgrid("delivered", code, "2"),
        said.of_sendgrid("deferred", code, "3"),
        said.of_sendgrid("delivered", of_nobody, "4"),
        said.of_sendgrid("delivered", "forged", "5"),
    )

    untold = reviewing.of_sending(sending, handed_over=5, came_back=1)
    statuses = [tell(visitor, account_with(party, "sendgrid"), told).status]
    account = EmailAccount.objects.get(provider="sendgrid")
    statuses += [tell(visitor, account, told).status]
    now_told = reviewing.of_sending(sending, handed_over=5, came_back=1)
    late = reviewing.of_sending(sending, handed_over=2, came_back=1)

    assert (untold, statuses) == (None, [200, 200])
    assert now_told == reviewing.OfSending(handed_over=5, arrived=2, came_back=1, delays=1)
    assert now_told is not None
    assert now_told.untold == 2
    assert late is not None
    assert (late.arrived, late.untold) == (1, 0)


def test_whoever_unsubscribes_by_the_services_own_means_is_unsubscribed_here(
    visitor: Visitor, town: Town, party: Organisation
) -> None:
    ann: Person = supporter(party, "Ann", "Marsh", town.stroud, email=said.TO)

    tell(visitor, account_with(party, "brevo"), said.brevo("unsubscribe", ""))
    working.work(party.pk, now())

    assert list(suppressed_channels(ann)) == ["email"]


def test_without_proof_too_long_or_at_no_address_nothing_is_kept(
    visitor: Visitor, town: Town, party: Organisation
) -> None:
    brevo = account_with(party, "brevo")
    spam = said.brevo("spam", "")
    address = f"/hooks/email/{brevo.code}"

    bare = visitor.ask("POST", address, spam[0])
    wrong = tell(visitor, brevo, spam, "guessed")
    huge = tell(visitor, brevo, (b"[" + b" " * 2_000_000 + b"]", {}))
    garbled = tell(visitor, brevo, (b"\xff", {}))
    brevo.code = uuid.uuid4()
    nowhere = tell(visitor, brevo, spam)
    by_server = account_with(party, "smtp")
    own = tell(visitor, by_server, spam)

    assert (bare.status, wrong.status, huge.status) == (401, 403, 413)
    assert (garbled.status, nowhere.status, own.status) == (400, 404, 404)
    assert "www-authenticate" in bare.headers
    assert not News.objects.exists()

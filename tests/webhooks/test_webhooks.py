"""Webhooks against a real server: told once, signed, tried again, paused, replayed."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.cli.serve import OTHER
from muster.lib.times import now
from muster.organisations.models import Member, Unit
from muster.people import consenting, erasing, suppressing
from muster.people.models import Person
from muster.webhooks import keeping, replaying, rules, tasks
from muster.webhooks.listening import listen
from muster.webhooks.models import Attempt, Delivery, Subscription
from muster.webhooks.sending import deliver
from tests.conftest import supporter
from tests.waiting import wait_for_all_before
from tests.webhooks.conftest import Elsewhere, due_again, tell

pytestmark = pytest.mark.django_db(transaction=True)
Subscribed = Callable[..., Subscription]


def said(elsewhere: Elsewhere) -> list[dict]:
    return [json.loads(heard.body) for heard in elsewhere.heard]


def test_what_happens_is_told_once_signed_and_without_personal_details(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    suppressing.suppress_person(cleo, reason="asked", at=now())

    tell(webhook)
    tell(webhook)

    (heard,) = elsewhere.heard
    assert heard.path == "/hook?of=muster"
    (told,) = said(elsewhere)
    assert told["type"] == "asked_to_stop"
    assert told["data"]["person"] == {"id": cleo.pk, "code": str(cleo.code)}
    assert told["data"]["place"] == "E14001530"
    assert b"cleo" not in heard.body.lower()
    version, signature = heard.headers["webhook-signature"].split(",")
    signed = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    assert version == "v1"
    assert base64.b64decode(signature) == hmac.digest(key, signed + heard.body, "sha256")


def test_names_and_contacts_are_told_where_the_webhook_may(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed(with_people=True)
    consenting.withdraw(cleo, "email", source="a letter", at=now())

    tell(webhook)

    assert said(elsewhere)[0]["data"]["person"]["emails"] == ["cleo.winter@example.com"]


def test_who_was_erased_meanwhile_is_in_no_later_try(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person, ada: Member
) -> None:
    webhook, cleos_id = subscribed(with_people=True), cleo.pk
    consenting.withdraw(cleo, "email", source="a letter", at=now())
    elsewhere.answers = [500]
    tell(webhook)

    erasing.erase(cleo, by=ada, at=now())
    due_again(webhook)
    tell(webhook)

    assert b"cleo.winter" in elsewhere.heard[0].body
    assert all(b"cleo" not in heard.body.lower() for heard in elsewhere.heard[1:])
    assert {"id": cleos_id, "code": None} in [s["data"]["person"] for s in said(elsewhere)[1:]]
    assert "person_erased" in [s["type"] for s in said(elsewhere)]


@pytest.mark.parametrize(
    ("answer", "words"), [(500, ""), (302, "elsewhere"), (0.6, "no answer"), (404, "")]
)
def test_what_fails_is_kept_and_tried_again_under_the_same_id(
    subscribed: Subscribed,
    elsewhere: Elsewhere,
    cleo: Person,
    settings: object,
    answer: object,
    words: str,
) -> None:
    settings.NETWORK_TIMEOUT = 0.2  # type: ignore[attr-defined]
    webhook = subscribed()
    elsewhere.answers = [answer if answer != 302 else (302, {"Location": elsewhere.url})]
    consenting.withdraw(cleo, "email", source="a letter", at=now())

    tell(webhook)
    first = Attempt.objects.get()
    tell(webhook)
    assert len(elsewhere.heard) == 1
    due_again(webhook)
    tell(webhook)

    assert words in first.words
    assert first.status == (None if isinstance(answer, float) else answer)
    assert len({heard.headers["webhook-id"] for heard in elsewhere.heard}) == 1
    assert Delivery.objects.get().delivered_at is not None
    assert Attempt.objects.count() == 2


def test_a_server_that_asks_to_wait_is_let_wait(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    elsewhere.answers = [(429, {"Retry-After": "1800"})]
    consenting.withdraw(cleo, "email", source="a letter", at=now())

    tell(webhook)

    assert Delivery.objects.get().due_at > now() + timedelta(minutes=29)


def test_nobody_there_is_a_failure_like_another(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    elsewhere.close()
    consenting.withdraw(cleo, "email", source="a letter", at=now())

    tell(webhook)

    assert "takes no connections" in Attempt.objects.get().words


def test_an_address_that_is_gone_is_paused_at_once_and_goes_on_where_it_was(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person, ada: Member
) -> None:
    webhook = subscribed()
    elsewhere.answers = [410]
    consenting.withdraw(cleo, "email", source="a letter", at=now())
    tell(webhook)
    consenting.withdraw(cleo, "sms", source="a letter", at=now())
    tell(webhook)
    webhook.refresh_from_db()
    assert "410" in webhook.paused_why
    assert len(elsewhere.heard) == 1

    keeping.go_on(webhook, by=ada, at=now())
    tell(webhook)

    assert [s["data"]["codes"]["channel"] for s in said(elsewhere)] == ["email", "email", "sms"]


def test_three_days_of_failure_pause_it(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    elsewhere.always = 500
    consenting.withdraw(cleo, "email", source="a letter", at=now())
    tell(webhook)
    long_ago = now() - rules.GIVE_UP_AFTER
    Subscription.objects.update(failing_since=long_ago)
    Delivery.objects.update(begun_at=long_ago)

    due_again(webhook)
    tell(webhook)

    webhook.refresh_from_db()
    assert "three days" in webhook.paused_why
    assert Delivery.objects.get().gave_up_at is not None


def test_after_some_failures_in_a_row_the_rest_is_left_for_later(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    elsewhere.always = 500
    for n in range(6):
        consenting.withdraw(cleo, "email", source="a letter", at=now() + timedelta(seconds=n))

    tell(webhook)

    assert len(elsewhere.heard) == rules.FAILS_IN_A_ROW


def test_a_slow_commit_is_told_after_quicker_ones_and_never_skipped(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person, stroud: object
) -> None:
    webhook, nia = subscribed(), supporter(cleo.organisation, "Nia", "Slow", stroud)
    has_written, may_commit = Event(), Event()

    def slowly() -> None:
        with transaction.atomic():
            consenting.withdraw(nia, "sms", source="slow", at=now())
            has_written.set()
            may_commit.wait(10)
        connections.close_all()

    slow = Thread(target=slowly)
    slow.start()
    has_written.wait(10)
    consenting.withdraw(cleo, "email", source="quick", at=now())
    listen(webhook.pk, at=now())
    deliver(webhook.pk)
    before = len(elsewhere.heard)
    may_commit.set()
    slow.join()
    tell(webhook)

    assert before == 0
    assert [s["data"]["codes"]["channel"] for s in said(elsewhere)] == ["sms", "email"]


def test_it_hears_no_more_than_its_maker_may_see(
    subscribed: Subscribed,
    elsewhere: Elsewhere,
    ada: Member,
    stroud_unit: Unit,
    cleo: Person,
    neath: object,
) -> None:
    nia = supporter(ada.organisation, "Nia", "Neath", neath)
    webhook = subscribed(unit=stroud_unit)
    for person in (cleo, nia):
        consenting.withdraw(person, "email", source="a letter", at=now())

    tell(webhook)
    Member.objects.filter(pk=ada.pk).update(ended_at=now())
    consenting.withdraw(cleo, "sms", source="a letter", at=now())
    tell(webhook)

    assert [s["data"]["person"]["id"] for s in said(elsewhere)] == [cleo.pk]


def test_one_webhook_or_a_span_is_told_again(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person, ada: Member
) -> None:
    began = now()
    consenting.withdraw(cleo, "post", source="before it was added", at=now())
    webhook = subscribed()
    consenting.withdraw(cleo, "email", source="a letter", at=now())
    tell(webhook)

    replaying.replay(Delivery.objects.get(), at=now())
    deliver(webhook.pk)
    number = replaying.replay_span(webhook, since=began, until=now(), by=ada, at=now())
    deliver(webhook.pk)

    assert number == 2
    channels = [s["data"]["codes"]["channel"] for s in said(elsewhere)]
    assert sorted(channels) == ["email", "email", "email", "post"]
    assert len({heard.headers["webhook-id"] for heard in elsewhere.heard}) == 2


def test_a_changed_secret_signs_beside_the_old_one_for_a_day(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person, ada: Member
) -> None:
    webhook = subscribed()
    keeping.another_secret(webhook, by=ada, at=now())
    consenting.withdraw(cleo, "email", source="a letter", at=now())

    tell(webhook)

    assert len(elsewhere.heard[0].headers["webhook-signature"].split(" ")) == 2


def test_two_that_listen_at_once_tell_it_once(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    consenting.withdraw(cleo, "email", source="a letter", at=now())

    def listening() -> None:
        listen(webhook.pk, at=now())
        connections.close_all()

    threads = [Thread(target=listening) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tell(webhook)

    assert Delivery.objects.count() == 1


def test_a_database_restored_elsewhere_goes_on_from_its_own_count(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE webhooks_subscription SET read_xid = read_xid + 1000000")
    tell(webhook)
    consenting.withdraw(cleo, "email", source="a letter", at=now())

    tell(webhook)

    assert len(elsewhere.heard) == 1


def test_a_webhook_that_ended_is_told_nothing_more_and_stays_ended(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person, ada: Member
) -> None:
    webhook = subscribed()
    consenting.withdraw(cleo, "email", source="a letter", at=now())

    keeping.end(webhook, by=ada, at=now())
    keeping.go_on(webhook, by=ada, at=now())
    tell(webhook)

    assert elsewhere.heard == []
    assert webhook.ended_by == ada
    assert webhook.secret == ""


def test_the_jobs_listen_and_queue_one_telling_at_a_time(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    consenting.withdraw(cleo, "email", source="a letter", at=now())
    wait_for_all_before()

    for _ in range(2):
        tasks.listen_for_all.func(timestamp=0)
    asked = {"subscription": webhook.pk}
    (job,) = ProcrastinateJob.objects.filter(task_name="webhooks.deliver", args=asked)
    tasks.deliver.func(**job.args)
    tasks.tidy.func(timestamp=0)

    assert len(elsewhere.heard) == 1
    assert Delivery.objects.count() == 1


def test_the_worker_that_serving_runs_tells_by_itself(
    subscribed: Subscribed, elsewhere: Elsewhere, cleo: Person
) -> None:
    webhook = subscribed()
    consenting.withdraw(cleo, "email", source="a letter", at=now())
    wait_for_all_before()
    tasks.listen_for_all.defer(timestamp=0)  # the clock does, every five seconds

    work = Thread(target=serve_until_done)
    work.start()
    work.join()

    assert [one["type"] for one in said(elsewhere)] == ["consent_withdrawn"]
    assert Delivery.objects.get(subscription=webhook).delivered_at is not None


def serve_until_done() -> None:
    """What `muster serve` runs for these queues, until nothing waits."""
    with app.replace_connector(app.connector.get_worker_connector()) as served:
        served.run_worker(queues=list(OTHER), wait=False, listen_notify=False)

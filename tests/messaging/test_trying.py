"""A test of a message goes to its writer and the seeds, and to nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from muster.channels.models import EmailAccount
from muster.messaging import trying
from muster.messaging.models import Message, Seed, Trial
from muster.organisations.models import Member, Organisation
from muster.places.models import Place
from tests.conftest import NOON
from tests.messaging.conftest import Mailbox


def send_all() -> None:
    for trial in Trial.objects.all():
        trying.send(trial.pk, NOON)
        trying.send(trial.pk, NOON)


def test_a_test_goes_once_to_whoever_asked_and_counts_nowhere(
    newsletter: Message, ada: Member, stroud: Place, mailbox: Mailbox
) -> None:
    trying.try_out(newsletter, stroud, by=ada, at=NOON)

    send_all()

    (kept,) = mailbox.mail()
    assert kept.to == ada.user.email
    raw = mailbox.raw(kept)
    assert "Subject: [Test] Ada, Saturday in Stroud" in raw
    assert "Dear Ada," in raw
    assert "?s=" not in raw
    assert "{{" not in raw
    assert "List-Unsubscribe" not in raw
    assert (Trial.objects.get().sent_at, Trial.objects.get().problem) == (NOON, "")


def test_seeds_get_it_too_where_one_asks(
    newsletter: Message, party: Organisation, ada: Member, stroud: Place, mailbox: Mailbox
) -> None:
    trying.keep_seeds(party, "One@example.org\n\ntwo@example.net\n", by=ada, at=NOON)
    trying.try_out(newsletter, stroud, by=ada, at=NOON, seeds=True)
    Seed.objects.filter(address="two@example.net").delete()

    send_all()

    assert sorted(kept.to for kept in mailbox.mail()) == sorted([ada.user.email, "one@example.org"])
    gone = Trial.objects.get(seed=None, to_seed=True)
    assert gone.problem == "That address is no longer on the seed list."


def test_a_seed_list_is_addresses_and_not_too_many(party: Organisation, ada: Member) -> None:
    trying.keep_seeds(party, "a@b.example\n" * 3, by=ada, at=NOON)
    with pytest.raises(trying.CannotKeepSeeds, match="no e-mail address"):
        trying.keep_seeds(party, "nobody", by=ada, at=NOON)
    many = "\n".join(f"s{n}@example.org" for n in range(13))
    with pytest.raises(trying.CannotKeepSeeds, match="at most 12"):
        trying.keep_seeds(party, many, by=ada, at=NOON)
    assert [seed.address for seed in Seed.objects.all()] == ["a@b.example"]


def test_nobody_sends_tests_without_end(newsletter: Message, ada: Member, stroud: Place) -> None:
    for minute in range(trying.AN_HOUR):
        trying.try_out(newsletter, stroud, by=ada, at=NOON + timedelta(minutes=minute))

    with pytest.raises(trying.CannotTry, match="in an hour"):
        trying.try_out(newsletter, stroud, by=ada, at=NOON + timedelta(minutes=31))


def test_what_the_server_says_is_kept_beside_it(
    newsletter: Message, ada: Member, stroud: Place
) -> None:
    EmailAccount.objects.update(host="127.0.0.1", port=1)
    trying.try_out(newsletter, stroud, by=ada, at=NOON)

    send_all()

    trial = Trial.objects.get()
    assert trial.sent_at is None
    assert trial.problem


def test_the_page_sends_one_and_says_what_became_of_it(
    newsletter: Message, as_ada: Client, stroud: Place, mailbox: Mailbox
) -> None:
    page = reverse("messages:test", args=[newsletter.pk])

    said = as_ada.post(page, {"seat": stroud.code}, follow=True).content.decode()
    assert "Waiting" in said
    send_all()
    assert "Handed over" in as_ada.get(page).content.decode()
    bad = as_ada.post(reverse("messages:seeds", args=[newsletter.pk]), {"addresses": "nobody"})
    assert bad.status_code == 409
    assert "nobody" in bad.content.decode()

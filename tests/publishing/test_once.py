"""Once: unanswered, cut off, killed or frozen, nothing is posted twice and nothing is lost."""

import time
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from muster.channels.models import NetworkAccount
from muster.lib.locks import Alone
from muster.organisations.models import Member
from muster.places.models import Place
from muster.providers.pretend.lines import Social
from muster.publishing import claiming, handing_over, releasing, retrying, staging, withdrawing
from muster.publishing.calling import Result
from muster.publishing.models import Batch, Publication
from muster.publishing.settling import settle
from tests.publishing.conftest import later, now, the, told, work
from tests.publishing.network import MadeUp

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsure(settings: Any) -> None:
    """A network that cannot say for certain what it does not have."""
    settings.SOCIAL_PROVIDERS = {"pretend": "tests.publishing.test_once.open_unsure"}


class Unsure(Social):
    is_absence_sure = False


def open_unsure(account: NetworkAccount) -> Unsure:
    return Unsure(account.address, account.handle, timeout=0.5)


def until_rest(batch: Batch, rounds: int = 8) -> None:
    for _ in range(rounds):
        later(batch)


def release(batch: Batch, by: Member) -> None:
    releasing.release(batch, by=by, at=now())
    work(batch)


def posted(network: MadeUp, account: NetworkAccount) -> list[str]:
    return [entry["reference"] for entry in network.log(account.handle)]


def test_posted_but_never_answered_is_found_by_reading_back_and_not_posted_twice(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    network.fails("posts", "after", next=2)

    release(staged, ada)
    until_rest(staged)

    posts = staged.publications.filter(kind="post")
    assert {p.state for p in posts} == {"live"}
    assert sorted(posted(network, social)) == sorted(str(p.reference) for p in posts)
    assert all("unanswered" in told(p) for p in posts)
    assert all(p.remote_url for p in posts)


@pytest.mark.parametrize("fault", ["500", "hang"])
def test_unanswered_and_not_done_is_looked_for_three_times_and_then_posted(
    staged: Batch,
    ada: Member,
    network: MadeUp,
    social: NetworkAccount,
    stroud: Place,
    fault: str,
) -> None:
    network.fails("posts", fault, next=2)

    release(staged, ada)
    assert posted(network, social) == []
    assert {p.in_doubt for p in staged.publications.filter(kind="post")} == {True}
    until_rest(staged)

    assert the(staged, "post", stroud).state == "live"
    assert len(posted(network, social)) == 2
    assert "not found" in told(the(staged, "post", stroud))


def test_done_long_after_we_stopped_waiting_the_last_look_finds_it(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, stroud: Place
) -> None:
    network.fails("posts", "late", next=2, seconds=4)

    release(staged, ada)
    while the(staged, "post", stroud).state != "live":
        work(staged)
        time.sleep(0.1)

    assert len(posted(network, social)) == 2
    assert "not found" not in told(the(staged, "post", stroud))


def test_where_the_network_cannot_be_sure_a_person_is_asked_and_nothing_repeated(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, unsure: None, stroud: Place
) -> None:
    network.fails("posts", "hang", next=2)

    release(staged, ada)
    until_rest(staged)

    assert the(staged, "post", stroud).state == "uncertain"
    assert posted(network, social) == []


def test_one_uncertain_tried_again_is_looked_for_and_not_posted_when_it_is_there(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, stroud: Place
) -> None:
    network.fails("posts", "after", next=2)
    release(staged, ada)
    staged.publications.filter(kind="post").update(state="uncertain", in_doubt=False)

    retrying.retry(staged, stroud.pk, "post", by=ada, at=now())
    until_rest(staged)

    assert the(staged, "post", stroud).state == "live"
    assert len(posted(network, social)) == 2


def test_one_uncertain_tried_again_is_posted_when_it_is_not_there(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, unsure: None, stroud: Place
) -> None:
    network.fails("posts", "hang", next=2)
    release(staged, ada)
    until_rest(staged)

    retrying.retry(staged, stroud.pk, "post", by=ada, at=now())
    until_rest(staged)

    assert the(staged, "post", stroud).state == "live"
    assert posted(network, social) == [str(the(staged, "post", stroud).reference)]


def test_an_ad_made_but_never_answered_is_found_and_not_made_twice(
    batch: Batch, ad: Any, stroud: Place, ada: Member, network: MadeUp, ads: NetworkAccount
) -> None:
    network.fails("ads", "after")

    staging.stage(batch, [ad(stroud)], by=ada, at=now())
    work(batch)
    until_rest(batch)
    release(batch, ada)

    one = the(batch, "ad", stroud)
    assert (one.state, one.remote_id) == ("live", f"a{network.log(ads.handle)[0]['id']}")
    assert len(network.log(ads.handle)) == 1


def test_a_switch_nobody_answered_is_simply_switched_again(
    staged: Batch, ada: Member, network: MadeUp, ads: NetworkAccount
) -> None:
    network.fails("switch", "after", next=2)

    release(staged, ada)
    until_rest(staged)

    assert {p.state for p in staged.publications.filter(kind="ad")} == {"live"}
    assert len(network.log(ads.handle)) == 2


def test_a_network_that_is_down_is_asked_again_until_it_is_back(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    network.kill()
    release(staged, ada)
    down = {p.state for p in staged.publications.all()}

    network.start()
    until_rest(staged)

    assert down == {"releasing"}
    assert {p.state for p in staged.publications.all()} == {"live"}
    assert len(posted(network, social)) == 2


def claimed(batch: Batch, account: NetworkAccount, by: Member) -> list[claiming.Task]:
    """A runner took everything of one account in hand, and was never heard of again."""
    releasing.release(batch, by=by, at=now())
    return claiming.claim(account.pk, 10, at=now())


def test_what_a_killed_runner_had_posted_is_found_and_not_posted_twice(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    for task in claimed(staged, social, ada):
        line = Social(social.address, social.handle, timeout=5)
        handing_over.Call(task, line, lambda: True).run()

    work(staged)
    until_rest(staged)

    assert {p.state for p in staged.publications.all()} == {"live"}
    assert len(posted(network, social)) == 2


def test_what_a_killed_runner_never_began_is_looked_for_and_then_posted(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    claimed(staged, social, ada)

    work(staged)
    assert posted(network, social) == []
    until_rest(staged)

    assert {p.state for p in staged.publications.all()} == {"live"}
    assert len(posted(network, social)) == 2


def test_another_machines_claims_are_left_alone_until_their_lease_lapsed(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    claimed(staged, social, ada)
    Publication.objects.update(runner="elsewhere")

    until_rest(staged)
    assert posted(network, social) == []
    Publication.objects.filter(lease_until__isnull=False).update(lease_until=now())
    until_rest(staged)

    assert len(posted(network, social)) == 2


def test_while_a_runner_lives_frozen_or_not_no_other_works_at_its_account(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, settings: Any
) -> None:
    (settings.VAR / "publishing").mkdir(parents=True, exist_ok=True)
    frozen = Alone(settings.VAR / "publishing" / f"account-{social.pk}")
    frozen.take()

    release(staged, ada)
    assert posted(network, social) == []

    frozen.let_go()
    work(staged)
    assert len(posted(network, social)) == 2


def test_a_worker_told_to_stop_waits_for_what_is_out_and_leaves_the_rest_to_the_next(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    releasing.release(staged, by=ada, at=now())
    asked = iter([False])

    handing_over.hand_over(social.pk, lambda: next(asked, True))

    assert not staged.publications.filter(lease_until__isnull=False).exists()
    assert not staged.publications.filter(in_doubt=True).exists()
    work(staged)
    assert len(posted(network, social)) == 2


def test_a_woken_runner_whose_lease_lapsed_begins_nothing_and_settles_nothing(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, stroud: Place
) -> None:
    tasks = claimed(staged, social, ada)
    line = Social(social.address, social.handle, timeout=5)
    Publication.objects.update(lease_until=None, due_at=now())
    again = claiming.claim(social.pk, 10, at=now())

    ended = handing_over.Call(tasks[0], line, lambda: False).run()
    settle(social, [Result(tasks[0], "refused", now(), "too late")])

    assert ended.end == "not begun"
    assert again[0].fence > tasks[0].fence
    assert the(staged, "post", stroud).state == "releasing"
    assert posted(network, social) == []


def test_withdrawn_while_unanswered_it_is_looked_for_and_taken_down(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, stroud: Place
) -> None:
    network.fails("posts", "after", next=2)
    releasing.release(staged, by=ada, at=now())
    tasks = claiming.claim(social.pk, 10, at=now())
    line = Social(social.address, social.handle, timeout=0.5)
    results = [handing_over.Call(task, line, lambda: True).run() for task in tasks]
    withdrawing.withdraw(staged, [stroud.pk], by=ada, at=now(), reason="The date moved.")

    settle(social, results)
    until_rest(staged)

    one = staged.publications.get(kind="post", place=stroud)
    assert (one.state, bool(one.removed_at)) == ("withdrawn", True)
    assert [e["what"] for e in network.log(social.handle, all=True)].count("post deleted") == 1


def test_what_happened_cannot_be_rewritten(staged: Batch, stroud: Place) -> None:
    with pytest.raises(ProgrammingError, match="not rewritten"), transaction.atomic():
        the(staged, "post", stroud).events.update(what="never")

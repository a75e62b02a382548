"""Staged, released, live: each post and each ad once, as the network's own log says."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from django.db import connection, transaction

from muster.channels.models import NetworkAccount
from muster.content import pictures
from muster.journal.models import Fact
from muster.organisations.models import Member
from muster.places.models import Place
from muster.publishing import (
    handing_over,
    holding,
    releasing,
    retrying,
    staging,
    standing,
    waking,
)
from muster.publishing.models import Batch, Publication
from muster.publishing.staging import CannotStage, Wanted
from tests.publishing.conftest import jpeg, later, now, the, told, work
from tests.publishing.network import MadeUp

pytestmark = pytest.mark.django_db
Make = Callable[..., Wanted]


def test_what_is_staged_is_uploaded_and_nothing_of_it_public(
    staged: Batch, network: MadeUp, social: NetworkAccount, ads: NetworkAccount, stroud: Place
) -> None:
    assert standing.counts(staged) == {("post", "staged"): 2, ("ad", "staged"): 2}
    assert the(staged, "ad", stroud).review == "passed"
    assert len(the(staged, "post", stroud).media) == 1
    assert network.log(social.handle) == network.log(ads.handle) == []


def test_released_each_is_live_once(
    staged: Batch, network: MadeUp, social: NetworkAccount, ads: NetworkAccount, ada: Member
) -> None:
    releasing.release(staged, by=ada, at=now())
    work(staged)
    releasing.release(staged, by=ada, at=now())
    work(staged)

    assert standing.counts(staged) == {("post", "live"): 2, ("ad", "live"): 2}
    references = {str(p.reference) for p in staged.publications.all()}
    seen = network.log(social.handle) + network.log(ads.handle)
    assert sorted(entry["reference"] for entry in seen) == sorted(references)
    assert all(row.live_at and row.remote_url for row in standing.of(staged))
    assert Fact.objects.filter(kind__in=["post published", "ad running"]).count() == 4


def test_what_happened_is_kept_with_who_did_it(staged: Batch, stroud: Place, ada: Member) -> None:
    releasing.release(staged, by=ada, at=now())
    work(staged)

    one = the(staged, "ad", stroud)
    assert told(one) == ["staging", "staged", "review passed", "releasing", "live"]
    assert one.events.get(what="releasing").by == ada


def test_staging_again_changes_only_what_changed(
    staged: Batch, post: Make, ad: Make, stroud: Place, neath: Place, ada: Member
) -> None:
    before = {p.pk for p in staged.publications.all()}
    wanted = [post(stroud, words="Sunday"), post(neath), ad(stroud), ad(neath)]

    done = staging.stage(staged, wanted, by=ada, at=now())
    work(staged)

    assert (done.new, done.kept) == (1, 3)
    assert the(staged, "post", stroud).pk not in before
    assert standing.counts(staged) == {("post", "staged"): 2, ("ad", "staged"): 2}


def test_a_changed_ads_former_is_archived_at_the_platform(
    staged: Batch, ad: Make, stroud: Place, ada: Member, network: MadeUp, ads: NetworkAccount
) -> None:
    former = the(staged, "ad", stroud)

    staging.stage(staged, [replace(ad(stroud), words="Another")], by=ada, at=now())
    work(staged)

    former.refresh_from_db()
    assert former.state == "withdrawn"
    assert former.removed_at
    entries = network.log(ads.handle, all=True)
    assert [e["reference"] for e in entries if e["what"] == "ad archived"] == [
        str(former.reference)
    ]


def test_what_is_out_is_not_replaced_by_staging(
    staged: Batch, post: Make, stroud: Place, ada: Member
) -> None:
    releasing.release(staged, by=ada, at=now())
    work(staged)

    with pytest.raises(CannotStage, match="Stroud is out"):
        staging.stage(staged, [post(stroud, words="Sunday")], by=ada, at=now())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"words": "x" * 301}, "300 letters"),
        ({"alt": ""}, "what its picture shows"),
        ({"link": "javascript:alert(1)"}, "leads nowhere"),
        ({"words": " "}, "no words"),
        ({"pictures": ("0" * 64,)}, "not on this machine"),
    ],
)
def test_what_the_network_would_not_take_fails_at_staging_with_the_reason(
    batch: Batch, post: Make, stroud: Place, ada: Member, changed: dict[str, str], words: str
) -> None:
    staging.stage(batch, [replace(post(stroud), **changed)], by=ada, at=now())  # type: ignore[arg-type]
    work(batch)

    one = the(batch, "post", stroud)
    assert one.state == "failed"
    assert words in one.reason


def test_a_refused_review_fails_with_the_platforms_words_and_passes_when_tried_again(
    batch: Batch, ad: Make, stroud: Place, ada: Member, network: MadeUp
) -> None:
    network.fails("ads", "refuse")
    staging.stage(batch, [ad(stroud)], by=ada, at=now())
    work(batch)
    refused = the(batch, "ad", stroud)

    retrying.retry(batch, stroud.pk, "ad", by=ada, at=now())
    work(batch)

    assert (refused.state, refused.review) == ("failed", "refused")
    assert "who paid for this ad" in refused.reason
    again = the(batch, "ad", stroud)
    assert (again.state, again.review, again.remote_id) == ("staged", "passed", refused.remote_id)


def test_what_passes_its_review_after_the_release_goes_by_itself(
    batch: Batch, ad: Make, stroud: Place, ada: Member, network: MadeUp, ads: NetworkAccount
) -> None:
    network.behaves(review_s=2)
    staging.stage(batch, [ad(stroud)], by=ada, at=now())
    releasing.release(batch, by=ada, at=now())
    work(batch)

    later(batch)
    later(batch)

    assert the(batch, "ad", stroud).state == "live"
    assert len(network.log(ads.handle)) == 1


def test_what_the_network_refuses_fails_with_its_words_and_can_be_tried_again(
    staged: Batch, stroud: Place, neath: Place, ada: Member, network: MadeUp
) -> None:
    network.fails("posts", "refuse", next=2)
    releasing.release(staged, by=ada, at=now())
    work(staged)
    failed = the(staged, "post", stroud)

    retrying.retry(staged, stroud.pk, "post", by=ada, at=now())
    work(staged)

    assert failed.state == "failed"
    assert "standards" in failed.reason
    assert the(staged, "post", stroud).state == "live"
    assert the(staged, "post", neath).state == "failed"


def test_only_what_failed_or_is_uncertain_can_be_tried_again(
    staged: Batch, stroud: Place, ada: Member
) -> None:
    with pytest.raises(retrying.CannotRetry):
        retrying.retry(staged, stroud.pk, "post", by=ada, at=now())


def test_asked_to_slow_down_an_account_waits_as_told_and_everything_goes(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    network.fails("posts", "429", next=2)
    releasing.release(staged, by=ada, at=now())
    began = now()
    work(staged)

    posts = staged.publications.filter(kind="post")
    assert {p.state for p in posts} == {"live"}
    assert all((p.live_at - began).total_seconds() > 0.9 for p in posts if p.live_at)
    assert len(network.log(social.handle)) == 2


def test_told_to_wait_long_the_account_is_left_in_peace_and_its_worker_leaves(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, stroud: Place, neath: Place
) -> None:
    network.fails("posts", "429", seconds=600)
    holding.hold(staged, [neath.pk], by=ada, at=now(), reason="Wait.")
    releasing.release(staged, by=ada, at=now())
    looks = count()

    def meanwhile() -> bool:
        """Another falls due while the account rests already."""
        if next(looks) == 1:
            staged.publications.filter(place=neath).update(held_at=None, due_at=now())
        return False

    began = now()
    handing_over.hand_over(social.pk, meanwhile)

    assert network.log(social.handle) == []
    for place in (stroud, neath):
        due = the(staged, "post", place).due_at
        assert due
        assert (due - began).total_seconds() > 590


def test_uploads_the_network_lost_are_made_again(
    staged: Batch, stroud: Place, ada: Member, network: MadeUp, social: NetworkAccount
) -> None:
    Publication.objects.filter(kind="post").update(media=["lost long ago"])

    releasing.release(staged, by=ada, at=now())
    work(staged)

    assert the(staged, "post", stroud).state == "live"
    assert len(network.log(social.handle)) == 2


def test_a_rehearsal_goes_the_whole_way_and_nothing_of_it_is_public(
    batch: Batch,
    post: Make,
    ad: Make,
    stroud: Place,
    ada: Member,
    network: MadeUp,
    social: NetworkAccount,
    ads: NetworkAccount,
) -> None:
    # Even an account of a real-looking address is not spoken to.
    NetworkAccount.objects.update(address="http://192.0.2.1", provider="elsewhere")
    Batch.objects.update(is_rehearsal=True)
    staging.stage(batch, [post(stroud), ad(stroud)], by=ada, at=now())
    releasing.release(batch, by=ada, at=now())

    work(batch)
    later(batch)

    assert {row.state for row in standing.of(batch)} == {"live"}
    assert network.log(social.handle) == network.log(ads.handle) == []
    assert network.log(f"rehearsal-{social.pk}") == []
    assert not Fact.objects.filter(kind__in=["post published", "ad running"]).exists()


def test_a_picture_changed_on_disk_is_not_published(
    batch: Batch, post: Make, stroud: Place, ada: Member, card: str
) -> None:
    from django.core.files.storage import default_storage

    with default_storage.open(f"cards/{card[:2]}/{card}.jpg", "wb") as file:
        file.write(jpeg(shade=10))

    staging.stage(batch, [post(stroud)], by=ada, at=now())
    work(batch)

    assert the(batch, "post", stroud).state == "failed"
    assert not pictures.is_whole(card)


def jobs(account: NetworkAccount) -> list[str]:
    asked = "SELECT task_name FROM procrastinate_jobs WHERE (args->>'account')::bigint = %s"
    with connection.cursor() as cursor:
        cursor.execute(asked, [account.pk])
        return [name for (name,) in cursor.fetchall()]


def test_the_release_queues_its_work_and_a_rolled_back_one_queues_none(
    staged: Batch, ada: Member, social: NetworkAccount
) -> None:
    before = len(jobs(social))

    with transaction.atomic():
        releasing.release(staged, by=ada, at=now())
        transaction.set_rollback(True)
    assert len(jobs(social)) == before

    releasing.release(staged, by=ada, at=now())
    assert jobs(social)[before:] == ["publishing.hand_over"]


def test_what_nobody_took_up_is_taken_up_by_the_clock_once(
    staged: Batch, ada: Member, social: NetworkAccount
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    waking.wake_overdue(now())
    assert jobs(social) == []

    Publication.objects.filter(kind="post").update(due_at=now())
    waking.wake_overdue(now())
    waking.wake_overdue(now())

    assert jobs(social) == ["publishing.hand_over"]


def test_the_made_up_wall_shows_a_post_with_its_card_and_says_that_it_is_made_up(
    staged: Batch, ada: Member, network: MadeUp, card: str, stroud: Place
) -> None:
    releasing.release(staged, by=ada, at=now())
    work(staged)

    wall = network.read("/")
    assert "Saturday in Stroud" in wall
    assert f'src="/pictures/{card}.jpg" alt="A card' in wall
    assert "nothing here left this machine" in wall
    assert "Saturday in Stroud" in network.read(the(staged, "post", stroud).remote_url)
    assert "active" in network.read("/ads")

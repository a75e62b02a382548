"""An odd answer of a network spoils nothing but itself."""

from typing import Any

import pytest
from django.db import transaction

from muster.channels.models import NetworkAccount
from muster.channels.network import Placed, Post, Review, Unanswered
from muster.organisations.models import Member
from muster.providers.pretend.lines import Social
from muster.publishing import releasing
from muster.publishing.calling import Result
from muster.publishing.claiming import Task, claim
from muster.publishing.models import Batch, Publication
from muster.publishing.settling import settle
from tests.publishing.conftest import later, now, told, work
from tests.publishing.network import MadeUp

pytestmark = pytest.mark.django_db


class Odd(Social):
    """Answers what the real one would not."""

    def post(self, post: Post) -> Placed:
        placed = super().post(post)
        return Placed(placed.id, f"{placed.url}?{'long' * 200}")


def open_odd(account: NetworkAccount) -> Odd:
    return Odd(account.address, account.handle, timeout=0.5)


class Nameless(Social):
    """Posts, and answers with a name nobody can keep."""

    def post(self, post: Post) -> Placed:
        super().post(post)
        return Placed("7\x00", "http://127.0.0.1/7")


def open_nameless(account: NetworkAccount) -> Nameless:
    return Nameless(account.address, account.handle, timeout=0.5)


def posts(batch: Batch) -> list[Publication]:
    return list(batch.publications.filter(kind="post").order_by("pk"))


def claimed(batch: Batch, social: NetworkAccount, ada: Member) -> list[Task]:
    releasing.release(batch, by=ada, at=now())
    return [task for task in claim(social.pk, 10, at=now()) if task.owed == "go"]


def posted(task: Task) -> Result:
    placed = Placed(f"n{task.id}", "http://127.0.0.1/1")
    return Result(task, "done", now(), placed=placed, was_making=True)


def test_an_address_too_long_is_not_shown_and_all_are_live(
    staged: Batch, ada: Member, settings: Any
) -> None:
    settings.SOCIAL_PROVIDERS = {"pretend": f"{__name__}.open_odd"}

    releasing.release(staged, by=ada, at=now())
    work(staged)

    assert {(post.state, post.remote_url) for post in posts(staged)} == {("live", "")}


def test_a_post_whose_name_cannot_be_read_is_looked_for_and_posted_once(
    staged: Batch, ada: Member, network: MadeUp, social: NetworkAccount, settings: Any
) -> None:
    settings.SOCIAL_PROVIDERS = {"pretend": f"{__name__}.open_nameless"}

    releasing.release(staged, by=ada, at=now())
    work(staged)
    later(staged)

    assert {post.state for post in posts(staged)} == {"live"}
    assert len(network.log(social.handle)) == 2


def test_odd_words_of_a_refusal_are_kept_readable(
    staged: Batch, ada: Member, social: NetworkAccount
) -> None:
    good, bad = claimed(staged, social, ada)
    refused = Result(bad, "refused", now(), words="No\x00pe\ud800 " + "x" * 400)

    with transaction.atomic():
        settle(social, [posted(good), refused])

    live, failed = posts(staged)
    assert (live.state, failed.state) == ("live", "failed")
    assert failed.reason.startswith("Nope xxx")
    assert len(failed.reason) == 300


def test_what_cannot_be_written_counts_as_unanswered_and_the_others_stand(
    staged: Batch, ada: Member, social: NetworkAccount
) -> None:
    good, bad = claimed(staged, social, ada)
    odd = posted(bad)
    object.__setattr__(odd.placed, "url", "http://127.0.0.1/" + "a" * 600)

    with transaction.atomic():
        settle(social, [odd, posted(good)])

    live, doubted = posts(staged)
    assert (live.state, doubted.state) == ("live", "releasing")
    assert doubted.in_doubt
    assert told(live).count("live") == 1
    assert told(doubted)[-1] == "unanswered"


@pytest.mark.parametrize("id", ["", "x" * 201, "2\x00", "2\ud800", None, 7])
def test_what_is_no_name_is_no_answer(id: object) -> None:
    with pytest.raises(Unanswered, match="cannot be read"):
        Placed(id, "http://127.0.0.1/2")  # type: ignore[arg-type]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://x/\x00", "http://x/" * 60, None])
def test_what_is_no_address_is_not_shown(url: object) -> None:
    assert Placed("2", url).url == ""  # type: ignore[arg-type]


def test_a_verdict_nobody_knows_is_none_yet() -> None:
    review = Review("in human review \x00", "Wait\x00ing")  # type: ignore[arg-type]

    assert (review.state, review.words) == ("pending", "Waiting")

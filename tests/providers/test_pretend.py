"""The made-up network keeps the contracts, over HTTP, killed and woken in between."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from muster.channels.network import NotNow, Refused, Review
from muster.providers.pretend.lines import Ads, Social
from tests.providers.contracts import AdContract, SocialContract, Stage, a_post, an_ad
from tests.publishing.network import MadeUp


def staged(line: Social | Ads, network: MadeUp) -> Stage:
    def up() -> None:
        network.start()
        network.calm()

    return Stage(line, network.fails, network.kill, up)


def handle() -> str:
    return f"account-{uuid.uuid4().hex[:12]}"


class TestSocial(SocialContract):
    @pytest.fixture
    def stage(self, network: MadeUp) -> Iterator[Stage]:
        line = Social(network.address, handle(), timeout=0.5)
        yield staged(line, network)
        line.close()


class TestAds(AdContract):
    @pytest.fixture
    def stage(self, network: MadeUp) -> Iterator[Stage]:
        line = Ads(network.address, handle(), timeout=0.5)
        yield staged(line, network)
        line.close()


def test_what_it_answered_it_still_knows_after_kill_9(network: MadeUp) -> None:
    social, ads = Social(network.address, handle(), timeout=5), Ads(network.address, "x", timeout=5)
    post, ad = a_post(social), an_ad(ads)
    placed, made = social.post(post), ads.create(ad)

    network.kill()
    network.start()

    assert social.find(post.reference) == placed
    assert ads.reviews([made.id]) == {made.id: Review("passed")}


def test_its_log_has_each_post_once_and_each_ad_when_it_first_runs(network: MadeUp) -> None:
    account = handle()
    social, ads = (
        Social(network.address, account, timeout=5),
        Ads(network.address, account, timeout=5),
    )
    post, ad = a_post(social), an_ad(ads)
    social.post(post)
    made = ads.create(ad)
    for on in (True, False, True):
        ads.switch(made.id, on=on)

    entries = network.log(account)

    assert [(e["what"], e["reference"]) for e in entries] == [
        ("post", post.reference),
        ("ad", ad.reference),
    ]
    assert datetime.fromisoformat(entries[0]["at"]).utcoffset() == timedelta(0)
    all_of_it = [e["what"] for e in network.log(account, all=True)]
    assert all_of_it == ["post", "ad", "ad paused", "ad again"]


def test_a_post_made_twice_under_one_reference_is_there_twice(network: MadeUp) -> None:
    """It does not spare us the care: what is asked twice happens twice."""
    account = handle()
    social = Social(network.address, account, timeout=5)
    post = a_post(social)

    social.post(post)
    social.post(post)

    assert len(network.log(account)) == 2


def test_above_its_rate_it_asks_to_wait_each_account_of_each_service_by_itself(
    network: MadeUp,
) -> None:
    network.behaves(per_second=1)
    account = handle()
    busy = Social(network.address, account, timeout=5)
    others = [
        Social(network.address, handle(), timeout=5),
        Ads(network.address, account, timeout=5),
    ]

    busy.find("nothing")
    with pytest.raises(NotNow):
        busy.find("nothing")

    assert [other.find("nothing") for other in others] == [None, None]


def test_it_hears_every_connection_its_callers_keep(network: MadeUp) -> None:
    """Two accounts at work and a rehearsal keep more of them than most servers take by default."""
    network.behaves(latency_ms=300)
    lines = [Social(network.address, handle(), timeout=5) for _ in range(200)]

    with ThreadPoolExecutor(200) as threads:
        found = list(threads.map(lambda line: line.find("nothing"), lines))

    assert found == [None] * 200
    assert network.log(handle()) == []


def test_a_share_of_calls_fails_as_told(network: MadeUp) -> None:
    network.fails("posts", "refuse", share=0.25)
    social = Social(network.address, handle(), timeout=5)
    ends = []
    for _ in range(8):
        try:
            social.post(a_post(social))
            ends.append("taken")
        except Refused:
            ends.append("refused")

    assert ends.count("refused") == 2


def test_some_first_reviews_are_refused_always_the_same_ones(network: MadeUp) -> None:
    network.behaves(refuse_share=0.5)
    references = [str(uuid.uuid5(uuid.NAMESPACE_DNS, str(n))) for n in range(12)]

    def refused() -> list[bool]:
        ads = Ads(network.address, handle(), timeout=5)
        made = [ads.create(an_ad(ads, reference=r)).id for r in references]
        reviews = ads.reviews(made)
        return [reviews[id].state == "refused" for id in made]

    first = refused()
    assert 0 < sum(first) < 12
    assert refused() == first

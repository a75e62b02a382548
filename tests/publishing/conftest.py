"""Two accounts at the made-up network, posts and ads for two seats, and a worker: this thread."""

import io
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from muster.channels.models import NetworkAccount
from muster.content import pictures
from muster.organisations.models import Member, Organisation
from muster.places.models import Place
from muster.publishing import handing_over, staging
from muster.publishing.models import Batch, Publication
from muster.publishing.staging import Wanted
from tests.conftest import MORNING
from tests.publishing.network import MadeUp


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUp]:
    made_up = MadeUp(tmp_path_factory.mktemp("network"))
    made_up.start()
    yield made_up
    made_up.kill()


@pytest.fixture
def network(running: MadeUp, settings: Any, tmp_path: Path) -> MadeUp:
    """Quick, generous and faultless; what waits for an answer waits half a second."""
    if running.process is None:
        running.start()
    running.calm()
    settings.NETWORK_TIMEOUT = 0.5
    settings.PRETEND_ADDRESS = running.address
    settings.VAR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "media"
    return running


@pytest.fixture
def social(party: Organisation, network: MadeUp) -> NetworkAccount:
    return account(party, network, "social")


@pytest.fixture
def ads(party: Organisation, network: MadeUp) -> NetworkAccount:
    return account(party, network, "ads")


def account(organisation: Organisation, network: MadeUp, kind: str) -> NetworkAccount:
    """A fresh account: nothing else ever happened at it."""
    return NetworkAccount.objects.create(
        organisation=organisation,
        kind=kind,
        provider="pretend",
        name=f"Made up {kind}",
        handle=f"{kind}-{uuid.uuid4().hex[:12]}",
        address=network.address,
    )


def jpeg(shade: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), (shade, 20, 60)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def card(network: MadeUp) -> str:
    return pictures.keep(jpeg())


@pytest.fixture
def batch(party: Organisation) -> Batch:
    return Batch.objects.create(organisation=party, name="Operation Go", made_at=MORNING)


@pytest.fixture
def post(social: NetworkAccount, card: str) -> Callable[[Place], Wanted]:
    return lambda place, words="Saturday": Wanted(
        kind="post",
        place_id=place.pk,
        account_id=social.pk,
        words=f"{words} in {place.name}",
        link=f"http://localhost:8401/a/fair-future/volunteer?s={place.slug}",
        pictures=(card,),
        alt="A card with the candidate's name.",
    )


@pytest.fixture
def ad(ads: NetworkAccount, card: str) -> Callable[[Place], Wanted]:
    return lambda place: Wanted(
        kind="ad",
        place_id=place.pk,
        account_id=ads.pk,
        words=f"Help in {place.name}",
        headline="Saturday",
        call="I can help",
        link="http://localhost:8401/a/fair-future/volunteer",
        pictures=(card,),
        alt="A card with the candidate's name.",
        budget=2000,
    )


@pytest.fixture
def staged(
    batch: Batch,
    post: Callable[[Place], Wanted],
    ad: Callable[[Place], Wanted],
    stroud: Place,
    neath: Place,
    ada: Member,
) -> Batch:
    """A post and an ad for each of two seats, uploaded and reviewed."""
    wanted = [make(place) for make in (post, ad) for place in (stroud, neath)]
    staging.stage(batch, wanted, by=ada, at=now())
    work(batch)
    return batch


def work(batch: Batch) -> None:
    """Do what the queue would for this batch's accounts, once each."""
    for pk in set(batch.publications.values_list("account_id", flat=True)):
        handing_over.hand_over(pk)


def later(batch: Batch) -> None:
    """Let the time come for whatever waits, and do it."""
    batch.publications.filter(due_at__isnull=False).update(due_at=now())
    work(batch)


def the(batch: Batch, kind: str, place: Place) -> Publication:
    return batch.publications.exclude(state="withdrawn").get(kind=kind, place=place)


def told(publication: Publication) -> list[str]:
    return list(publication.events.order_by("pk").values_list("what", flat=True))


def now() -> datetime:
    return datetime.now(UTC)

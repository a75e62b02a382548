"""A launch of two seats with everything in it, and those who arm it."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount, NetworkAccount
from muster.content import approving, cards
from muster.launches import arming, drafting, readiness, rehearsing, staging
from muster.launches.models import Item, Launch
from muster.launches.parts import masters_of
from muster.messaging import laying_out, topping_up
from muster.messaging.models import Sending
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.people.models import Person, Wording
from muster.places.models import Place, TargetList
from muster.publishing.models import Publication
from tests.conftest import MORNING, NOON, join
from tests.content.conftest import candidate, targets  # noqa: F401  fixtures
from tests.messaging.conftest import (  # noqa: F401  fixtures
    Mailbox,
    _own_sender,
    account,
    agree,
    approver,
    crowd,
    finish,
    mailbox,
    page,
    run,
)

LONG = timedelta(days=3650)
EVERY = ("email", "post", "ad", "page")


@pytest.fixture(autouse=True)
def _own_pictures(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _rehearsals_here(settings: Any, mailbox: Mailbox) -> None:  # noqa: F811
    settings.REHEARSAL_SINK = f"127.0.0.1:{mailbox.port}"


@pytest.fixture
def dilys(party: Organisation, head_office: Unit) -> Member:
    """The treasurer: she arms, and authorises what is spent."""
    return join(party, head_office, "Dilys Hughes", "treasurer")


@pytest.fixture
def candidates(party: Organisation, stroud: Place, neath: Place) -> list[Campaigner]:
    return [candidate(party, stroud, "Sian Hughes"), candidate(party, neath, "Megan Lloyd")]


@pytest.fixture
def wording(party: Organisation, campaigner: Campaigner) -> Wording:
    """Names the candidates too, so that it serves them."""
    return Wording.objects.create(
        organisation=party,
        campaigner=campaigner,
        channel="email",
        version="1",
        text="Fair Future and its candidates may e-mail me.",
        covers_candidates=True,
    )


@pytest.fixture
def social(party: Organisation) -> NetworkAccount:
    return network_account(party, "social")


@pytest.fixture
def ads(party: Organisation) -> NetworkAccount:
    return network_account(party, "ads")


def network_account(organisation: Organisation, kind: str) -> NetworkAccount:
    return NetworkAccount.objects.create(
        organisation=organisation,
        kind=kind,
        provider="pretend",
        name=f"Fair Future {kind}",
        handle="fairfuture",
        address="http://127.0.0.1:9",
    )


@pytest.fixture
def asked(
    page: ActionPage,  # noqa: F811
    targets: TargetList,  # noqa: F811
    account: EmailAccount,  # noqa: F811
    social: NetworkAccount,
    ads: NetworkAccount,
    settings: Any,
) -> drafting.Asked:
    return drafting.Asked(
        "Saturday",
        targets=targets,
        page=page,
        email=account,
        social=social,
        ads=ads,
        ad_budget=2_000,
        date=date(2099, 5, 9),
    )


@pytest.fixture
def launch(
    party: Organisation,
    campaigner: Campaigner,
    candidates: list[Campaigner],
    asked: drafting.Asked,
    ada: Member,
    approver: Member,  # noqa: F811
    dilys: Member,
    crowd: list[Person],  # noqa: F811
) -> Launch:
    """Drafted by Ada for Stroud and Neath, drawn, approved by Ola; four consenting people each."""
    return approved(drafting.draft(party, asked, by=ada, at=MORNING), approver)


def drawn(launch: Launch) -> Launch:
    """Every card drawn, as the queue would."""
    assert launch.card is not None
    cards.draw_these(launch.card.pk, list(launch.card.cuts.values_list("pk", flat=True)))
    return launch


def approved(launch: Launch, by: Member, until: datetime = MORNING + LONG) -> Launch:
    """Drawn, and every master of it approved."""
    drawn(launch)
    for master in masters_of(launch):
        approving.approve(master, by, MORNING, until)
    return launch


def staged(launch: Launch, by: Member, at: datetime = NOON) -> Launch:
    """Uploaded, and taken by the platforms."""
    launch = staging.stage(launch, by=by, at=at)
    taken(launch, at)
    return launch


def taken(launch: Launch, at: datetime = NOON) -> None:
    """The platforms' answers, written down as the worker writes them: all taken, ads reviewed."""
    rows = Publication.objects.filter(batch=launch.batch, state="staging")
    rows.filter(kind="ad").update(review="passed")
    rows.update(state="staged", staged_at=at, due_at=None)


def rehearsed(launch: Launch, by: Member, at: datetime = NOON) -> Launch:
    """Staged, and rehearsed to the end."""
    launch = staged(launch, by, at)
    run(rehearsing.rehearse(launch, by=by, at=at, per_seat=1))
    return Launch.objects.get(pk=launch.pk)


def armed(launch: Launch, first: Member, second: Member, at: datetime = NOON) -> Launch:
    """Rehearsed, armed by two and laid out."""
    rehearsed(launch, first, at)
    return armed_again(launch, first, second, at)


def armed_again(launch: Launch, first: Member, second: Member, at: datetime = NOON) -> Launch:
    """Armed by two and laid out; rehearsed before."""
    arming.arm(launch, by=first, at=at, proved_at=at)
    launch = arming.arm(launch, by=second, at=at, proved_at=at)
    assert launch.sending is not None
    laying_out.lay_out(launch.sending.pk, datetime.now(UTC))
    return Launch.objects.get(pk=launch.pk)


def sent(launch: Launch) -> Sending:
    """What the queue does for the e-mails after Go: who joined is added, and all is sent."""
    launch = Launch.objects.get(pk=launch.pk)
    assert launch.sending is not None
    topping_up.top_up(launch.sending.pk, datetime.now(UTC))
    return finish(launch.sending)


def published(launch: Launch, at: datetime) -> None:
    """The platforms' answers to what was released and is not held, as the worker writes them."""
    rows = Publication.objects.filter(
        batch=launch.batch, state__in=["staged", "releasing"], held_at=None
    )
    rows.filter(kind="ad").update(is_on=True)
    rows.update(state="live", live_at=at, remote_url="http://127.0.0.1:9/1")


def item(launch: Launch, place: Place, kind: str) -> Item:
    return Item.objects.get(launch=launch, place=place, kind=kind)


def held(launch: Launch) -> dict[tuple[str, str], str]:
    """What is held and why: (seat's name, kind) → reason."""
    rows = Item.objects.filter(launch=launch, held_at__isnull=False)
    names = rows.values_list("place__name", "kind", "held_reason")
    return {(place, kind): reason for place, kind, reason in names}


def now() -> datetime:
    return datetime.now(UTC)


def words(found: readiness.Readiness) -> set[tuple[str, str, int]]:
    return {(group.words, group.kind, len(group.place_ids)) for group in found.grouped}


def together(acts: Sequence[Callable[[], object]]) -> list[Exception]:
    """Do all at the same instant, each on a connection of its own; returns what they refused."""
    barrier = threading.Barrier(len(acts))
    refused: list[Exception] = []

    def act_now(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        except Exception as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=act_now, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused

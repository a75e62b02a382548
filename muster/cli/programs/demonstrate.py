"""Build the demonstration and let Operation Go run; tell what came of it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from muster.cli.house import open_django, var

open_django()

from muster.actions.models import Action  # noqa: E402
from muster.cli.demonstration import (  # noqa: E402
    cast,
    judging,
    preparing,
    pressing,
    signing_up,
    telling,
    ways_in,
)
from muster.content import approving  # noqa: E402
from muster.launches import arming, drafting, going, rehearsing, retrying, staging  # noqa: E402
from muster.launches.models import Launch  # noqa: E402
from muster.launches.standing import Standing  # noqa: E402
from muster.lib.progress import Progress  # noqa: E402
from muster.lib.times import now  # noqa: E402
from muster.organisations.models import Member, Organisation  # noqa: E402
from muster.people import generating  # noqa: E402
from muster.places import loading  # noqa: E402

SEED = 1832
EVERYBODY = 100_000  # supporters up to whom everyone is rehearsed
A_SEAT = 50  # beyond that, so many of each seat
REFUSALS = (
    loading.CannotLoad,
    generating.CannotGenerate,
    drafting.CannotDraft,
    approving.CannotApprove,
    staging.CannotStage,
    retrying.CannotRetry,
    rehearsing.CannotRehearse,
    arming.CannotArm,
    going.CannotGo,
    preparing.Stuck,
    signing_up.NobodyAnswered,
)


def demonstrate(seats: int, supporters: int) -> bool:
    """Go through every step that is not done yet; whether the main job kept its promises."""
    with step("Places"):
        loading.load_packaged(progress=Progress)
    gathered = cast.gather(now())
    for account in (cast.account, cast.social_account, cast.ads_account):
        account(gathered.organisation)
    launch, ben = prepare(gathered, seats, supporters)
    per_seat = None if supporters <= EVERYBODY else A_SEAT
    rehearsed, stands = run(gathered, launch, per_seat)
    launch.refresh_from_db()
    with step("A sign-up through one of its links"):
        answer = answered(launch, stands)
    with step("Set beside the logs of the mail server and the network"):
        judged = judging.judge(launch)
    report = telling.report_on(launch, stands, judged, rehearsed, answer)
    telling.write(report, var() / "demo" / "report.json")
    lines = ["", *telling.in_words(report), ""]
    if os.environ.get("MUSTER_STAYS_UP"):
        members = [gathered.ada, ben, gathered.cara, gathered.dilys]
        lines += [*ways_in.in_words(members, now()), ""]
    print("\n".join(lines), flush=True)
    return telling.is_good(report)


def prepare(gathered: cast.Cast, seats: int, supporters: int) -> tuple[Launch, Member]:
    """Everything up to a launch that lies staged; and who organises its best seat."""
    with step("Targets, members and candidates"):
        targets = preparing.targets_of(gathered, seats, now())
        places = [t.place for t in targets.targets.select_related("place__parent")]
        ben = cast.settle(gathered, places, now())
    with step("Supporters"):
        supply(gathered.organisation, supporters)
    with step("The launch: an e-mail, a post, an ad and a page cut for every seat"):
        launch = preparing.launch_to(gathered, targets, now())
    if launch.sealed_at is None:
        preparing.draw(launch)
        with step("Approved by Cara"):
            preparing.approve(gathered, launch, now())
        launch = preparing.stage(gathered, launch)
    return launch, ben


def run(
    gathered: cast.Cast, launch: Launch, per_seat: int | None
) -> tuple[pressing.Rehearsed, Standing]:
    """Rehearsed, armed by two, and Go."""
    rehearsed = pressing.rehearse(gathered, launch, per_seat)
    with step("Armed by Ada and Dilys, everyone laid out"):
        launch = pressing.arm(gathered, launch)
    return rehearsed, pressing.go(gathered, launch)


def answered(launch: Launch, stands: Standing) -> Action | None:
    """A sign-up in the best seat that an e-mail reached and whose letters the sink still has."""
    reached = {s.place_id for s in stands.seats if (i := s.items.get("email")) and i.delivered}
    places = [place for place in launch.places() if place.pk in reached]
    if not places or launch.sending is None:
        return None
    return signing_up.sign_up(launch.sending, places, os.environ["MUSTER_PUBLIC_ADDRESS"])


def supply(organisation: Organisation, supporters: int) -> None:
    """Made up as of the day the organisation was, so that a run after a kill goes on alike."""
    generating.generate(
        organisation,
        how_many=supporters,
        seed=SEED,
        at=organisation.made_at,
        progress=Progress,
    )


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is done and how long it took."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    if took > 0.5:
        print(f"{words}: ready after {took:.1f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        asked = int(os.environ["MUSTER_SEATS"]), int(os.environ["MUSTER_SUPPORTERS"])
        sys.exit(0 if demonstrate(*asked) else 1)
    except REFUSALS as refusal:
        sys.exit("\n".join(map(str, refusal.args)))

"""Build the demonstration and let it do the main job; tell what came of it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from muster.cli.house import open_django, var

open_django()

from muster.cli.demonstration import cast, going, signing_up, telling, ways_in  # noqa: E402
from muster.cli.demonstration.telling import sink_log  # noqa: E402
from muster.content import approving  # noqa: E402
from muster.lib.progress import Progress  # noqa: E402
from muster.lib.times import now  # noqa: E402
from muster.messaging import pressing  # noqa: E402
from muster.organisations.models import Organisation  # noqa: E402
from muster.people import generating  # noqa: E402
from muster.places import loading  # noqa: E402

SEED = 1832
REFUSALS = (
    loading.CannotLoad,
    generating.CannotGenerate,
    approving.CannotApprove,
    pressing.CannotPress,
    signing_up.NobodyAnswered,
)


def demonstrate(seats: int, supporters: int) -> bool:
    """Go through every step that is not done yet; whether the main job kept its promises."""
    at = now()
    with step("Places"):
        loading.load_packaged(progress=Progress)
    gathered = cast.gather(at)
    cast.account(gathered.organisation)
    with step("Targets, members and candidates"):
        targets = going.targets_of(gathered, seats, at)
        places = [t.place for t in targets.targets.select_related("place__parent")]
        ben = cast.settle(gathered, places, at)
    with step("Supporters"):
        supply(gathered.organisation, supporters)
    with step("The e-mail: cut for every seat, approved, pressed"):
        sending = going.release(gathered, going.message_to(gathered, targets, now()), now())
    told = going.see_through(sending)
    with step("A sign-up through one of its links"):
        reached = [
            place
            for place in places
            if place.code in told.seats and told.seats[place.code].delivered
        ]
        address = os.environ["MUSTER_PUBLIC_ADDRESS"]
        answer = signing_up.sign_up(sending, reached[0], address) if reached else None
    report = telling.report_on(sending, told, sink_log(), answer)
    telling.write(report, var() / "demo" / "report.json")
    lines = ["", *telling.in_words(report), ""]
    if os.environ.get("MUSTER_STAYS_UP"):
        lines += [*ways_in.in_words([gathered.ada, ben, gathered.cara], now()), ""]
    print("\n".join(lines), flush=True)
    return telling.is_good(report)


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

"""What a proof does in a house that is served: prepare a launch, let it go, wait, and judge it.

    python -m tests.prove.launching prepare|go|finish SEATS

runs in the house's own environment and prints one line of JSON, its last.
"""

import json
import sys
import time
from typing import Any

from muster.cli.house import open_django

open_django()

from muster.cli.demonstration import cast, judging, preparing, pressing  # noqa: E402
from muster.launches import going  # noqa: E402
from muster.launches.models import Launch  # noqa: E402
from muster.launches.standing import standing  # noqa: E402
from muster.lib.times import now  # noqa: E402
from muster.publishing.models import Publication  # noqa: E402


def prepare(seats: int) -> dict[str, Any]:
    """A launch to so many seats, armed: Go is the next step."""
    at = now()
    gathered = cast.gather(at)
    targets = preparing.targets_of(gathered, seats, at)
    cast.settle(gathered, [t.place for t in targets.targets.select_related("place__parent")], at)
    launch = preparing.launch_to(gathered, targets, at)
    preparing.draw(launch)
    preparing.approve(gathered, launch, now())
    launch = preparing.stage(gathered, launch)
    pressing.rehearse(gathered, launch, per_seat=1)
    launch = pressing.arm(gathered, launch)
    return {"launch": launch.pk, "audience": standing(launch).audience}


def go(seats: int) -> dict[str, Any]:
    launch = called(seats)
    went = going.go(launch, by=cast.gather(now()).ada, at=now())
    return {"went_at": str(went.went_at)}


def finish(seats: int) -> dict[str, Any]:
    """How it ended, and what the others' logs say of it."""
    launch = called(seats)
    limit = time.monotonic() + 300
    while (stands := standing(launch)).state != "finished":
        if time.monotonic() > limit:
            break
        time.sleep(0.5)
    launch.refresh_from_db()
    assert launch.sending
    letters = judging.judge_letters(launch.sending, judging.sink_log())
    posts = judging.judge_publications(launch, judging.network_log())
    items = [item for seat in stands.seats for item in seat.items.values()]
    return {
        "state": stands.state,
        "seats_live": stands.seats_live,
        "seats_asked": stands.seats_asked,
        "audience": stands.audience,
        "ends": stands.delivered + stands.failed + sum(stands.left_out.values()),
        "uncertain": stands.uncertain,
        "waiting": stands.waiting,
        "not_live": sorted({f"{i.kind} {i.state} {i.reason}" for i in items if i.state != "live"}),
        "uncertain_posts": Publication.objects.filter(
            batch=launch.batch, state="uncertain"
        ).count(),
        "letters": [letters.lost, letters.twice, letters.unexpected],
        "posts": [posts.lost, posts.twice, posts.unexpected],
    }


def called(seats: int) -> Launch:
    return Launch.objects.get(target_list__name=f"The {seats} best targets")


if __name__ == "__main__":
    what = {"prepare": prepare, "go": go, "finish": finish}[sys.argv[1]]
    print(json.dumps(what(int(sys.argv[2]))))

"""The public app's program: `python -m muster.public.serving`, in Granian's ASGI mode."""

import os

from granian import Granian
from granian.constants import Interfaces

from muster.lib.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def load() -> object:
    """Called in the worker process: it must not outlive the process that spawned it."""
    die_with_parent()
    os.environ["MUSTER_ROLE"] = "app"
    from muster.public.app import app

    return app


if __name__ == "__main__":
    Granian(
        "muster.public.serving:load",
        address=os.environ["MUSTER_LISTEN"],
        port=int(os.environ["MUSTER_PUBLIC_PORT"]),
        interface=Interfaces.ASGI,
        factory=True,
        workers=1,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()

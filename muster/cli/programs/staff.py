"""The staff app, in Granian's WSGI mode."""

import os

from granian import Granian
from granian.constants import Interfaces

from muster.lib.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def load() -> object:
    """Called in each worker process: it must not outlive the process that spawned it."""
    die_with_parent()
    from config.wsgi import application

    return application


if __name__ == "__main__":
    Granian(
        "muster.cli.programs.staff:load",
        address=os.environ["MUSTER_LISTEN"],
        port=int(os.environ["MUSTER_STAFF_PORT"]),
        interface=Interfaces.WSGI,
        factory=True,
        # The database and the workers need cores too.
        workers=max(1, min(4, (os.cpu_count() or 1) // 2)),
        blocking_threads=8,
        backpressure=256,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()

"""The worker: does what was queued, and what runs by the clock."""

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from procrastinate import App

from muster.cli.house import open_django


def work(at_once: int, queues: list[str] | None = None) -> None:
    """Serve these queues (None: all) until told to stop; what was begun is finished first.

    Beside the queue of messages runs the loop that sends confirmations: people act one by one, and
    a job for each of them would cost more than the message.
    """
    from procrastinate.contrib.django import app

    from muster.people import keys

    keys.check()
    _spare_what_stays()
    with _confirming() if queues is None or "messaging" in queues else nullcontext():
        _serve_queues(app, at_once, queues)


def _spare_what_stays() -> None:
    """Have Python look for rubbish in what comes and goes only: what was imported stays, and
    going through it again and again took a tenth of a sender's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@contextmanager
def _confirming() -> Iterator[None]:
    from muster.messaging.confirming import keep_sending

    stop = threading.Event()
    confirming = threading.Thread(target=keep_sending, args=[stop], name="confirming")
    confirming.start()
    try:
        yield
    finally:
        stop.set()
        confirming.join()


def _serve_queues(app: App, at_once: int, queues: list[str] | None) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as served:  # type: ignore[attr-defined]
        served.run_worker(
            queues=queues,
            concurrency=at_once,
            fetch_job_polling_interval=0.5,
            shutdown_graceful_timeout=8,
            update_heartbeat_interval=2,
            stalled_worker_timeout=10,
            delete_jobs="successful",
        )


if __name__ == "__main__":
    os.environ["MUSTER_ROLE"] = "worker"
    open_django()
    named = os.environ.get("MUSTER_QUEUES", "")
    work(int(os.environ.get("MUSTER_AT_ONCE", "4")), named.split(",") if named else None)

"""The worker: does what was queued, and what runs by the clock."""

import os
import threading

from procrastinate import App

from muster.cli.house import open_django


def work(at_once: int) -> None:
    """Serve every queue until told to stop; what was begun is finished first.

    Beside the queues runs the loop that sends confirmations: people act one by one, and a job for
    each of them would cost more than the message.
    """
    from procrastinate.contrib.django import app

    from muster.messaging.confirming import keep_sending
    from muster.people import keys

    keys.check()
    stop = threading.Event()
    confirming = threading.Thread(target=keep_sending, args=[stop], name="confirming")
    confirming.start()
    try:
        _serve_queues(app, at_once)
    finally:
        stop.set()
        confirming.join()


def _serve_queues(app: App, at_once: int) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as served:  # type: ignore[attr-defined]
        served.run_worker(
            concurrency=at_once,
            fetch_job_polling_interval=0.5,
            shutdown_graceful_timeout=8,
            update_heartbeat_interval=2,
            stalled_worker_timeout=10,
            delete_jobs="successful",
        )


if __name__ == "__main__":
    open_django()
    work(int(os.environ.get("MUSTER_AT_ONCE", "4")))

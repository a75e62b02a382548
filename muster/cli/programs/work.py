"""The worker: does what was queued, and what runs by the clock."""

import os

from muster.cli.house import open_django


def work(at_once: int) -> None:
    """Serve every queue until told to stop; what was begun is finished first."""
    from procrastinate.contrib.django import app

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

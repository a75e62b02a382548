"""Every queue has a worker that serves it."""

from procrastinate.contrib.django import app

from muster.cli.serve import OTHER, PUBLISHING, SENDING


def test_every_job_lies_on_a_queue_that_a_worker_serves():
    app.perform_import_paths()

    queues = {task.queue for task in app.tasks.values()} - {"builtin"}

    assert "messaging" in queues
    assert queues <= {*SENDING, *PUBLISHING, *OTHER}

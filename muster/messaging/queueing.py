"""Queueing jobs inside the transaction that needs them, in doors, commands and jobs alike."""

from functools import cache

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


@cache
def queue() -> App:
    """The jobs, queued over Django's own connection: a rolled-back act queues nothing.

    Inside a worker Procrastinate would use another connection, and so another transaction.
    """
    here: App = app.with_connector(DjangoConnector())
    return here

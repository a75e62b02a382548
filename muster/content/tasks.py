"""The room's jobs, on the queue "content". Each may run twice without harm."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.content import cards
from muster.content.models import Master
from muster.organisations.scoping import acting_for_owner

AGAIN = RetryStrategy(wait=5)  # whatever went wrong (the database away), without end


@app.task(queue="content", name="content.draw_cards", retry=AGAIN)
def draw_cards(*, master: int, cuts: list[int]) -> None:
    """Draw these cards of a master, as far as they are still missing."""
    close_old_connections()
    with acting_for_owner(Master, master):
        cards.draw_these(master, cuts)

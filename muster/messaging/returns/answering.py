"""What mail servers answered at the moment of sending, kept with what was settled.

One statement for many, in the settling's own transaction; what comes of each is done afterwards
by a job, so that sending need not wait for it.
"""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from muster.lib.bounces import judging
from muster.messaging.models import Delivery
from muster.messaging.queueing import queue
from muster.messaging.statements import instants, listed, numbers, run

JOB = "messaging.act_on_returns"
REFUSAL = re.compile(r"[45]\d\d[ -]")  # a server's word; what we refuse ourselves has no number
KEEP = """
INSERT INTO messaging_return (organisation_id, sending_id, person_id, kind, status, words, source,
                              event, was_delivered, at)
SELECT %(organisation)s, %(sending)s, a.person, a.kind, a.status, a.words, 'answer', a.event,
       false, a.at
  FROM unnest(%(people)s::bigint[], %(kinds)s::text[], %(statuses)s::text[], %(words)s::text[],
              %(events)s::text[], %(ats)s::timestamptz[])
       AS a(person, kind, status, words, event, at)
  JOIN people_person p ON p.id = a.person
    ON CONFLICT DO NOTHING
"""

Refused = tuple[int, int, str, datetime]
"""Whose, by which claim, in which words (masked), when."""


def is_answer(state: int, words: str) -> bool:
    """Did a server refuse it for good, or for too long?"""
    return state == Delivery.State.FAILED and REFUSAL.match(words) is not None


def keep(organisation_id: int, sending_id: int, refused: Collection[Refused]) -> None:
    """Write down what came back in the moment of sending; within the settling's transaction."""
    statuses = [judging.status_in(words) for _, _, words, _ in refused]
    kinds = [judging.judge(r[2], status) for r, status in zip(refused, statuses, strict=True)]
    run(
        KEEP,
        {
            "organisation": organisation_id,
            "sending": sending_id,
            "people": numbers(person for person, _, _, _ in refused),
            "kinds": listed(kind.value for kind in kinds),
            "statuses": listed(status[:12] for status in statuses),
            "words": listed(words[:300] for _, _, words, _ in refused),
            "events": listed(f"{sending_id}.{person}.{fence}" for person, fence, _, _ in refused),
            "ats": instants([at for _, _, _, at in refused]),
        },
    )


def ask_to_act(organisation_id: int) -> None:
    """One job, however many ask for it before it begins, as soon as what it is about is kept."""
    transaction.on_commit(lambda: _queue(organisation_id))


def _queue(organisation_id: int) -> None:
    job = queue().configure_task(JOB, queue="clock", queueing_lock=f"returns {organisation_id}")
    with suppress(AlreadyEnqueued):
        job.defer(organisation=organisation_id)

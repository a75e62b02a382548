"""Settling: how each message ended, with its fact and its count, in one statement."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from muster.lib.smtp import Answer, End
from muster.messaging import facts
from muster.messaging.claiming import Work
from muster.messaging.masking import masked
from muster.messaging.models import Delivery
from muster.messaging.returns import answering
from muster.messaging.rules import wait_after
from muster.messaging.statements import instants, listed, numbers, run

State = Delivery.State
DELIVERED = int(State.DELIVERED)
SOON = timedelta(seconds=2)

# `was` is 1 (claimed) in the ordinary course, and 5 (uncertain) for an answer that comes late.
# A row is only settled by the fence it was claimed with: a sender whose claim was taken back
# changes nothing.
SETTLE = """
WITH answer AS (
    SELECT * FROM unnest(%(people)s::bigint[], %(fences)s::bigint[], %(states)s::smallint[],
                         %(reasons)s::text[], %(dues)s::timestamptz[], %(backs)s::smallint[],
                         %(ats)s::timestamptz[])
               AS a(person, fence, state, reason, due, back, at)),
done AS (
    UPDATE messaging_delivery d
       SET state = a.state, reason = a.reason, due_at = coalesce(a.due, d.due_at),
           attempts = d.attempts - a.back, lease_until = NULL,
           ended_at = CASE WHEN a.state = 0 THEN NULL ELSE a.at END,
           chunk = CASE WHEN a.state = 0 THEN d.chunk ELSE coalesce(%(done_chunk)s, d.chunk) END
      FROM answer a
     WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = a.person
       AND d.fence = a.fence AND d.state = %(was)s
 RETURNING d.person_id, coalesce(d.place_id, 0) AS place_id, d.state, d.attempts, d.reason, a.at),
told AS (
    INSERT INTO journal_fact (organisation_id, kind, person_id, place_id, about_kind, about_id,
                              codes, at)
    SELECT %(organisation)s, CASE WHEN state = 2 THEN %(delivered)s ELSE %(failed)s END,
           person_id, nullif(place_id, 0), 'sending', %(sending)s,
           jsonb_build_object('channel', 'email', 'purpose', %(purpose)s::text), at
      FROM done WHERE state IN (2, 3) AND NOT %(is_rehearsal)s::boolean),
counted AS (
    INSERT INTO messaging_seattally AS t (sending_id, place_id, slot, total, delivered, failed,
                                          left_out, uncertain, first_at)
    SELECT %(sending)s, place_id, %(slot)s, 0,
           count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3), 0,
           count(*) FILTER (WHERE state = 5)
               - CASE WHEN %(was)s = 5 THEN count(*) ELSE 0 END,
           min(at) FILTER (WHERE state = 2)
      FROM done WHERE state <> 0 GROUP BY place_id ORDER BY place_id
        ON CONFLICT (sending_id, place_id, slot) DO UPDATE
       SET delivered = t.delivered + excluded.delivered, failed = t.failed + excluded.failed,
           uncertain = t.uncertain + excluded.uncertain,
           first_at = least(t.first_at, excluded.first_at)),
put_off AS (
    INSERT INTO messaging_defertally AS t (sending_id, reason, slot, people)
    SELECT %(sending)s, reason, %(slot)s, count(*) FROM done WHERE state = 0 AND attempts > 0
     GROUP BY reason ORDER BY reason
        ON CONFLICT (sending_id, reason, slot) DO UPDATE
       SET people = t.people + excluded.people)
SELECT person_id FROM done
"""


class Outcome(NamedTuple):
    """How one message ended, or when it goes again. `back`: the attempt did not count."""

    person_id: int
    fence: int
    state: int
    reason: str = ""
    due_at: datetime | None = None
    back: int = 0
    at: datetime | None = None


def outcome_of(
    person_id: int, fence: int, answer: Answer, *, attempts: int, at: datetime
) -> Outcome:
    """What an answer means for a delivery that has been attempted so often."""
    words = masked(answer.words)
    if answer.end is End.ACCEPTED:
        return Outcome(person_id, fence, DELIVERED, words, at=at)
    if answer.end is End.REFUSED:
        return Outcome(person_id, fence, State.FAILED, words, at=at)
    if answer.end is End.UNANSWERED:
        words = f"Handed over, but never answered: {words}"[:200]
        return Outcome(person_id, fence, State.UNCERTAIN, words, at=at)
    if answer.end is End.NOT_BEGUN:
        return Outcome(person_id, fence, State.WAITING, words, at + SOON, back=1)
    wait = wait_after(attempts)
    if wait is None:
        return Outcome(person_id, fence, State.FAILED, words, at=at)
    asked = timedelta(seconds=answer.wait_s or 0)
    return Outcome(person_id, fence, State.WAITING, words, at + max(wait, asked))


def settle(work: Work, outcomes: Iterable[Outcome], *, at: datetime) -> None:
    """Write down how messages ended. Doing it twice is doing it once.

    Whoever finds its claim taken back meanwhile (and called uncertain) may still say what the
    server answered; a claim taken back and worked again it leaves alone.
    """
    asked = list(outcomes)
    if not asked:
        return
    refused = [] if work.sending.is_rehearsal else [o for o in asked if _is_answered(o)]
    if not refused:
        _settle_all(work, asked, at)
        return
    with transaction.atomic():
        settled = _settle_all(work, asked, at)
        came_back = [
            (o.person_id, o.fence, o.reason, o.at or at) for o in refused if o.person_id in settled
        ]
        answering.keep(work.sending.organisation_id, work.sending.pk, came_back)
    answering.ask_to_act(work.sending.organisation_id)


def _is_answered(outcome: Outcome) -> bool:
    return answering.is_answer(outcome.state, outcome.reason)


def _settle_all(work: Work, asked: Sequence[Outcome], at: datetime) -> set[int]:
    settled = _settle(work, asked, at, was=State.CLAIMED)
    late = [o for o in asked if o.person_id not in settled and o.state in (2, 3)]
    return settled | _settle(work, late, at, was=State.UNCERTAIN) if late else settled


def _settle(work: Work, outcomes: Sequence[Outcome], at: datetime, *, was: int) -> set[int]:
    asked: dict[str, Any] = work.key() | {
        "was": int(was),
        "slot": work.slot,
        "done_chunk": work.done_chunk,
        "is_rehearsal": work.sending.is_rehearsal,
        "purpose": work.sending.message.purpose,
        "delivered": facts.MESSAGE_DELIVERED,
        "failed": facts.MESSAGE_FAILED,
        "people": numbers([o.person_id for o in outcomes]),
        "fences": numbers([o.fence for o in outcomes]),
        "states": numbers([int(o.state) for o in outcomes]),
        "reasons": listed([o.reason[:200] for o in outcomes]),
        "dues": instants([o.due_at for o in outcomes]),
        "backs": numbers([o.back for o in outcomes]),
        "ats": instants([o.at or at for o in outcomes]),
    }
    return {row[0] for row in run(SETTLE, asked)}

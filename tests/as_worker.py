"""Jobs under test see what they would see in earnest: the database's rules hold for them."""

import functools
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import override_settings
from psycopg.pq import TransactionStatus

from muster.organisations.roles import REFUSE, WORKER
from muster.organisations.scoping import acting_for, acting_for_owner
from tests.as_app import acting, acting_as, is_acting

ITSELF = ""
"""The act goes from one organisation to the next, or asks of no people."""
GIVEN = "organisation"
"""The act is given the organisation's id."""

# What each job does, and whose row tells the organisation it does it for.
ACTS = {
    "channels.check_domain": {"channels.domains.checking.check": "channels.SendingDomain"},
    "check_domains": {"channels.domains.checking.check_old": GIVEN},
    "channels.send_case_letter": {"channels.case_letters.send": "privacy.CaseLetter"},
    "channels.send_notice": {"channels.letters.send": ITSELF},
    "content.draw_cards": {"content.cards.drawing.draw_these": "content.Master"},
    "messaging.act_on_returns": {"messaging.returns.effects.act_on_waiting": GIVEN},
    "messaging.journeys": {"messaging.journeys.ticking.tick": ITSELF},
    "messaging.look_at_returns": {},  # the same act, for each organisation
    "messaging.read_mailbox": {"messaging.returns.reading.read": GIVEN},
    "messaging.read_mailboxes": {},  # asks for the same, for each mailbox
    "messaging.send_answer": {"messaging.inbox.answering.send": GIVEN},
    "messaging.recover_addresses": {"messaging.returns.recovering.recover": GIVEN},
    "messaging.begin_plan": {"messaging.timing.planning.begin": "messaging.Plan"},
    "messaging.begin_rest": {"messaging.timing.sharing.give_turns": "messaging.Sending"},
    "messaging.clear": {"messaging.clearing.clear": "messaging.Sending"},
    "clear_rehearsals": {"messaging.clearing.clear_old_rehearsals": ITSELF},
    "messaging.deliver": {"messaging.tasks.work": ITSELF},
    "messaging.finish": {"messaging.finishing.finish_if_done": "messaging.Sending"},
    "messaging.lay_out": {"messaging.laying_out.lay_out": "messaging.Sending"},
    "messaging.work_news": {"messaging.news.working.work": GIVEN},
    "messaging.clear_news": {"messaging.news.working.clear": GIVEN},
    "messaging.preflight": {"messaging.preflight.looking.carry_out": "messaging.Preflight"},
    "messaging.leave_out": {"messaging.leaving_out.leave_out": "messaging.Sending"},
    "messaging.look": {
        "messaging.looking_after.look_after": ITSELF,
        "messaging.timing.planning.begin_overdue": ITSELF,
        "messaging.timing.sharing.overdue": ITSELF,
        "messaging.live.sampling.sample": ITSELF,
    },
    "messaging.queue_chunks": {},  # numbers of chunks, nobody's rows
    "messaging.queue_open": {"messaging.chunks.queue_open": "messaging.Sending"},
    "messaging.rest_by_itself": {"messaging.timing.sharing.by_itself": "messaging.Sending"},
    "messaging.top_up": {
        "messaging.topping_up.is_somebody_joining": "messaging.Sending",
        "messaging.topping_up.top_up": "messaging.Sending",
    },
    "messaging.try_out": {"messaging.trying.send": "messaging.Trial"},
    "people.count": {"people.imports.previewing.count": "people.Import"},
    "people.find_duplicates": {"people.duplicates.matching.find": "people.MatchRun"},
    "people.merge_sure": {"people.duplicates.merging_sure.merge_sure": "people.MatchRun"},
    "people.open_file": {"people.imports.importing.open_file": "people.Import"},
    "people.tag": {"people.record.tag_runs.carry_out": "people.TagRun"},
    "people.take_in": {"people.imports.importing.take_in": "people.Import"},
    "people.undo_import": {"people.imports.undoing.carry_out": "people.Import"},
    "people.undo_merges": {"people.duplicates.merging_sure.undo_merges": "people.MatchRun"},
    "privacy.clear": {"privacy.making.clear": ITSELF, "privacy.packing.clear": ITSELF},
    "privacy.make_export": {"privacy.making.make": "privacy.Export"},
    "privacy.make_pack": {"privacy.packing.make": "privacy.Pack"},
    "privacy.purge": {"privacy.retaining.run": "privacy.RetentionRule"},
    "publishing.hand_over": {"publishing.handing_over.hand_over": "channels.NetworkAccount"},
    "publishing.look": {"publishing.waking.wake_overdue": ITSELF},
    "webhooks.deliver": {"webhooks.sending.deliver": "webhooks.Subscription"},
    "webhooks.listen": {"webhooks.listening.listen": "webhooks.Subscription"},
    "webhooks.tidy": {},  # deliveries to programs, nobody's rows
    "audit_decisions": {"journal.decisions.follow": ITSELF},
    "audit_heads": {"organisations.heads.write": ITSELF},
    "count_audiences": {"audiences.keeping_count.refresh": GIVEN},
    "forget_answers": {"organisations.answering_once.forget_old": ITSELF},
    "forget_sessions": {
        "organisations.sessions.forget_over": ITSELF,
        "organisations.inviting.forget_old": ITSELF,
    },
    "months_ahead": {"journal.months.make_ahead": ITSELF},
    "put_away_old": {"people.imports.clearing.put_away_old": ITSELF},
    "retry_stalled": {},  # the queue's own
    "summaries": {"people.summing_up.catch_up": GIVEN},
    "tell_expired": {"organisations.expiring.tell_expired": ITSELF},
}
# No job, but the loop beside the jobs.
LOOPS = {"messaging.confirming.send_waiting": ITSELF}


def have_jobs_act_as_workers() -> None:
    """Put the worker's role, and the job's own scope, around every act that a job does.

    Once, before any test takes such an act by its name. Done by a page at once, an act stays under
    the page's role.
    """
    for acts in (*ACTS.values(), LOOPS):
        for path, owner in acts.items():
            room, _, name = f"muster.{path}".rpartition(".")
            module = importlib.import_module(room)
            setattr(module, name, _as_worker(getattr(module, name), owner))


def _as_worker(act: Callable[..., Any], owner: str) -> Callable[..., Any]:
    @functools.wraps(act)
    def acted(*args: Any, **kwargs: Any) -> Any:
        if is_acting():
            return act(*args, **kwargs)
        of = args[0] if args else next(iter(kwargs.values()), None)
        connection.ensure_connection()
        with acting_as(WORKER), refused_without_scope(), _scope(owner, getattr(of, "pk", of)):
            return act(*args, **kwargs)

    return acted


def _scope(owner: str, pk: Any) -> Any:
    if owner == ITSELF:
        return nullcontext()
    return acting_for(pk) if owner == GIVEN else acting_for_owner(apps.get_model(owner), pk)


@contextmanager
def worker() -> Iterator[None]:
    """The connection meanwhile is a worker's, as it opens it itself. For `transactional_db`."""
    connection.close()
    try:
        with override_settings(DATABASE_ROLE="worker"), acting():
            yield
    finally:
        connection.close()


@contextmanager
def refused_without_scope() -> Iterator[None]:
    """As of a worker's connection: organisations/roles.py."""
    connection.connection.execute(REFUSE)
    try:
        yield
    finally:
        line = connection.connection
        if line is not None and line.info.transaction_status in _TELLABLE:
            line.execute("SELECT set_config('muster.unscoped', '', false)")


_TELLABLE = (TransactionStatus.IDLE, TransactionStatus.INTRANS)

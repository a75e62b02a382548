"""Handing over: one account's posts and ads, many calls at once, each claimed just before.

This thread alone speaks with the database; the others only with the network. What a call brought
and what is claimed next are written in one transaction.
"""

import queue
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import transaction

from muster.channels.models import NetworkAccount
from muster.channels.network import CannotOpen
from muster.lib.times import now
from muster.publishing import calling, claiming
from muster.publishing.calling import Call, Lines, Result
from muster.publishing.claiming import LEASE, Task
from muster.publishing.locking import alone
from muster.publishing.pacing import AT_ONCE, Pace
from muster.publishing.settling import settle
from muster.publishing.waking import wake_later

GATHER = 0.01  # seconds for answers to come together
LOOK = 0.05  # seconds between looks while there is room for more
LINGER = timedelta(seconds=1.5)  # what is due so soon is waited for


def hand_over(account_id: int, must_end: Callable[[], bool] = lambda: False) -> None:
    """Do all that is owed at this account's network now, and see that the rest is done later.

    When another is at it, that one does it: it looks once more after it has let go. Once
    `must_end`, what is out is waited for and the rest is left to the next.
    """
    while True:
        with alone(account_id) as is_ours:
            if not is_ours:
                return
            _work(account_id, must_end)
        due = claiming.next_look(account_id)
        if due is None:
            return
        if due > now() or must_end():
            wake_later(account_id, due)
            return


def _work(account_id: int, must_end: Callable[[], bool]) -> None:
    claiming.recover(account_id, at=now())
    account = NetworkAccount.objects.select_related("organisation").get(pk=account_id)
    runner = Runner(account, must_end)
    try:
        runner.run()
    finally:
        runner.end()


class Runner:
    """One account being worked at."""

    def __init__(self, account: NetworkAccount, must_end: Callable[[], bool]) -> None:
        self.account = account
        self._must_end = must_end
        self.pace = Pace()
        self.lines = Lines(account)
        self._results: queue.SimpleQueue[list[Result]] = queue.SimpleQueue()
        self._in_flight = 0
        self._is_ending = False
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"network {account.pk}")

    def run(self) -> None:
        """Until nothing is in hand, and nothing due for a moment."""
        while True:
            results = self._gather()
            is_last = self._must_end()
            free = 0 if is_last else self.pace.free(self._in_flight)
            tasks: list[Task] = []
            if results or free:
                at = now()
                lease_ends = time.monotonic() + LEASE.total_seconds()
                with transaction.atomic():
                    settle(self.account, results)
                    if free:
                        tasks = claiming.claim(self.account.pk, free, at=at)
                self._begin(tasks, lease_ends)
            if not (tasks or self._in_flight) and (is_last or not self._waits_a_little()):
                return

    def end(self) -> None:
        """Begin nothing more, and wait for what is under way: its ends are left to looking."""
        self._is_ending = True
        self._threads.shutdown(wait=True)
        self.lines.close()

    def _gather(self) -> list[Result]:
        """What has come back; waits a moment for it, if anything is out."""
        if not self._in_flight:
            return []
        results: list[Result] = []
        try:
            results += self._results.get(timeout=LOOK)
            time.sleep(GATHER)
            while True:
                results += self._results.get_nowait()
        except queue.Empty:
            pass
        self._in_flight -= len(results)
        for result in results:
            if result.is_pace:
                self.pace.slow_down(result.wait_s)
            elif result.end != "not now":
                self.pace.went_well()
        return results

    def _begin(self, tasks: Sequence[Task], lease_ends: float) -> None:
        self._in_flight += len(tasks)
        reviews = [task for task in tasks if task.owed == "review"]
        for rehearsed in (False, True):
            if some := [task for task in reviews if task.is_rehearsal == rehearsed]:
                self._threads.submit(self._run_reviews, some)
        for task in tasks:
            if task.owed != "review":
                self._threads.submit(self._run_one, task, lease_ends)

    def _run_one(self, task: Task, lease_ends: float) -> None:
        try:
            line = self.lines.to(rehearsal=task.is_rehearsal)
            until = lease_ends - line.timeout - 1

            def may_begin() -> bool:
                return not self._is_ending and time.monotonic() < until

            self._results.put([Call(task, line, may_begin).run()])
        except CannotOpen as trouble:
            self._results.put([calling.cannot_open(task, trouble)])
        except Exception as fault:
            self._results.put([calling.at_fault(task, fault)])

    def _run_reviews(self, tasks: Sequence[Task]) -> None:
        try:
            line = self.lines.to(rehearsal=tasks[0].is_rehearsal)
            self._results.put(calling.look_at_reviews(tasks, line))  # type: ignore[arg-type]
        except Exception as fault:
            self._results.put([calling.at_fault(task, fault) for task in tasks])

    def _waits_a_little(self) -> bool:
        """Is something due so soon that leaving is not worth it? Then a moment has passed."""
        at, rest = now(), timedelta(seconds=self.pace.rests_for())
        if rest > LINGER:
            claiming.postpone(self.account.pk, until=at + rest)
            return False
        due = claiming.next_look(self.account.pk)
        if due is None or due > at + LINGER:
            return False
        time.sleep(min(max(due - at, rest, timedelta(milliseconds=5)).total_seconds(), LOOK))
        return True

"""Many lines to one mail server, shared by the lanes of a process: for a server that takes long
over each message, and for one that allows only few at once.

A lane hands its letters over and waits for their ends; whichever line is free takes the next,
whosesoever it is. Lines are opened while letters wait and the server is slow; a quick one is
served no faster by more.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from muster.channels.email import Answer, CannotOpen, EmailLine, End, Letter, Unreachable

FEW = 4  # lines for a server that is quick, or not known yet
SLOW = 0.02  # seconds over one message: more lines are worth having
IDLE = 20.0  # seconds after which a line nobody needs is closed
NO_MORE = 60.0  # seconds for which a server that refused a line is asked for no more
STOPPED = Answer(End.NOT_BEGUN, "stopped")
CLOSED = Answer(End.NOT_BEGUN, "connection closed")

BeforeBody = Callable[[Letter], bool]
OnAnswer = Callable[[Letter, Answer], None]


class Run:
    """One lane's letters on their way. Its callbacks are never called by two lines at once."""

    def __init__(self, letters: int, before_body: BeforeBody, on_answer: OnAnswer) -> None:
        self._left = letters
        self._before_body, self._on_answer = before_body, on_answer
        self._guard = threading.Lock()
        self._over = threading.Event()
        self.is_stopped = False
        self.error: BaseException | None = None
        if not letters:
            self._over.set()

    def before(self, letter: Letter) -> bool:
        with self._guard:
            if not self.is_stopped and not self._before_body(letter):
                self.is_stopped = True
            return not self.is_stopped

    def answer(self, letter: Letter, answer: Answer) -> None:
        try:
            with self._guard:
                self._on_answer(letter, answer)
                self._left -= 1
                if not self._left:
                    self._over.set()
        except BaseException as error:
            self.fail(error)
            raise

    def fail(self, error: BaseException) -> None:
        """Let the lane raise: its claims are then read from the hand-over log."""
        self.is_stopped, self.error = True, error
        self._over.set()

    def wait(self) -> None:
        self._over.wait()
        if self.error is not None:
            raise self.error


class Pool:
    """The lines of one process to one server in one name."""

    def __init__(self, open_line: Callable[[], EmailLine], most: int) -> None:
        """Open the first line. Raises `Unreachable`, `CannotOpen`."""
        self._open_line, self._most = open_line, most
        self._waiting: deque[tuple[Letter, Run]] = deque()
        self._changed = threading.Condition()
        self._lines = 0
        self._seconds = 0.0  # over one message, lately
        self._refused_at = float("-inf")
        first = open_line()
        self.takes_8bit = first.takes_8bit
        self.is_open = True
        self._start(first)

    def hand_over(
        self, letters: Iterable[Letter], *, before_body: BeforeBody, on_answer: OnAnswer
    ) -> None:
        """As a line does: `on_answer` once for each letter; returns when all have theirs."""
        batch = list(letters)
        run = Run(len(batch), before_body, on_answer)
        with self._changed:
            self._waiting.extend((letter, run) for letter in batch)
            self._changed.notify_all()
            if not self.is_open:
                self._send_back()
        self._grow()
        run.wait()

    def _start(self, line: EmailLine | None) -> None:
        self._lines += 1
        threading.Thread(target=self._serve, args=[line], name="mail line", daemon=True).start()

    def _grow(self) -> None:
        """Have a line for each letter that waits, if the server is slow; else a few."""
        with self._changed:
            most = min(self._most, FEW if self._seconds < SLOW else self._most)
            if time.monotonic() - self._refused_at < NO_MORE or not self.is_open:
                return
            for _ in range(min(most - self._lines, len(self._waiting))):
                self._start(None)

    def _serve(self, line: EmailLine | None) -> None:
        """One line, from its opening until nobody needs it."""
        try:
            while line is None or self._has_work():
                if line is None or not line.is_open:
                    line = self._opened()
                    if line is None:
                        return
                self._work(line)
        finally:
            if line is not None:
                line.close()
            self._end_line()

    def _opened(self) -> EmailLine | None:
        try:
            line = self._open_line()
        except (Unreachable, CannotOpen):
            self._refused_at = time.monotonic()
            return None
        if line.takes_8bit == self.takes_8bit:
            return line
        line.close()
        return None

    def _has_work(self) -> bool:
        """Wait for a letter; no: none came for a while."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._waiting), IDLE)

    def _work(self, line: EmailLine) -> None:
        """Hand over what waits, one after the other, until nothing does or the line is closed."""
        mine: dict[str, Run] = {}
        since = time.monotonic()

        def answered(letter: Letter, answer: Answer) -> None:
            nonlocal since
            at = time.monotonic()
            self._seconds += 0.2 * (at - since - self._seconds)
            since = at
            mine.pop(letter.code).answer(letter, answer)
            if self._waiting and self._lines < self._most:
                self._grow()

        try:
            line.hand_over(
                self._pulled(line, mine),
                before_body=lambda letter: mine[letter.code].before(letter),
                on_answer=answered,
            )
        except BaseException as error:
            line.close()
            for run in set(mine.values()):
                run.fail(error)

    def _pulled(self, line: EmailLine, mine: dict[str, Run]) -> Iterator[Letter]:
        while line.is_open:
            with self._changed:
                if not self._waiting:
                    return
                letter, run = self._waiting.popleft()
            if run.is_stopped:
                run.answer(letter, STOPPED)
                continue
            mine[letter.code] = run
            yield letter

    def _end_line(self) -> None:
        """The last one gone, whatever waits goes back: another pool is to be opened."""
        with self._changed:
            self._lines -= 1
            if not self._lines:
                self.is_open = False
                self._send_back()

    def _send_back(self) -> None:
        while self._waiting:
            letter, run = self._waiting.popleft()
            with suppress(Exception):
                run.answer(letter, CLOSED)


class Share:
    """One lane's way to a pool: an `EmailLine` whose closing leaves the others theirs."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.hand_over = pool.hand_over

    @property
    def is_open(self) -> bool:
        return self._pool.is_open

    @property
    def takes_8bit(self) -> bool:
        return self._pool.takes_8bit

    def close(self) -> None:
        """Nothing: lines that nobody needs close by themselves."""


_pools: dict[object, Pool] = {}
_guard = threading.Lock()


def share_of(key: object, open_line: Callable[[], EmailLine], most: int) -> Share:
    """A way to that key's pool, opened if there is none. Raises `Unreachable`, `CannotOpen`."""
    with _guard:
        pool = _pools.get(key)
        if pool is None or not pool.is_open:
            pool = _pools[key] = Pool(open_line, most)
        return Share(pool)

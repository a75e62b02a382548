"""How many calls an account makes at once: slower as soon as its service says so."""

import time

AT_ONCE = 96  # calls; the service says when it is too many
FEWEST = 2
STEP = 32  # good answers after which one more is tried


class Pace:
    """For one account, in one thread. The service's own word (429, Retry-After) is law."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self.most = most
        self.at_once = most
        self._not_before = 0.0
        self._good = 0

    def free(self, in_flight: int) -> int:
        """How many more calls may begin now."""
        if time.monotonic() < self._not_before:
            return 0
        return max(0, self.at_once - in_flight)

    def rests_for(self) -> float:
        """Seconds until anything may begin again."""
        return max(0.0, self._not_before - time.monotonic())

    def slow_down(self, wait_s: float | None) -> None:
        """The service asked for a pause: nothing begins meanwhile, and fewer at once after it."""
        at = time.monotonic()
        if at >= self._not_before:
            # One word of it slows down once, however many calls it reached.
            self.at_once = max(FEWEST, self.at_once * 3 // 4)
        self._not_before = max(self._not_before, at + (1.0 if wait_s is None else wait_s))
        self._good = 0

    def went_well(self) -> None:
        self._good += 1
        if self._good >= STEP and self.at_once < self.most:
            self.at_once += 1
            self._good = 0

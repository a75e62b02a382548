"""How fast a file is being read, evened out: one slow batch does not turn minutes into hours."""

import time

NEWEST = 0.15
"""What the newest batch counts for."""


class Pace:
    """Bytes a second, from the end of one batch to the end of the next."""

    def __init__(self) -> None:
        self.so_far = 0.0
        self._last = time.monotonic()

    def after(self, read: int) -> float:
        """The pace, now that so many bytes more were read."""
        at = time.monotonic()
        fresh, self._last = read / max(at - self._last, 0.001), at
        self.so_far = (1 - NEWEST) * self.so_far + NEWEST * fresh if self.so_far else fresh
        return self.so_far

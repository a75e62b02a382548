"""The port by which webhooks leave: one request to an address that somebody typed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class NotAllowed(Exception):
    """The address is none that may be told: asking again will not help."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one try: `status` None where no whole answer came, and `words` say why."""

    status: int | None
    ms: int
    words: str = ""
    wait_s: float | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Poster(Protocol):
    """Sends one body. `only_loopback`: to this machine or not at all; else never to it, nor to any
    address that is not public."""

    def __call__(
        self, url: str, body: bytes, headers: Mapping[str, str], *, only_loopback: bool
    ) -> Answered: ...


def post(url: str, body: bytes, headers: Mapping[str, str], *, only_loopback: bool) -> Answered:
    """Send one body by the provider in the settings. Raises `NotAllowed`."""
    poster: Poster = import_string(settings.WEBHOOK_PROVIDER)
    return poster(url, body, headers, only_loopback=only_loopback)


def check(url: str, *, only_loopback: bool) -> None:
    """Look an address up without sending anything. Raises `NotAllowed`."""
    import_string(settings.WEBHOOK_CHECK)(url, only_loopback=only_loopback)

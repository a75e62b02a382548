"""The ports that social networks and advertising platforms stand behind.

A line is an open way to one account's service; many threads may use it at once. Whatever a call
raises says what is certain: `Refused` and `NotNow` that nothing was done, `Unanswered` that nobody
knows. A service's own error (5xx), a cut connection, an answer too late: all are `Unanswered`.

What services answer is cleaned here, once for all of them: one odd answer must not spoil the rest.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from muster.channels.models import NetworkAccount

LONGEST_ID = 200
LONGEST_URL = 500
LONGEST_WORDS = 300
REVIEWS = ("pending", "passed", "refused")


class CannotOpen(Exception):
    """This account may not or cannot be used as it stands; trying again will not help."""


class Refused(Exception):
    """The service will not take it as it stands. Certainly not done."""


class Gone(Refused):
    """What was uploaded before is no longer there. Certainly not done."""


class NotNow(Exception):
    """Certainly not done; may be asked again. `wait_s`: seconds the service asks for (or None).

    `is_pace`: we ask too much, so the whole account slows down.
    """

    def __init__(self, words: str, wait_s: float | None = None, *, is_pace: bool = False) -> None:
        super().__init__(words)
        self.wait_s = wait_s
        self.is_pace = is_pace


class Unanswered(Exception):
    """Asked, and nobody knows whether it was done: look before asking again."""


def readable(words: object) -> str:
    """A service's words as they can be kept: not too long, without what no database takes."""
    text = str(words or "").replace("\x00", "")
    return text.encode(errors="ignore").decode()[:LONGEST_WORDS]


def named(id: object) -> str:
    """A service's name for something, exactly as given: it must be found by it again.

    Raises `Unanswered` for what is no name: whatever it stands for may have been made.
    """
    if not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID or not id.isprintable():
        raise Unanswered("The network's answer cannot be read.")
    return id


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service takes: letters, and bytes of one picture."""

    words: int
    headline: int = 0
    call: int = 0
    picture_bytes: int = 5_000_000
    pictures: int = 4


@dataclass(frozen=True, slots=True)
class Post:
    """Words with pictures. `reference` is ours: by it we find the post again."""

    reference: str
    words: str
    link: str
    media: tuple[str, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Ad:
    """An advertisement, to be made switched off. `budget` in pence."""

    reference: str
    headline: str
    words: str
    call: str
    link: str
    media: tuple[str, ...]
    alt: str
    budget: int


@dataclass(frozen=True, slots=True)
class Placed:
    """What the service calls it, and where people see it (empty: no address to be shown).

    Raises `Unanswered` where the service's name for it cannot be read.
    """

    id: str
    url: str

    def __post_init__(self) -> None:
        named(self.id)
        if not _is_address(self.url):
            object.__setattr__(self, "url", "")


def _is_address(url: object) -> bool:
    if not isinstance(url, str) or len(url) > LONGEST_URL or not url.isprintable():
        return False
    return url.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Review:
    """What the platform thinks of an ad, in its words where it refuses.

    A word we do not know is no verdict yet.
    """

    state: Literal["pending", "passed", "refused"]
    words: str = ""

    def __post_init__(self) -> None:
        if self.state not in REVIEWS:
            object.__setattr__(self, "state", "pending")
        object.__setattr__(self, "words", readable(self.words))


class Line(Protocol):
    """What both kinds of service have in common.

    `is_absence_sure`: what `find` does not find when `timeout` has passed was never done. Where
    this is False, nothing unanswered is asked again unless a person says so.
    """

    @property
    def limits(self) -> Limits: ...

    @property
    def is_absence_sure(self) -> bool: ...

    @property
    def timeout(self) -> float:
        """Seconds after which a call ends by itself, answered or not."""
        ...

    def upload(self, picture: bytes, *, alt: str) -> str:
        """Hand over one picture for later. Returns the service's name for it."""
        ...

    def find(self, reference: str) -> Placed | None:
        """Look for what we made under this reference."""
        ...

    def close(self) -> None: ...


class SocialLine(Line, Protocol):
    """A social network."""

    def post(self, post: Post) -> Placed: ...

    def delete(self, id: str) -> None:
        """Take a post down; one that is gone already is no error."""
        ...


class AdLine(Line, Protocol):
    """An advertising platform. An ad made is switched off and waits for its review."""

    def create(self, ad: Ad) -> Placed: ...

    def submit(self, id: str) -> None:
        """Ask for another review of a refused ad."""
        ...

    def reviews(self, ids: Collection[str]) -> dict[str, Review]:
        """How the reviews stand, of at most 100 ads."""
        ...

    def switch(self, id: str, *, on: bool) -> None:
        """Run an ad, or pause it; done twice is done once."""
        ...

    def archive(self, id: str) -> None:
        """Pause for good; one that is gone already is no error."""
        ...


def open_social(account: NetworkAccount, *, rehearsal: bool = False) -> SocialLine:
    """Open a line to the account's network, or to where rehearsals go. Raises `CannotOpen`."""
    line: SocialLine = _open(settings.SOCIAL_PROVIDERS, account, rehearsal)
    return line


def open_ads(account: NetworkAccount, *, rehearsal: bool = False) -> AdLine:
    """Open a line to the account's platform, or to where rehearsals go. Raises `CannotOpen`."""
    line: AdLine = _open(settings.AD_PROVIDERS, account, rehearsal)
    return line


def _open(known: dict[str, str], account: NetworkAccount, rehearsal: bool):  # type: ignore[no-untyped-def]
    if not account.is_on and not rehearsal:
        raise CannotOpen(f"{account.name} is switched off.")
    provider = "rehearsal" if rehearsal else account.provider
    if provider not in known:
        raise CannotOpen(f"No network is called {provider}.")
    return import_string(known[provider])(account)

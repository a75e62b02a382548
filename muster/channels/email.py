"""The port every e-mail service stands behind, and how to open an account's service."""

from collections.abc import Callable, Iterable
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from muster.channels.models import EmailAccount
from muster.lib.smtp import Answer, End, Letter, Unreachable

__all__ = ["Answer", "CannotOpen", "EmailLine", "End", "Letter", "Unreachable", "open_line"]


class CannotOpen(Exception):
    """This account may not or cannot be used as it stands; trying again will not help."""


class EmailLine(Protocol):
    """An open way to a mail service, for one thread.

    `hand_over` calls `on_answer` exactly once for each letter; `before_body` just before the
    first byte of a letter leaves, and nothing more is begun once it returns False. When
    `is_open` turns false, open another.
    """

    @property
    def is_open(self) -> bool: ...

    @property
    def takes_8bit(self) -> bool: ...

    def hand_over(
        self,
        letters: Iterable[Letter],
        *,
        before_body: Callable[[Letter], bool],
        on_answer: Callable[[Letter, Answer], None],
    ) -> None: ...

    def close(self) -> None: ...


def open_line(account: EmailAccount) -> EmailLine:
    """Open a line to the account's service.

    Raises `Unreachable` when it does not answer now, `CannotOpen` when it never will.
    """
    try:
        path = settings.EMAIL_PROVIDERS[account.provider]
    except KeyError:
        raise CannotOpen(f"No e-mail service is called {account.provider}.") from None
    opened: EmailLine = import_string(path)(account)
    return opened

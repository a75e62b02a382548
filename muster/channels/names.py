"""The port by which names are looked up in DNS."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class NoAnswer(Exception):
    """The name servers gave no answer in time, or none that can be used: nobody knows."""


class Names(Protocol):
    """Looks names up. What does not exist is an empty list; `NoAnswer` is raised for the rest."""

    def texts(self, name: str) -> list[str]:
        """The TXT records at a name, each put together from its strings."""
        ...

    def addresses(self, name: str) -> list[str]:
        """Its IPv4 and IPv6 addresses."""
        ...

    def exchangers(self, name: str) -> list[str]:
        """The mail servers of a domain."""
        ...


def names() -> Names:
    """The provider in the settings."""
    found: Names = import_string(settings.NAME_PROVIDER)()
    return found

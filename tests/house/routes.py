"""Every route of the staff app, found by walking its addresses."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Pages for someone who is not in yet, or about their own sign-in alone.
OPEN = {
    "enter": "The way in by a demonstration's link: tried in tests/web/test_sign_in_links.py.",
    "invitation": "The way in by an invitation's link: tests/web/test_invitations.py.",
    "invitation_passkey": "Choosing a passkey by it: the same tests.",
    "invitation_take": "Joining by it, as the one invited alone: the same tests.",
    "look": "Day or night: a cookie of one's own browser.",
    "second_factor": "Tells a signed-in person how to guard their own sign-in.",
}
ALLAUTH = ("account_", "mfa_")
# No member's pages: opened by keys alone, tried with every wrong one in tests/api.
API = "api:"


def all_routes() -> dict[str, Callable[..., Any]]:
    """Views by full name, such as "people:show"."""
    return dict(_walk(get_resolver().url_patterns, ""))


def guarded_routes() -> dict[str, Callable[..., Any]]:
    """Those that need a member."""
    return {
        name: view
        for name, view in all_routes().items()
        if name not in OPEN and not name.startswith((*ALLAUTH, API))
    }


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str
) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _walk(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            yield f"{prefix}{pattern.name}", pattern.callback

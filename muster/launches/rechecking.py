"""Asking again of each item whether it may go out: at Go, on release, on retry, on going on."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from muster.launches import rules, sealing
from muster.launches.looking import look
from muster.launches.models import Launch

Found = dict[tuple[int, str], list[str]]


def against(
    launch: Launch,
    at: datetime,
    *,
    only: Collection[int] | None = None,
    uploads_too: bool = True,
) -> Found:
    """Every reason each item of a launch may not go now, by (place id, kind).

    Content is compared with what was sealed (once it is), to the byte, and with today's
    candidates and facts; approvals, pictures, law, the platform's review and the ceiling are
    asked again. Without `uploads_too`, not how the uploading stands. Items that are held or
    withdrawn are asked too. Writes nothing.
    """
    seen = look(launch, at, only=only, rehash=True)
    seals = sealing.seals_of(seen)
    found = {}
    for key, item in seen.items.items():
        is_whole = seals[key] == item.sealed if launch.sealed_at else None
        brief = seen.brief(*key, sealed=is_whole)
        if not uploads_too:
            brief = replace(brief, upload=None)
        if reasons := rules.problems_of(brief):
            found[key] = reasons
    return found


def in_words(found: Found) -> list[str]:
    """The reasons of a few items, each once with its kind."""
    return list(
        dict.fromkeys(
            f"{rules.KIND_WORDS[kind].capitalize()}: {words}"
            for (_, kind), reasons in found.items()
            for words in reasons
        )
    )

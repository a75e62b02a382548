"""Source codes: where a click came from, on every link that leaves Muster."""

import secrets
from collections.abc import Sequence

from django.db.models import Q

from muster.actions.models import SourceCode
from muster.organisations.models import Organisation
from muster.places.models import Place

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 10


def code_for(
    organisation: Organisation,
    about_kind: str,
    about_id: int,
    place: Place | None = None,
    *,
    label: str = "",
) -> str:
    """The code of links carried by this thing in this seat; always the same one."""
    return codes_for(organisation, about_kind, about_id, [place], label=label)[
        place.pk if place else None
    ]


def codes_for(
    organisation: Organisation,
    about_kind: str,
    about_id: int,
    places: Sequence[Place | None],
    *,
    label: str = "",
) -> dict[int | None, str]:
    """The same for many seats in two queries: place id → code."""
    of = Q(organisation=organisation, about_kind=about_kind, about_id=about_id)
    kept = _kept(of)
    missing = [place for place in places if (place.pk if place else None) not in kept]
    if missing:
        SourceCode.objects.bulk_create(
            [_fresh(organisation, about_kind, about_id, place, label) for place in missing],
            ignore_conflicts=True,
        )
        kept = _kept(of)
    return kept


def label_of(organisation: Organisation, code: str) -> str:
    """Where a click came from, in words; empty when the code is nobody's."""
    found = SourceCode.objects.filter(organisation=organisation, code=code).first()
    return found.label if found else ""


def _kept(of: Q) -> dict[int | None, str]:
    # The oldest wins: two links made at the same moment for no place at all are two rows.
    rows = SourceCode.objects.filter(of).order_by("-id")
    return dict(rows.values_list("place_id", "code"))


def _fresh(
    organisation: Organisation, about_kind: str, about_id: int, place: Place | None, label: str
) -> SourceCode:
    words = label or f"{about_kind} {about_id}".strip()
    return SourceCode(
        organisation=organisation,
        code="".join(secrets.choice(LETTERS) for _ in range(LENGTH)),
        place=place,
        about_kind=about_kind,
        about_id=about_id,
        label=f"{words}, {place.name}" if place else words,
    )

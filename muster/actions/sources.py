"""Source codes: where a click came from, on every link that leaves Muster."""

import re
import secrets
from collections.abc import Collection, Sequence

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


def told_in(text: str, own: str, code: str, asks: str = "&") -> str:
    """Every address in a text that begins with `own`, our pages', with the code of its link added.

    The privacy notice takes none: nobody who reads it is counted. `asks`: what stands between two
    values of an address, `&amp;` in HTML.

    >>> told_in("See https://m.example/us/help.", "https://m.example/us/", "abc")
    'See https://m.example/us/help?s=abc.'
    """

    def tell(found: re.Match[str]) -> str:
        path, values = found[1], found[2] or ""
        if path == "privacy" or path.startswith("privacy/") or re.search(r"[?&;]s=", values):
            return found[0]
        return f"{own}{path}{values}{asks if values else '?'}s={code}"

    return re.sub(rf"{re.escape(own)}([\w/-]+)(\?[\w=&;%.~+-]*\w)?", tell, text)


def labels_of(organisation_id: int, codes: Collection[str]) -> dict[str, str]:
    """Where clicks came from, in words, by code; a code that is nobody's has none."""
    known = SourceCode.objects.filter(organisation_id=organisation_id, code__in=set(codes) - {""})
    return dict(known.values_list("code", "label"))


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

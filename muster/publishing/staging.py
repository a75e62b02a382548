"""Staging: everything uploaded beforehand, so that release is one call for each."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from muster.organisations.models import Member
from muster.publishing.events import Event, tell
from muster.publishing.models import Batch, Publication
from muster.publishing.waking import wake

State = Publication.State
REPLACED = "Replaced: what it says has changed."


class CannotStage(Exception):
    """Why these may not be staged; each argument is one reason."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One post or ad to be staged. `pictures`: SHA-256 of each one's bytes; `budget` in pence."""

    kind: str
    place_id: int
    account_id: int
    words: str
    headline: str = ""
    call: str = ""
    link: str = ""
    alt: str = ""
    pictures: tuple[str, ...] = ()
    budget: int = 0


@dataclass(frozen=True, slots=True)
class Staged:
    """How many are staged afresh, and how many stood as they are."""

    new: int
    kept: int


def digest_of(wanted: Wanted) -> str:
    """SHA-256 over all that is published, its pictures by their bytes."""
    said = json.dumps(asdict(wanted), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def stage(batch: Batch, wanted: Iterable[Wanted], *, by: Member, at: datetime) -> Staged:
    """Have these uploaded, ads switched off; only what is new or changed since last time.

    Of what changed, the former is taken back and a new one made, held where the former was: only
    letting go ends a hold. Whatever is not mentioned stays as it is. Raises `CannotStage` when
    something live, or about to be, would change.
    """
    asked = {(each.kind, each.place_id): (each, digest_of(each)) for each in wanted}
    with transaction.atomic():
        Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        standing = {(row.kind, row.place_id): row for row in _standing(batch)}
        changed = {
            key: row
            for key, row in standing.items()
            if key in asked and row.digest != asked[key][1]
        }
        if problems := [_words(r) for r in changed.values() if _is_out(r)]:
            raise CannotStage(*problems)
        _take_back([row.pk for row in changed.values()], by, at)
        fresh = [pair for key, pair in asked.items() if key not in standing or key in changed]
        made = _make(batch, fresh, changed, by, at)
        wake(row.account_id for row in [*made, *changed.values()])
    return Staged(len(made), len(asked) - len(made))


def _is_out(row: Publication) -> bool:
    """Is it public, or could it become so by what was begun? Held before any of that: no."""
    if row.state == State.RELEASING:
        return row.held_at is None or row.lease_until is not None or row.in_doubt
    return row.state in (State.LIVE, State.UNCERTAIN)


def _standing(batch: Batch) -> Iterable[Publication]:
    rows = batch.publications.exclude(state=State.WITHDRAWN).order_by("pk")
    return rows.select_related("place").select_for_update(of=("self",), no_key=True)


def _words(row: Publication) -> str:
    return f"The {row.get_kind_display().lower()} in {row.place.name} is out: withdraw it first."


def _take_back(ids: list[int], by: Member, at: datetime) -> None:
    Publication.objects.filter(pk__in=ids).update(state=State.WITHDRAWN, reason=REPLACED, due_at=at)
    tell((Event(pk, "withdrawn", REPLACED) for pk in ids), at=at, by=by)


def _make(
    batch: Batch,
    fresh: list[tuple[Wanted, str]],
    former: Mapping[tuple[str, int], Publication],
    by: Member,
    at: datetime,
) -> list[Publication]:
    rows = []
    for each, digest in fresh:
        said = asdict(each) | {"pictures": [*each.pictures]}
        row = Publication(batch=batch, digest=digest, due_at=at, **said)
        if before := former.get((each.kind, each.place_id)):
            row.held_at, row.held_by_id = before.held_at, before.held_by_id
            row.held_reason = before.held_reason
        rows.append(row)
    made = Publication.objects.bulk_create(rows)
    tell((Event(row.pk, "staging") for row in made), at=at, by=by)
    return made

"""One look at everything a launch is made of, in a few statements for all its seats."""

import json
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from muster.content import approving, campaigners, cutting, pictures
from muster.launches import lawful, uploads
from muster.launches.locking import fresh
from muster.launches.models import Item, Launch
from muster.launches.parts import CARDS, Key, Part, masters_of, parts_of
from muster.launches.rules import ItemBrief, PartBrief, UploadBrief
from muster.messaging import whom
from muster.organisations.models import Campaigner
from muster.places.models import Place

# The bytes are hashed where they lie: an e-mail's cut weighs ten kilobytes.
CUTS = """
SELECT master_id, place_id, format, digest, campaigner_id, problems::text, image, drawn_at,
       encode(sha256(convert_to(concat_ws(E'\\x1f', digest, campaigner_id, subject, text, html,
                                          button, imprint, alt, image, drawn), 'UTF8')), 'hex')
  FROM content_cut
 WHERE master_id = ANY(%(masters)s) AND place_id = ANY(%(places)s)
"""
PEOPLE = """
SELECT p.seat_id, count(*) FROM people_person p {whom}
 WHERE p.organisation_id = %(organisation)s AND p.seat_id = ANY(%(places)s) GROUP BY p.seat_id
"""
HASHING = 4  # threads; reading and hashing let go of the interpreter


@dataclass(frozen=True, slots=True)
class CutNow:
    """A cut's row as it lies: `sha` is over its bytes, its picture's sum included."""

    digest: str
    campaigner_id: int | None
    problems: tuple[str, ...]
    image: str
    is_drawn: bool
    sha: str


@dataclass
class Look:
    """What was seen, at one moment."""

    launch: Launch
    at: datetime
    places: list[Place]
    parts: dict[str, tuple[Part, ...]]
    items: dict[tuple[int, str], Item]
    cuts: dict[Key, CutNow]
    in_step: dict[Key, str]
    approved: set[Key]
    right: dict[int | None, Campaigner | None]
    people: dict[int, int]
    uploads: dict[tuple[int, str], UploadBrief]
    judged: lawful.Judged
    broken: set[str] = field(default_factory=set)

    def part_brief(self, part: Part, place_id: int) -> PartBrief:
        """One cut as the rules ask about it."""
        key = (part.master.pk, place_id, part.format)
        cut = self.cuts.get(key)
        if cut is None:
            return PartBrief(is_there=False)
        right = self.right.get(place_id)
        return PartBrief(
            problems=self.judged.pictured.get(key, cut.problems),
            legal=self.judged.legal.get(key, ""),
            is_approved=key in self.approved,
            is_drawn=part.format not in CARDS or cut.is_drawn,
            is_picture_whole=cut.image not in self.broken,
            is_in_step=self.in_step.get(key) == cut.digest,
            candidate_changed=(right.pk if right else None) != cut.campaigner_id,
        )

    def brief(self, place_id: int, kind: str, *, sealed: bool | None) -> ItemBrief:
        """One item as the rules ask about it."""
        item = self.items[place_id, kind]
        return ItemBrief(
            parts=tuple(self.part_brief(part, place_id) for part in self.parts[kind]),
            upload=self.uploads.get((place_id, kind), UploadBrief())
            if kind in uploads.KINDS
            else None,
            sealed=sealed,
            was_sealed=bool(item.sealed),
            people=self.people.get(place_id, 0) if kind == "email" else 0,
            ceiling=item.ceiling if sealed is not None and kind == "email" else None,
        )


def look(
    launch: Launch,
    at: datetime,
    *,
    only: Collection[int] | None = None,
    rehash: bool = False,
) -> Look:
    """See all its seats, or `only` these (ids); with `rehash`, every picture's bytes too."""
    launch = fresh(launch)  # its masters may have been changed since the caller read it
    places = [p for p in launch.places() if only is None or p.pk in only]
    ids = [place.pk for place in places]
    masters = masters_of(launch)
    cuts = _cuts([m.pk for m in masters], ids)
    hashing = _hashing({cut.image for cut in cuts.values() if cut.image} if rehash else set())
    items = Item.objects.filter(launch=launch, place__in=ids)
    in_step, approved = _in_step(launch, places), _approved(launch, at)
    found = Look(
        launch=launch,
        at=at,
        places=places,
        parts=parts_of(launch),
        items={(item.place_id, item.kind): item for item in items},
        cuts=cuts,
        in_step=in_step,
        approved=approved,
        right=campaigners.right_ones(launch.organisation, places),
        people=_people(launch, ids, at),
        uploads=uploads.of(launch, places),
        judged=_judged(launch, places, at),
    )
    found.broken = {sha for sha, is_whole in hashing.items() if not is_whole.result()}
    return found


def _judged(launch: Launch, places: list[Place], at: datetime) -> lawful.Judged:
    """The law's answers. Once it is armed, bytes that kept their seal were judged by that law:
    only where it changed since are they judged anew."""
    if launch.sealed_at is not None and launch.law == lawful.digest_on(at):
        return lawful.NOT_ASKED
    return lawful.judge(launch, places, at)


def _cuts(masters: list[int], places: list[int]) -> dict[Key, CutNow]:
    with connection.cursor() as cursor:
        cursor.execute(CUTS, {"masters": masters, "places": places})
        return {(row[0], row[1], row[2]): _cut(row) for row in cursor.fetchall()}


def _cut(row: tuple[Any, ...]) -> CutNow:
    _, _, _, digest, campaigner_id, problems, image, drawn_at, sha = row
    told = () if problems == "[]" else tuple(json.loads(problems))
    return CutNow(digest, campaigner_id, told, image, drawn_at is not None, sha)


def _in_step(launch: Launch, places: list[Place]) -> dict[Key, str]:
    """What each cut's digest would be now, from today's candidates and facts."""
    digests = cutting.digests_now_of(masters_of(launch), places)
    return {(master, place or 0, made_as): d for (master, place, made_as), d in digests.items()}


def _approved(launch: Launch, at: datetime) -> set[Key]:
    return {
        (master.pk, place_id or 0, made_as)
        for master in masters_of(launch)
        for place_id, made_as in approving.approved_cuts(master, at)
    }


def _people(launch: Launch, places: list[int], at: datetime) -> dict[int, int]:
    statement = PEOPLE.format(whom=whom.now(launch.message, at))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"organisation": launch.organisation_id, "places": places})
        return dict(cursor.fetchall())


def _hashing(shas: set[str]) -> dict[str, Future[bool]]:
    """Begin to hash these pictures' bytes, beside all the other looking: is each the one that its
    name is the sum of?"""
    pool = ThreadPoolExecutor(HASHING)
    begun = {sha: pool.submit(pictures.is_whole, sha) for sha in shas}
    pool.shutdown(wait=False)
    return begun

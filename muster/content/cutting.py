"""The cuts of a master for every seat; only what changed is made again."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from muster.content.letterhead import Letterhead
from muster.content.making import DRAWING, FORMATS, bench_for, head_of
from muster.content.masters import Sealed
from muster.content.models import Cut, Master
from muster.content.sources import Gathered, Source, gather, sources_of
from muster.places.models import Place

VERSION = 4
"""Raised when the same words come out as something else: every cut is then made again."""

Key = tuple[int | None, str]
"""A cut of one master: the place's id (None: every place) and the format."""

RENEWED = [
    *("campaigner", "subject", "text", "html", "button", "imprint", "alt", "card", "digest"),
    *("problems", "cut_at", "image", "image_size", "drawn", "drawn_at"),
]


def cut(master: Master, places: Iterable[Place | None], at: datetime) -> list[Cut]:
    """Make the cuts of each place (None: service mail, for every place), in the order given.

    A card has two for each place, square and tall; everything else one. A cut whose source is the
    same as last time stays untouched, its digest and its picture with it. Cuts of places no longer
    named go. A sealed master's cuts are handed back as they went out; asking it for another place
    raises Sealed.
    """
    wanted = list(places)
    with transaction.atomic():
        master = Master.objects.select_for_update().get(pk=master.pk)
        kept = _kept(master)
        if master.sealed_at is None:
            kept = _renewed(master, wanted, kept, at)
    try:
        return [kept[key] for key in _keys(master, wanted)]
    except KeyError:
        raise Sealed from None


def cut_again(master: Master, places: Iterable[Place], at: datetime) -> list[Cut]:
    """Make these places' cuts as they would be today, even of a sealed master.

    For seats in which nothing has gone out yet, such as one held because its candidate was
    replaced: whoever calls knows that, and has these cuts approved anew. All others stay.
    """
    wanted = list(places)
    with transaction.atomic():
        master = Master.objects.select_for_update().get(pk=master.pk)
        others = [found.place for found in _kept(master).values()]
        kept = _renewed(master, wanted, _kept(master), at, leaving=set(others))
    return [kept[key] for key in _keys(master, wanted)]


def digests_now(master: Master, places: Iterable[Place | None]) -> dict[Key, str]:
    """What the digests would be if the cuts were made now. Touches nothing."""
    found = digests_now_of([master], places)
    return {(place_id, format): digest for (_, place_id, format), digest in found.items()}


def digests_now_of(
    masters: Iterable[Master], places: Iterable[Place | None]
) -> dict[tuple[int, int | None, str], str]:
    """The same for several masters of one organisation, by master, place and format.

    Facts, candidates and imprints are asked for once for each target list.
    """
    wanted = list(places)
    known: dict[int | None, Gathered] = {}
    digests: dict[tuple[int, int | None, str], str] = {}
    for master in masters:
        if master.targets_id not in known:
            known[master.targets_id] = gather(master, wanted)
        sources = sources_of(master, wanted, known[master.targets_id])
        each = zip(_keys_of(master, sources), _digests_of(master, sources), strict=True)
        digests |= {(master.pk, *key): digest for key, digest in each}
    return digests


def previewed(master: Master, place: Place | None, at: datetime, format: str = "") -> Cut:
    """One cut as it would be, of a master that need not be saved. Nothing is kept."""
    (source,) = sources_of(master, [place])
    shape = format or FORMATS[master.kind][0]
    digest = digest_of(master, source, shape, head_of(master, master.serves(place)))
    return bench_for(master).cut(source, shape, digest, at)


def _kept(master: Master) -> dict[Key, Cut]:
    cuts = master.cuts.select_related("place", "campaigner")
    return {(found.place_id, found.format): found for found in cuts}


def _renewed(
    master: Master,
    wanted: Sequence[Place | None],
    kept: dict[Key, Cut],
    at: datetime,
    leaving: Iterable[Place | None] = (),
) -> dict[Key, Cut]:
    """Bring the cuts in step with what is wanted, touching only what differs."""
    sources = sources_of(master, wanted)
    each = [(source, format) for source in sources for format in FORMATS[master.kind]]
    digests = _digests_of(master, sources)
    changed = [
        (source, format, digest)
        for (source, format), digest in zip(each, digests, strict=True)
        if (old := kept.get((_place_id(source), format))) is None or old.digest != digest
    ]
    gone = set(kept) - set(_keys_of(master, sources)) - set(_keys(master, list(leaving)))
    if gone:
        master.cuts.filter(pk__in=[kept[key].pk for key in gone]).delete()
    made = _make(master, changed, kept, at) if changed else []
    kept = {key: found for key, found in kept.items() if key not in gone}
    return kept | {(found.place_id, found.format): found for found in made}


def _make(
    master: Master,
    changed: Iterable[tuple[Source, str, str]],
    kept: Mapping[Key, Cut],
    at: datetime,
) -> list[Cut]:
    """Make these cuts (source, format, digest) and keep them."""
    bench = bench_for(master)
    made = [bench.cut(source, format, digest, at) for source, format, digest in changed]
    for new in made:
        _keep_picture(new, kept.get((new.place_id, new.format)))
    _keep(made)
    return made


def _keep_picture(new: Cut, old: Cut | None) -> None:
    """The same words in the same places need not be drawn again."""
    if old is not None and new.card and old.card == new.card:
        new.image, new.image_size = old.image, old.image_size
        new.drawn, new.drawn_at = old.drawn, old.drawn_at


def _keep(made: Sequence[Cut]) -> None:
    Cut.objects.bulk_create(
        made,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["master", "place", "format"],
        update_fields=RENEWED,
    )


def _keys(master: Master, places: Iterable[Place | None]) -> list[Key]:
    return [
        (place.pk if place else None, format) for place in places for format in FORMATS[master.kind]
    ]


def _keys_of(master: Master, sources: Iterable[Source]) -> list[Key]:
    return _keys(master, [source.place for source in sources])


def _place_id(source: Source) -> int | None:
    return source.place.pk if source.place else None


def _digests_of(master: Master, sources: Iterable[Source]) -> list[str]:
    heads = {is_service: head_of(master, is_service) for is_service in (False, True)}
    return [
        digest_of(master, source, format, heads[master.serves(source.place)])
        for source in sources
        for format in FORMATS[master.kind]
    ]


def digest_of(master: Master, source: Source, format: str, head: Letterhead) -> str:
    """SHA-256 of everything the cut is made from, names of seat and candidate included."""
    place, who = source.place, source.campaigner
    made_from: dict[str, object] = {
        "version": VERSION,
        "format": format,
        "words": [master.subject, master.body, master.button, master.alt],
        "place": place.code if place else None,
        "campaigner": [who.pk, who.kind, who.place_code] if who else None,
        "values": dict(source.values),
        "imprint": vars(source.imprint) if source.imprint else None,
        "head": {name: said for name, said in vars(head).items() if said or name != "giving"},
    }
    if master.kind == Master.Kind.EMAIL:
        made_from["words"] = [master.subject, master.preheader, master.blocks]
    if master.kind == Master.Kind.CARD:
        made_from["drawn"] = [
            DRAWING,
            master.design,
            *([place.hex_q, place.hex_r] if place else []),
        ]
    return sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()

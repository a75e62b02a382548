"""One cut of a master for every seat; only what changed is made again."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from muster.content import campaigners, checking, letterhead, rendering
from muster.content.facts_of_place import facts_of
from muster.content.filling import clean
from muster.content.letterhead import Imprint, Letterhead
from muster.content.masters import Sealed
from muster.content.models import Cut, Master
from muster.organisations.models import Campaigner
from muster.places.models import Place

VERSION = 1
"""Raised when the same words come out as another e-mail: every cut is then made again."""

SERVICE_OPEN = frozenset({"seat"})


@dataclass(frozen=True)
class Source:
    """All that one cut is made from, but for the master's own words."""

    place: Place | None
    campaigner: Campaigner | None
    values: dict[str, str]
    imprint: Imprint | None


def cut(master: Master, places: Iterable[Place | None], at: datetime) -> list[Cut]:
    """Make a cut for each place (None: service mail, for every place), in the order given.

    A cut whose source is the same as last time stays untouched, its digest with it. Cuts of
    places no longer named go. A sealed master's cuts are handed back as they went out; asking it
    for another place raises Sealed.
    """
    wanted = list(places)
    with transaction.atomic():
        master = Master.objects.select_for_update().get(pk=master.pk)
        kept = {found.place_id: found for found in _kept(master)}
        if master.sealed_at is None:
            kept = _renewed(master, wanted, kept, at)
    try:
        return [kept[place.pk if place else None] for place in wanted]
    except KeyError:
        raise Sealed from None


def previewed(master: Master, place: Place | None, at: datetime) -> Cut:
    """One cut as it would be, of a master that need not be saved. Nothing is kept."""
    (source,) = sources_of(master, [place])
    head = _head(master, place is None)
    draft = rendering.read(master.subject, master.body, master.button)
    return _made(master, source, head, draft, digest_of(master, source, head), at)


def _kept(master: Master) -> Iterable[Cut]:
    return master.cuts.select_related("place", "campaigner")


def _renewed(
    master: Master, wanted: Sequence[Place | None], kept: dict[int | None, Cut], at: datetime
) -> dict[int | None, Cut]:
    """Bring the cuts in step with what is wanted, touching only what differs."""
    head = {service: _head(master, service) for service in (False, True)}
    sources = sources_of(master, wanted)
    digests = [digest_of(master, source, head[source.place is None]) for source in sources]
    changed = [
        (source, digest)
        for source, digest in zip(sources, digests, strict=True)
        if (old := kept.get(_key(source))) is None or old.digest != digest
    ]
    gone = set(kept) - {_key(source) for source in sources}
    if gone:
        master.cuts.filter(pk__in=[kept[key].pk for key in gone]).delete()
    draft = rendering.read(master.subject, master.body, master.button) if changed else None
    made = []
    for source, digest in changed:
        assert draft is not None
        made.append(_made(master, source, head[source.place is None], draft, digest, at))
    _keep(made)
    kept = {key: found for key, found in kept.items() if key not in gone}
    return kept | {found.place_id: found for found in made}


def _key(source: Source) -> int | None:
    return source.place.pk if source.place else None


def _keep(made: Sequence[Cut]) -> None:
    Cut.objects.bulk_create(
        made,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["master", "place"],
        update_fields=["campaigner", "subject", "text", "html", "digest", "problems", "cut_at"],
    )


def sources_of(master: Master, wanted: Sequence[Place | None]) -> list[Source]:
    """Gather what each cut is made from, in a few queries for all of them."""
    places = [place for place in wanted if place is not None]
    facts = facts_of(places, master.targets)
    right = campaigners.right_ones(master.organisation, places)
    same = {"date": date_in_words(master.date)}
    sources = []
    for place in wanted:
        who = right.get(place.pk if place else None)
        values = dict(same)
        if place is not None:
            values |= facts[place.pk] | {
                "seat": place.name,
                "seat_local": place.name_local or place.name,
                "candidate": who.name if who and who.kind == Campaigner.Kind.CANDIDATE else "",
            }
        sources.append(Source(place, who, values, imprint_of(who)))
    return sources


def imprint_of(who: Campaigner | None) -> Imprint | None:
    if who is None:
        return None
    return Imprint(
        promoter=clean(who.promoter),
        address=clean(who.address),
        on_behalf_of=clean(who.on_behalf_of),
        on_behalf_address=clean(who.on_behalf_address),
    )


def digest_of(master: Master, source: Source, head: Letterhead) -> str:
    """SHA-256 of everything the cut is made from, names of seat and candidate included."""
    made_from = {
        "version": VERSION,
        "words": [master.subject, master.body, master.button],
        "place": source.place.code if source.place else None,
        "campaigner": source.campaigner.pk if source.campaigner else None,
        "kind": [source.campaigner.kind, source.campaigner.place_code]
        if source.campaigner
        else None,
        "values": source.values,
        "imprint": asdict(source.imprint) if source.imprint else None,
        "head": asdict(head),
    }
    return sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


def _head(master: Master, is_service: bool) -> Letterhead:
    organisation = master.organisation
    return Letterhead(
        organisation=clean(organisation.name),
        accent=organisation.accent,
        privacy=f"{settings.PUBLIC_ADDRESS}/{organisation.slug}/privacy",
        is_demonstration=organisation.is_demonstration,
        is_service=is_service,
    )


def _made(
    master: Master,
    source: Source,
    head: Letterhead,
    draft: rendering.Draft,
    digest: str,
    at: datetime,
) -> Cut:
    open_names = SERVICE_OPEN if source.place is None else frozenset[str]()
    filler = rendering.Filler(source.values, open_names)
    imprint = source.imprint.words() if source.imprint else ""
    subject, body = filler.words(draft.subject), filler.words(draft.text, wrapped=True)
    button = filler.words(draft.button)
    made = Cut(
        master=master,
        place=source.place,
        campaigner=source.campaigner,
        subject=subject,
        text=letterhead.text(head, body, button, imprint),
        html=letterhead.markup(
            head,
            filler.markup(draft.subject).replace("<br>", " "),
            filler.markup(draft.html),
            filler.markup(draft.button),
            rendering.escape(imprint),
        ),
        digest=digest,
        cut_at=at,
    )
    said = checking.Said(subject, body, button, tuple(filler.missing), draft)
    made.problems = checking.problems_when_made(made, said)
    return made


def date_in_words(day: date | None) -> str:
    """A day as it is said.

    >>> date_in_words(date(2026, 5, 9))
    'Saturday 9 May'
    """
    return f"{day:%A} {day.day} {day:%B}" if day else ""

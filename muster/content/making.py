"""Making one cut: the master's words, read once, as one seat reads them, in each kind's shape."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from muster.content import checking, giving, letterhead, rendering, typesetting
from muster.content.filling import clean
from muster.content.letterhead import Letterhead
from muster.content.models import Cut, Master, Theme
from muster.content.sources import Source

Kind, Format = Master.Kind, Cut.Format
FORMATS: dict[str, tuple[str, ...]] = {
    Kind.EMAIL: (Format.EMAIL,),
    Kind.POST: (Format.POST,),
    Kind.CARD: (Format.SQUARE, Format.STORY),
    Kind.AD: (Format.AD,),
    Kind.PAGE: (Format.PAGE,),
}
DRAWING = 2
"""Raised when the same words come out as another picture: every card is then drawn again."""
SERVICE_OPEN = frozenset({"seat"})


@dataclass(frozen=True)
class Bench:
    """What every cut of a master shares: its words as read, and what stands around them."""

    master: Master
    draft: rendering.Draft
    head: dict[bool, Letterhead]

    def cut(self, source: Source, format: str, digest: str, at: datetime) -> Cut:
        """One seat's cut in one format, with every reason it may not go out. Nothing is kept."""
        open_names = SERVICE_OPEN if source.place is None else frozenset[str]()
        filler = rendering.Filler(source.values, open_names)
        made = Cut(
            master=self.master,
            place=source.place,
            format=format,
            campaigner=source.campaigner,
            imprint=source.imprint.words() if source.imprint else "",
            subject=filler.words(self.draft.subject),
            button=filler.words(self.draft.button),
            alt=filler.words(self.draft.alt),
            digest=digest,
            cut_at=at,
        )
        body = SHAPES[format](self, made, source, filler)
        said = checking.Said(made.subject, body, made.button, tuple(filler.missing), self.draft)
        made.problems = checking.problems_when_made(made, said)
        return made


def bench_for(master: Master) -> Bench:
    """Read a master's words, once for all its cuts."""
    heads = {is_service: head_of(master, is_service) for is_service in (False, True)}
    return Bench(master, _read(master, heads[False]), heads)


def _read(master: Master, head: Letterhead) -> rendering.Draft:
    if master.kind == Kind.EMAIL:
        blocks = giving.led(master.blocks, head.giving)
        return rendering.read(master.subject, master.preheader, blocks)
    return rendering.read_plain(master.subject, master.body, master.button, master.alt)


def head_of(master: Master, is_service: bool) -> Letterhead:
    organisation = master.organisation
    theme: Theme | None = getattr(organisation, "theme", None)
    return Letterhead(
        organisation=clean(organisation.name),
        accent=organisation.accent,
        privacy=f"{settings.PUBLIC_ADDRESS}/{organisation.slug}/privacy",
        is_demonstration=organisation.is_demonstration,
        is_service=is_service,
        logo=typesetting.whole(theme.logo) if theme else "",
        font=theme.font if theme else "sans",
        giving=giving.address_of(organisation.pk) if giving.has_amounts(master.blocks) else "",
    )


def _as_email(bench: Bench, made: Cut, source: Source, filler: rendering.Filler) -> str:
    """Two parts with letterhead and imprint. The writer's own words are given back."""
    head, draft = bench.head[bench.master.serves(source.place)], bench.draft
    body = filler.words(draft.text, wrapped=True)
    made.text = letterhead.text(head, body, made.imprint)
    made.html = filler.markup(draft.page(head), imprint=made.imprint)
    return body


def _as_words(bench: Bench, made: Cut, source: Source, filler: rendering.Filler) -> str:
    """Words alone: a post, an ad, a page."""
    made.text = filler.words(bench.draft.text)
    return made.text


def _as_card(bench: Bench, made: Cut, source: Source, filler: rendering.Filler) -> str:
    """All that the picture is drawn from is written down, so that drawing it asks nothing more."""
    head, place, values = bench.head[False], source.place, source.values
    made.text = filler.words(bench.draft.text)
    local = values.get("seat_local", "")
    made.card = {
        "drawing": DRAWING,
        "seat": clean(values.get("seat", "")),
        "local": clean(local) if local != values.get("seat") else "",
        "candidate": clean(values.get("candidate", "")),
        "headline": made.subject,
        "line": " ".join(made.text.split()),
        "date": values.get("date", ""),
        "call": made.button,
        "imprint": made.imprint,
        "organisation": head.organisation,
        "accent": letterhead.accent_of(head),
        "design": bench.master.design,
        "is_demonstration": head.is_demonstration,
        "hex": [place.hex_q, place.hex_r] if place else [None, None],
    }
    return made.text


SHAPES: dict[str, Callable[[Bench, Cut, Source, rendering.Filler], str]] = {
    Format.EMAIL: _as_email,
    Format.POST: _as_words,
    Format.AD: _as_words,
    Format.PAGE: _as_words,
    Format.SQUARE: _as_card,
    Format.STORY: _as_card,
}

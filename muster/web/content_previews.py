"""A seat's cuts as people will see them: letter, post and ad in a feed, page, cards."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from muster.actions.models import ActionPage
from muster.channels.models import NetworkAccount
from muster.content import checking, filling
from muster.content.models import Cut
from muster.organisations.models import Organisation
from muster.places.models import Place
from muster.web.message_show import preview_of

SIZES = {Cut.Format.SQUARE: (1080, 1080), Cut.Format.STORY: (1080, 1920)}


@dataclass(frozen=True)
class Picture:
    """A card. `address` is empty until it is drawn; `words` says why then."""

    format: str
    address: str
    thumb: str
    width: int
    height: int
    alt: str
    words: str = ""


@dataclass(frozen=True)
class Said:
    """The words of a post, an ad or a page. `pieces`: text, and whether it is a link."""

    title: str
    pieces: tuple[tuple[str, bool], ...]
    button: str
    imprint: str
    letters: int


@dataclass(frozen=True)
class Previews:
    """What one seat gets; None where there is no cut of a kind."""

    place: Place
    name: str
    handle: str
    link: str
    letter: dict[str, str] | None = None
    post: Said | None = None
    ad: Said | None = None
    page: Said | None = None
    square: Picture | None = None
    story: Picture | None = None

    @property
    def pictures(self) -> list[Picture]:
        return [picture for picture in (self.square, self.story) if picture]


def previews_of(
    organisation: Organisation,
    place: Place,
    cuts: Iterable[Cut],
    *,
    page: ActionPage | None = None,
    account: NetworkAccount | None = None,
    drawn: dict[str, str] | None = None,
) -> Previews:
    """Everything a seat's cuts become. `drawn`: data addresses of cards not kept yet, by format."""
    by_format = {cut.format: cut for cut in cuts}
    link = f"{settings.PUBLIC_ADDRESS}/{organisation.slug}/{page.slug if page else 'volunteer'}"
    link = f"{link}/{place.slug}".split("://", 1)[-1]
    letter = by_format.get(Cut.Format.EMAIL)
    return Previews(
        place=place,
        name=account.name if account else organisation.name,
        handle=account.handle if account else f"@{organisation.slug}",
        link=link,
        letter=preview_of(letter) if letter else None,
        post=said(by_format.get(Cut.Format.POST), link),
        ad=said(by_format.get(Cut.Format.AD), link),
        page=said(by_format.get(Cut.Format.PAGE), link),
        square=picture(by_format.get(Cut.Format.SQUARE), drawn),
        story=picture(by_format.get(Cut.Format.STORY), drawn),
    )


def said(cut: Cut | None, link: str) -> Said | None:
    """A cut's words, its link written out as it will stand."""
    if cut is None:
        return None
    pieces, fields = filling.split_open(cut.text)
    found: list[tuple[str, bool]] = [(pieces[0], False)]
    for field, after in zip(fields, pieces[1:], strict=True):
        is_link = field.name == "link"
        found.append((link if is_link else filling.SAMPLE[field.name], is_link))
        found.append((after, False))
    letters = sum(len(words) for words, _ in found)
    shown = tuple(piece for piece in found if piece[0])
    return Said(filling.sampled(cut.subject), shown, cut.button, cut.imprint, letters)


def picture(cut: Cut | None, drawn: dict[str, str] | None = None) -> Picture | None:
    """A card's picture, or why there is none yet."""
    if cut is None:
        return None
    width, height = SIZES[Cut.Format(cut.format)]
    if drawn and cut.format in drawn:
        address = thumb = drawn[cut.format]
    else:
        address = address_of(cut.image)
        thumb = f"{address}?thumb=1" if address else ""
    words = "" if address else not_drawn(cut)
    return Picture(cut.format, address, thumb, width, height, cut.alt, words)


def address_of(sha: str) -> str:
    return reverse("content:picture", args=[sha]) if sha else ""


def not_drawn(cut: Cut) -> str:
    problems = checking.problems_of(cut)
    return problems[0] if problems else "Not drawn yet"

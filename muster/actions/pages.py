"""Action pages: what each one shows, and opening one to the public."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from muster.actions import facts, local_pages, notices
from muster.actions.local_pages import LocalWords
from muster.actions.models import ActionPage
from muster.compliance import imprints
from muster.compliance.rules import Promoter
from muster.journal import journal
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import Wording
from muster.places.models import Place

RESERVED = frozenset({"privacy", "thanks", "u", "live", "healthz"})
VOLUNTEER_TITLE = "Volunteer in {seat}"
VOLUNTEER_WORDS = (
    "People in {seat} listen to people they could meet in the street: people like you. Give us an"
    " hour or a weekend. We show you how, and you are not alone."
)


class CannotOpen(Exception):
    """Every reason the page may not be opened to the public."""


@dataclass(frozen=True)
class Seat:
    id: int
    code: str
    slug: str
    name: str


@dataclass(frozen=True)
class Box:
    """A consent to tick: the very words, and in whose name."""

    wording_id: int
    campaigner_id: int
    channel: str
    text: str


@dataclass(frozen=True)
class Shown:
    """Everything a public page shows, as plain values; equal when nothing changed."""

    organisation_id: int
    organisation: str
    organisation_slug: str
    accent: str
    is_demonstration: bool
    time_zone: str
    page_id: int
    slug: str
    title: str
    words: str
    thanks: str
    notice: str
    boxes: tuple[Box, ...]
    imprint: str
    seat_imprints: tuple[tuple[str, str], ...]
    local: Mapping[int, LocalWords] = field(default_factory=dict, repr=False, hash=False)
    """What is live in seats of its own, by the seat's id."""

    def title_in(self, seat: Seat | None) -> str:
        if local := self.local_in(seat):
            return local.title
        return self.title.replace("{seat}", seat.name if seat else "your area")

    def words_in(self, seat: Seat | None) -> str:
        if local := self.local_in(seat):
            return local.words
        return self.words.replace("{seat}", seat.name if seat else "your area")

    def local_in(self, seat: Seat | None) -> LocalWords | None:
        return self.local.get(seat.id) if seat else None

    def imprint_in(self, seat: Seat | None) -> str:
        """Its own words' imprint, else its candidate's, else the page's own (IMP-1)."""
        if (local := self.local_in(seat)) and local.imprint:
            return local.imprint
        return dict(self.seat_imprints).get(seat.code if seat else "", self.imprint)

    def thanks_in(self, seat: Seat | None) -> str:
        return self.thanks.replace("{seat}", seat.name if seat else "your area")


def all_seats() -> tuple[Seat, ...]:
    """Every seat by name; a few milliseconds."""
    rows = Place.objects.seats().order_by("name").values_list("id", "code", "slug", "name")
    return tuple(Seat(*row) for row in rows)


def open_addresses() -> frozenset[tuple[str, str]]:
    """Organisation and page of every page open to the public: one small query."""
    rows = ActionPage.objects.filter(is_open=True).values_list("organisation__slug", "slug")
    return frozenset(rows)


def shown(organisation_slug: str, slug: str) -> Shown | None:
    """What a page shows now; None: there is none, or it is not open."""
    page = (
        ActionPage.objects.select_related("organisation", "notice", "campaigner")
        .filter(organisation__slug=organisation_slug, slug=slug, is_open=True)
        .first()
    )
    if page is None or page.notice is None or page.campaigner is None:
        return None
    organisation = page.organisation
    return Shown(
        organisation_id=organisation.pk,
        organisation=organisation.name,
        organisation_slug=organisation.slug,
        accent=organisation.accent,
        is_demonstration=organisation.is_demonstration,
        time_zone=organisation.time_zone,
        page_id=page.pk,
        slug=page.slug,
        title=page.title,
        words=page.words,
        thanks=page.thanks,
        notice=page.notice.version,
        boxes=_boxes(page),
        imprint=imprint_of(page.campaigner),
        seat_imprints=_seat_imprints(organisation),
        local=local_pages.live_words(page.pk),
    )


def imprint_of(campaigner: Campaigner) -> str:
    """Who promotes this and on whose behalf, with their addresses (IMP-2)."""
    return imprints.line(
        Promoter(
            name=campaigner.promoter,
            address=campaigner.address,
            on_behalf_of=campaigner.on_behalf_of,
            on_behalf_address=campaigner.on_behalf_address,
        )
    )


def problems_before_opening(page: ActionPage) -> list[str]:
    """Every reason the page may not be opened, in the organiser's words."""
    problems = []
    if page.slug in RESERVED:
        problems.append(f"“{page.slug}” is Muster's own address: choose another.")
    if not page.title.strip():
        problems.append("Write a title.")
    if page.notice is None:
        problems.append("Add a privacy notice (DP-13).")
    if page.campaigner is None:
        problems.append("Say who promotes this (IMP-1).")
    elif not (page.campaigner.promoter.strip() and page.campaigner.address.strip()):
        problems.append("The imprint needs a name and a postal address (IMP-2).")
    return problems


def open_to_public(page: ActionPage, *, by: Member | None, at: datetime) -> None:
    """Let people use the page. Twice is once. Raises `CannotOpen` with every problem."""
    if problems := problems_before_opening(page):
        raise CannotOpen(*problems)
    with transaction.atomic():
        if ActionPage.objects.filter(pk=page.pk, is_open=False).update(is_open=True):
            page.is_open = True
            journal.record(
                facts.PAGE_OPENED, page.organisation, at=at, by=by, about=("page", page.pk)
            )


def volunteer_page(
    organisation: Organisation, campaigner: Campaigner, *, by: Member | None, at: datetime
) -> ActionPage:
    """The organisation's "Volunteer in {seat}", made and opened if it has none yet.

    Asks for every consent the organisation has words for, the newest of each channel.
    """
    page = ActionPage.objects.filter(organisation=organisation, slug="volunteer").first()
    if page is not None:
        return page
    with transaction.atomic():
        words = notices.standard_words(organisation.name, campaigner.address)
        page = ActionPage.objects.create(
            organisation=organisation,
            kind=ActionPage.Kind.VOLUNTEER,
            slug="volunteer",
            title=VOLUNTEER_TITLE,
            words=VOLUNTEER_WORDS,
            campaigner=campaigner,
            notice=notices.publish(organisation, words, by=by, at=at),
        )
        newest = {
            w.channel: w
            for w in Wording.objects.filter(organisation=organisation).order_by("id")
            if w.purpose == "marketing" and w.channel != "post"
        }
        page.wordings.set(newest.values())
        open_to_public(page, by=by, at=at)
    return page


def _boxes(page: ActionPage) -> tuple[Box, ...]:
    order = {"email": 0, "sms": 1, "call": 2, "post": 3}
    rows = page.wordings.filter(purpose="marketing").order_by("id")
    boxes = [Box(w.pk, w.campaigner_id, w.channel, w.text) for w in rows]
    return tuple(sorted(boxes, key=lambda box: order.get(box.channel, 9)))


def _seat_imprints(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    """A seat's page is its candidate's material where it has one: seat code, imprint."""
    rows = Campaigner.objects.filter(
        organisation=organisation, kind=Campaigner.Kind.CANDIDATE
    ).exclude(place_code="")
    return tuple((c.place_code, imprint_of(c)) for c in rows.order_by("place_code", "id"))

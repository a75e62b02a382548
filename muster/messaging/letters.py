"""A sending's letters: each seat's cut compiled once and judged once, then filled by person."""

import html
import logging
import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from muster.actions.sources import codes_for
from muster.compliance import asking, packs
from muster.compliance.rules import (
    Action,
    Actor,
    Campaigner,
    Contact,
    Decision,
    Kind,
    Promoter,
    RulePack,
    judge_contact,
    judge_material,
)
from muster.content.filling import Open, split_open
from muster.content.models import Cut
from muster.lib import mime
from muster.lib.smtp import Letter
from muster.messaging.claiming import Recipient
from muster.messaging.models import Message, Sending
from muster.messaging.unsubscribing import token_for
from muster.organisations import models as organisations
from muster.places.models import Place

log = logging.getLogger(__name__)
FRESH = 30.0  # seconds a desk is used before campaigners and cuts are read again
COUNTRY = "GB"
NO_SEAT = "your area"
UNSEEN = re.compile(r"<(style|head|script)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
NOBODY = Campaigner(0, "", "", "", Promoter("", ""))


@dataclass(frozen=True, slots=True)
class Ready:
    """One seat's cut: by what law it goes, and compiled for servers of either kind."""

    campaigner: Campaigner
    action: Action
    material: Decision
    compiled: dict[bool, mime.Compiled]
    fields: tuple[Open, ...]
    seat_code: str


NOT_MADE = "This seat's message could not be made. Ask whoever runs Muster to read its log."
UNREADY = Ready(
    NOBODY,
    Action("email", "marketing", (), False, False, False),
    Decision(Kind.BLOCK, "", NOT_MADE),
    {},
    (),
    "",
)


class Desk:
    """Everything one sending's letters are made from. Shared between the lanes of a process."""

    def __init__(self, sending: Sending, at: datetime) -> None:
        self.sending = sending
        self.message = sending.message
        self.account = self.message.account
        self.organisation = sending.organisation
        self.pack: RulePack = packs.pack_for(COUNTRY, at.date())
        self.made_at = time.monotonic()
        cuts = self.message.master.cuts.select_related("place", "campaigner")
        self._cuts = {cut.place_id: cut for cut in cuts}
        self._codes = self._source_codes()
        self._ready: dict[int | None, Ready] = {}
        self._seats: dict[int, Place] = {}

    def law(self, at: datetime) -> "Law":
        return Law(self, at)

    def ready(self, place_id: int | None, at: datetime) -> Ready:
        """A seat's cut, compiled at the first asking; one that cannot be goes to nobody."""
        key = place_id if place_id in self._cuts else None
        if key not in self._ready:
            cut = self._cuts.get(key)
            self._ready[key] = self._prepare(cut, at) if cut else UNREADY
        return self._ready[key]

    def letter(self, recipient: Recipient, *, takes_8bit: bool, at: datetime) -> Letter:
        """One person's message. Raises `mime.BreaksHeader`."""
        ready = self.ready(recipient.place_id, at)
        code = token_for(self.sending.pk, recipient.person_id)
        stop = f"{settings.PUBLIC_ADDRESS}/u/{code}"
        given, family = mime.tidy(recipient.given_name), mime.tidy(recipient.family_name)
        said = {"first_name": given, "unsubscribe": stop, "seat": self._seat(recipient.place_id)}
        domain = self.account.from_address.rpartition("@")[2]
        body = ready.compiled[takes_8bit].fill(
            mime.Person(
                name=f"{given} {family}".strip(),
                address=recipient.address,
                message_id=f"{code}@{domain}",
                unsubscribe=stop if ready.action.has_one_click else "",
                headers={"X-Muster-Delivery": code, "X-Muster-Seat": ready.seat_code},
                fields={f"{o.name}|{o.fallback}": said[o.name] or o.fallback for o in ready.fields},
            ),
            at,
        )
        sender = self.account.from_address.encode()
        return Letter(code, sender, recipient.address.encode(), body, is_whole=True)

    def _source_codes(self) -> dict[int | None, str]:
        if self.message.purpose == "service":
            return {}
        places = [cut.place for cut in self._cuts.values()]
        label = self.message.master.name
        return codes_for(self.organisation, "sending", self.sending.pk, places, label=label)

    def _seat(self, place_id: int | None) -> str:
        if place_id is None:
            return NO_SEAT
        if place_id not in self._seats:
            cut = self._cuts.get(place_id)
            self._seats[place_id] = (cut.place if cut else None) or Place.objects.get(pk=place_id)
        return self._seats[place_id].name

    def _prepare(self, cut: Cut, at: datetime) -> Ready:
        try:
            both = self._compiled(cut)
        except (mime.BreaksHeader, UnicodeError):
            log.exception("the cut of %s cannot be made into a message", cut.place)
            return UNREADY
        action, campaigner = action_of(cut, self.message), campaigner_of(cut, self.organisation)
        return Ready(
            campaigner=campaigner,
            action=action,
            material=judge_material(self.pack, campaigner, actor_of(self.message), action, at),
            compiled=both,
            fields=tuple(f for f in open_fields(cut) if f.name != "link"),
            seat_code=cut.place.code if cut.place else "",
        )

    def _compiled(self, cut: Cut) -> dict[bool, mime.Compiled]:
        """For servers that take 8-bit mail and for those that do not."""
        link = self._link(cut)
        subject, text, designed = (
            _pieces(cut.subject, link, str),
            _pieces(cut.text, link, str),
            _pieces(cut.html, link, html.escape),
        )
        return {
            takes_8bit: mime.compile_letter(
                from_name=mime.tidy(self.account.from_name),
                from_address=self.account.from_address,
                subject=subject,
                text=text,
                designed=designed,
                takes_8bit=takes_8bit,
            )
            for takes_8bit in (True, False)
        }

    def _link(self, cut: Cut) -> str:
        if cut.place is None:
            return f"{settings.PUBLIC_ADDRESS}/{self.organisation.slug}/{self.message.page.slug}"
        page = f"{self.organisation.slug}/{self.message.page.slug}/{cut.place.slug}"
        return f"{settings.PUBLIC_ADDRESS}/{page}?s={self._codes[cut.place_id]}"


@dataclass(frozen=True, slots=True)
class Law:
    """What the law says to each recipient of this sending at this moment."""

    desk: Desk
    at: datetime

    def __call__(self, place_id: int | None, contact: Contact) -> Decision:
        ready = self.desk.ready(place_id, self.at)
        if not ready.material.may_go:
            return ready.material
        return judge_contact(self.desk.pack, ready.campaigner, ready.action, contact, self.at)


_desks: dict[int, Desk] = {}
_guard = threading.Lock()


def desk_for(sending: Sending, at: datetime) -> Desk:
    """The desk of a sending: kept for a while, as many jobs of a process work at the same one."""
    with _guard:
        desk = _desks.get(sending.pk)
        if desk is None or time.monotonic() - desk.made_at > FRESH:
            for stale in [k for k, d in _desks.items() if time.monotonic() - d.made_at > FRESH]:
                del _desks[stale]
            desk = _desks[sending.pk] = Desk(sending, at)
        return desk


def clear_desks() -> None:
    """Forget every desk: what they were made from may have changed."""
    with _guard:
        _desks.clear()


# In the law's terms


def campaigner_of(cut: Cut, organisation: organisations.Organisation) -> Campaigner:
    who = cut.campaigner
    if who is None:
        return NOBODY
    promoter = Promoter(who.promoter, who.address, who.on_behalf_of, who.on_behalf_address)
    return Campaigner(who.pk, who.kind, who.name, organisation.name, promoter)


def actor_of(message: Message) -> Actor:
    account = message.account
    is_registered = account.organisation_id == message.organisation_id
    return Actor(account.from_name, account.from_address, is_registered)


def action_of(cut: Cut, message: Message) -> Action:
    is_marketing = message.purpose != "service"
    names = {found.name for found in open_fields(cut)}
    in_every_part = all("unsubscribe" in _names(part) for part in (cut.text, cut.html))
    return Action(
        channel="email",
        purpose=message.purpose,
        parts=(cut.text, seen_words(cut.html)),
        asks="link" in names or asking.asks(f"{cut.subject}\n{cut.text}"),
        has_unsubscribe=in_every_part,
        has_one_click=is_marketing,
    )


def seen_words(markup: str) -> str:
    """What a reader of the HTML sees, as text."""
    return html.unescape(UNSEEN.sub(" ", markup))


def open_fields(cut: Cut) -> list[Open]:
    found = [o for part in (cut.subject, cut.text, cut.html) for o in split_open(part)[1]]
    return list(dict.fromkeys(found))


def _names(part: str) -> set[str]:
    return {found.name for found in split_open(part)[1]}


def _pieces(part: str, link: str, escape: object) -> list[mime.Piece]:
    """A part's fixed words and its fields; the link is the same for the whole seat."""
    assert callable(escape)
    fixed, fields = split_open(part)
    pieces: list[mime.Piece] = [fixed[0]]
    for field, words in zip(fields, fixed[1:], strict=True):
        pieces.append(escape(link) if field.name == "link" else _field(field))
        pieces.append(words)
    return pieces


def _field(field: Open) -> mime.Field:
    longest = len(settings.PUBLIC_ADDRESS) + 40 if field.name == "unsubscribe" else 60
    return mime.Field(f"{field.name}|{field.fallback}", longest)

"""A sending's letters: each seat's cut compiled once and judged once, then filled by person."""

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from muster.actions.sources import codes_for, told_in
from muster.channels import signing, standing_in
from muster.compliance import packs
from muster.compliance.rules import (
    Action,
    Campaigner,
    Contact,
    Decision,
    Kind,
    RulePack,
    judge_contact,
    judge_material,
)
from muster.content.filling import Open
from muster.content.models import Cut
from muster.lib import dkim, mime
from muster.lib.mail_headers import BreaksHeader, tidy
from muster.lib.smtp import Letter
from muster.messaging.claiming import Recipient
from muster.messaging.compiling import Wording, compiled_for, key_of
from muster.messaging.models import Sending
from muster.messaging.rehearsing import account_for
from muster.messaging.returns.addresses import returning_code, sender_of
from muster.messaging.terms import (
    COUNTRY,
    NOBODY,
    action_of,
    actor_of,
    campaigner_of,
    open_fields,
)
from muster.messaging.unsubscribing import codes_for as codes_of_delivery
from muster.messaging.unsubscribing import opened_code
from muster.places.models import Place

__all__ = ["COUNTRY", "Desk", "action_of", "actor_of", "campaigner_of", "clear_desks", "desk_for"]

log = logging.getLogger(__name__)
FRESH = 30.0  # seconds a desk is used before campaigners and cuts are read again
NO_SEAT = "your area"
OF_PEOPLE = ("first_name", "seat")  # open fields that are filled with words, not addresses


@dataclass(frozen=True, slots=True)
class Ready:
    """One seat's cut: by what law it goes, and its words to compile for the server at hand."""

    campaigner: Campaigner
    action: Action
    material: Decision
    wording: Wording
    fields: tuple[Open, ...]
    seat: str
    compiled: dict[bool, mime.Compiled] = field(default_factory=dict)
    counted: dict[bool, mime.Compiled] = field(default_factory=dict)
    """The same with a picture that tells of being opened: for those alone who agreed to it."""


NOT_MADE = "This seat's message could not be made. Ask whoever runs Muster to read its log."
UNREADY = Ready(
    NOBODY,
    Action("email", "marketing", (), False, False, False),
    Decision(Kind.BLOCK, "", NOT_MADE),
    Wording("", "", "", "", "", "", (), False),
    (),
    "",
)


class Desk:
    """Everything one sending's letters are made from. Shared between the lanes of a process."""

    def __init__(self, sending: Sending, at: datetime) -> None:
        self.sending = sending
        self.message = sending.message
        account = self.message.spoken
        self.account = account_for(account) if sending.is_rehearsal else account
        self.ways = [self.account] if sending.is_rehearsal else standing_in.ways_of(account)
        self.organisation = sending.organisation
        self.pack: RulePack = packs.pack_for(COUNTRY, at.date())
        self.made_at = time.monotonic()
        cuts = self.message.master.cuts.select_related("place", "campaigner")
        self._cuts = {cut.place_id: cut for cut in cuts}
        # Service mail goes to people where they acted, wherever they live now.
        seats = frozenset(place_id for place_id in self._cuts if place_id is not None)
        self.seats = seats if self.message.target_list_id else None
        self._codes = self._source_codes()
        self._own_pages = f"{settings.PUBLIC_ADDRESS}/{self.organisation.slug}/"
        self._ready: dict[int | None, Ready] = {}
        self._guard = threading.Lock()
        self.cannot_sign = ""
        self._signers = self._ask_for_signers()
        self._sending_id = int(sending.pk)
        self._sender = self.account.from_address.encode()
        self._return_domain = self.account.return_domain.encode()

    def law(self, at: datetime) -> "Law":
        return Law(self, at)

    def ready(self, place_id: int | None, at: datetime) -> Ready:
        """A seat's cut, made ready at the first asking; one that cannot be goes to nobody."""
        found = self._ready.get(place_id)
        if found is None:
            with self._guard:  # not by every lane at once
                if place_id not in self._ready:
                    self._ready[place_id] = self._prepare(place_id, at)
                found = self._ready[place_id]
        return found

    def letter(self, recipient: Recipient, *, takes_8bit: bool, at: datetime) -> Letter:
        """One person's message. Raises `BreaksHeader`."""
        ready = self.ready(recipient.place_id, at)
        is_counted = recipient.is_counted
        made = ready.counted if is_counted else ready.compiled
        compiled = made.get(takes_8bit)
        if compiled is None:
            compiled = made[takes_8bit] = compiled_for(ready.wording, takes_8bit, is_counted)
        code, choices = codes_of_delivery(self._sending_id, recipient.person_id)
        given, family = (
            tidy(recipient.given_name),
            tidy(recipient.family_name),
        )
        said = {
            "code": code,
            "choices": choices,
            "first_name": given,
            "seat": ready.seat,
        }
        if is_counted:
            said["opened"] = opened_code(self._sending_id, recipient.person_id)
        sender = self._sender
        if self._return_domain:
            said["returning"] = returning_code(code)
            sender = sender_of(said["returning"], self._return_domain)
        for open_field in ready.fields:
            said[key_of(open_field)] = said[open_field.name] or open_field.fallback
        person = mime.Person(f"{given} {family}".strip(), recipient.address, said)
        body, is_plain = compiled.fill(person, at)
        if self._signers:
            body = dkim.signed(body, self._signers, int(at.timestamp()))
        return Letter(code, sender, recipient.address.encode(), body, is_plain)

    def _ask_for_signers(self) -> tuple[dkim.Signer, ...]:
        try:
            return signing.signers_for(self.account)
        except signing.CannotSign as refusal:
            self.cannot_sign = str(refusal)
            return ()

    def _source_codes(self) -> dict[int | None, str]:
        if self.message.purpose == "service":
            return {}
        places = [cut.place for cut in self._cuts.values()]
        label = self.message.master.name
        return codes_for(self.organisation, "sending", self.sending.pk, places, label=label)

    def _prepare(self, place_id: int | None, at: datetime) -> Ready:
        cut = self._cuts.get(place_id) or self._cuts.get(None)
        if cut is None:
            return UNREADY
        action = action_of(cut, self.message)
        wording = self._wording(cut, action, place_id)
        try:
            compiled_for(wording, takes_8bit=True)
        except (BreaksHeader, UnicodeError):
            log.exception("the cut of %s cannot be made into a message", cut.place)
            return UNREADY
        campaigner = campaigner_of(cut, self.organisation)
        return Ready(
            campaigner=campaigner,
            action=action,
            material=judge_material(self.pack, campaigner, actor_of(self.message), action, at),
            wording=wording,
            fields=tuple(f for f in open_fields(cut) if f.name in OF_PEOPLE),
            seat=self._seat(cut, place_id),
        )

    def _seat(self, cut: Cut, place_id: int | None) -> str:
        if place_id is None:
            return NO_SEAT
        return (cut.place or Place.objects.get(pk=place_id)).name

    def _wording(self, cut: Cut, action: Action, place_id: int | None) -> Wording:
        headers = [("X-Muster-Seat", cut.place.code if cut.place else "")]
        answers_elsewhere = self.message.sender.reply_to if self.message.sender else ""
        if answers_elsewhere:
            headers.append(("Reply-To", answers_elsewhere))
        if self.sending.is_rehearsal:
            headers.append(("X-Muster-Rehearsal", "yes"))
        own, code = self._own_pages, self._codes.get(cut.place_id, "")
        return Wording(
            subject=cut.subject,
            text=told_in(cut.text, own, code) if code else cut.text,
            html=told_in(cut.html, own, code, "&amp;") if code else cut.html,
            link=self._link(cut, place_id),
            source=code,
            from_name=tidy(self.account.from_name),
            from_address=self.account.from_address,
            headers=tuple(headers),
            has_one_click=action.has_one_click,
            reply_domain="" if answers_elsewhere else self.account.return_domain,
        )

    def _link(self, cut: Cut, place_id: int | None) -> str:
        """Where the letter leads in this seat, with the source code of what carries it."""
        place = cut.place
        if place is None and place_id is not None:
            place = Place.objects.get(pk=place_id)
        parts = [self.organisation.slug, self.message.page.slug, place.slug if place else ""]
        address = "/".join([settings.PUBLIC_ADDRESS, *filter(None, parts)])
        code = self._codes.get(cut.place_id)
        return f"{address}?s={code}" if code else address


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
    """The desk of a sending: kept for a while, as many jobs of a process work at the same one.

    One made before a seat's words were changed (a held one, cut anew) is not used again.
    """
    with _guard:
        desk = _desks.get(sending.pk)
        changed_at = sending.message.master.changed_at
        is_old = desk is not None and desk.message.master.changed_at != changed_at
        if desk is None or is_old or time.monotonic() - desk.made_at > FRESH:
            for stale in [k for k, d in _desks.items() if time.monotonic() - d.made_at > FRESH]:
                del _desks[stale]
            desk = _desks[sending.pk] = Desk(sending, at)
        return desk


def clear_desks() -> None:
    """Forget every desk: what they were made from may have changed."""
    with _guard:
        _desks.clear()

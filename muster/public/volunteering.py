"""The page people land on: "Volunteer in {seat}", its answer, and the thanks."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from muster.actions import rules, signing, visiting
from muster.actions.pages import Seat, Shown
from muster.actions.rules import Read, Typed
from muster.lib.times import now
from muster.places.postcodes import Found
from muster.public import answers, drawing, forms, limits, stamps
from muster.public.confirmations import SIGN, SIGN_AND_CONFIRM
from muster.public.database import AWAY
from muster.public.forms import Malformed
from muster.public.machines import is_machine
from muster.public.state import Public, of

QUICKEST = 2.0
"""Seconds below which nobody reads, types and presses."""
LONGEST_OPEN = 7 * 24 * 3600.0
"""Seconds after which a form is looked over once more before it counts."""


async def show(request: Request) -> Response:
    """GET: the page from the rendered cache; only its stamp and source are new."""
    public = of(request)
    try:
        kept = await public.shelf.page(*_address(request))
    except AWAY:
        return answers.away(request)
    seat, is_known = _seat(request, public)
    if kept.shown is None or not is_known:
        return answers.not_found(request)
    filled = drawing.ready(kept, seat, public.shelf.seats)
    source = drawing.source_in(request.query_params.get("s"))
    middle = drawing.hidden(stamps.fresh(now()), source)
    if source:
        is_by_machine = is_machine(request.method, request.headers)
        visit = visiting.row(source, is_machine=is_by_machine, at=now())
        public.visits.add(kept.shown.organisation_id, visit)
    is_zipped = answers.takes_gzip(request)
    body = filled.around(middle) if is_zipped else filled.plain(middle)
    headers = answers.headers_for(kept.shown.accent, is_zipped=is_zipped, keep=True)
    return Response(body, headers=headers)


async def take(request: Request) -> Response:
    """POST: take the sign-up in, or give the form back as it was filled, saying why."""
    public = of(request)
    try:
        fields = await forms.sent(request)
    except Malformed as refusal:
        return answers.words(
            request,
            "We could not read that",
            f"{refusal} Nothing was kept.",
            "Go back, look over the form and press the button again.",
            status=refusal.status,
        )
    try:
        kept = await public.shelf.page(*_address(request))
        seat, is_known = _seat(request, public)
        if kept.shown is None or not is_known:
            return answers.not_found(request)
        await public.open_book()
    except AWAY:
        return answers.away(request)
    return await Attempt(request, public, kept.shown, seat, fields).answer()


class Attempt:
    """One press of the button: everything typed, until it is taken in or given back."""

    def __init__(
        self, request: Request, public: Public, shown: Shown, seat: Seat | None, fields: forms.Sent
    ) -> None:
        self.request, self.public, self.shown, self.seat = request, public, shown, seat
        self.at = now()
        self.typed = forms.typed(fields)
        self.stamp = fields.get("stamp", [""])[0]
        self.source = drawing.source_in(fields.get("s", [""])[0])

    async def answer(self) -> Response:
        stamp = self._stamp()
        read, found = forms.understood(self.typed, self.public.shelf.seats)
        offered = {str(box.wording_id): box.channel for box in self.shown.boxes}
        if problems := rules.problems_of(self.typed, read, offered):
            self.typed = replace(self.typed, consent=rules.known(self.typed.consent, offered))
            return self.give_back(problems=problems, status=422)
        if stamp is None or (held := self._held(stamp)):
            return self.give_back(said=held if stamp else drawing.STALE, status=422)
        if wait := self._over_limit(read.email):
            return self.give_back(said=drawing.crowded(wait), status=429, retry_after=wait)
        it = self._sign_up(read, found, stamp)
        try:
            await self._sign(it)
        except AWAY:
            return self.give_back(said=drawing.AWAY, status=503, retry_after=30)
        return self._on_to_thanks(it)

    def give_back(
        self,
        *,
        said: str = "",
        problems: dict[str, str] | None = None,
        status: int,
        retry_after: int = 0,
    ) -> Response:
        """The form as they left it, with what to do on top. The same stamp: still one press."""
        body = drawing.form(
            self.shown,
            self.seat,
            self.public.shelf.seats,
            typed=self.typed,
            problems=problems or {},
            said=said,
            hidden=drawing.hidden(self.stamp, self.source).decode(),
        )
        return answers.page(
            self.request, body, accent=self.shown.accent, status=status, retry_after=retry_after
        )

    def _stamp(self) -> stamps.Stamp | None:
        """The form's own stamp; None, and a fresh one in its place, if it is not one of ours."""
        try:
            stamp = stamps.read(self.stamp)
        except stamps.BadStamp:
            stamp = None
        if stamp is None or (self.at - stamp.made_at).total_seconds() > LONGEST_OPEN:
            self.stamp = stamps.fresh(self.at)
            return None
        return stamp

    def _held(self, stamp: stamps.Stamp) -> str:
        age = (self.at - stamp.made_at).total_seconds()
        return drawing.QUICK if age < QUICKEST else ""

    def _over_limit(self, email: str) -> int:
        network = self.public.by_network.wait(limits.network_of(self.request))
        return network or self.public.by_email.wait(f"{self.shown.organisation_id}:{email}")

    def _sign_up(self, read: Read, found: Found | None, stamp: stamps.Stamp) -> signing.SignUp:
        is_placed = found is not None and found.seat_id is not None
        return signing.SignUp(
            organisation_id=self.shown.organisation_id,
            page_id=self.shown.page_id,
            page_slug=self.shown.slug,
            page_place_id=self.seat.id if self.seat else None,
            submission=stamp.submission_by(read.email),
            given_name=self.typed.given,
            family_name=self.typed.family,
            email=read.email,
            phone=read.phone,
            postcode=found.postcode if found and found.kind != "malformed" else "",
            seat_id=read.seat_id,
            seat_how="postcode" if is_placed else "said",
            ward_id=found.ward_id if found else None,
            can_do=self.typed.can,
            can_when=self.typed.when,
            agreed=self._agreed(self.typed),
            source=self.source,
            form=self.request.url.path[:200],
            notice=self.shown.notice,
        )

    def _agreed(self, typed: Typed) -> tuple[signing.Agreed, ...]:
        return tuple(
            signing.Agreed(box.wording_id, box.channel, box.campaigner_id)
            for box in self.shown.boxes
            if str(box.wording_id) in typed.consent
        )

    async def _sign(self, it: signing.SignUp) -> None:
        values = signing.parameters(it, at=self.at)
        service = await self.public.confirmations.open_for(it.page_id, at=self.at)
        if service is None:
            await self.public.database.ask(SIGN, values, organisation=it.organisation_id)
            return
        values["sending"], values["month"] = service
        await self.public.database.ask(SIGN_AND_CONFIRM, values, organisation=it.organisation_id)

    def _on_to_thanks(self, it: signing.SignUp) -> Response:
        """To the thanks of the seat they told us: whom we may know them as gives nobody away.

        303, so that going back or reloading sends nothing twice.
        """
        seat = self.public.shelf.seats.by_id.get(it.seat_id or 0, self.seat)
        place = f"/{seat.slug}" if seat else ""
        sealed = quote(stamps.seal(bytes(16), self.at))
        base = f"/{self.shown.organisation_slug}/{self.shown.slug}{place}"
        return RedirectResponse(f"{base}/thanks?at={sealed}", 303, {"cache-control": "no-store"})


async def thank(request: Request) -> Response:
    """GET: thank you, who gets in touch and by when, and a link to share."""
    public = of(request)
    try:
        kept = await public.shelf.page(*_address(request))
        seat, is_known = _seat(request, public)
        if kept.shown is None or not is_known:
            return answers.not_found(request)
        owner = await public.shelf.owner(kept.shown.organisation_id, seat.id if seat else None)
        share = await public.shares.link(kept.shown, seat)
        service = await public.confirmations.open_for(kept.shown.page_id, at=now())
    except AWAY:
        return answers.away(request)
    body = drawing.thanks(
        kept.shown,
        seat,
        owner=owner,
        signed_at=_signed_at(request),
        share=share,
        confirms=service is not None,
    )
    return answers.page(request, body, accent=kept.shown.accent)


def _signed_at(request: Request) -> datetime | None:
    """When they pressed, from the address; None: it was altered, so no day is promised."""
    try:
        return stamps.read(request.query_params.get("at", "")).made_at
    except stamps.BadStamp:
        return None


def _address(request: Request) -> tuple[str, str]:
    return request.path_params["organisation"], request.path_params["page"]


def _seat(request: Request, public: Public) -> tuple[Seat | None, bool]:
    """The page's seat, and whether the address names one that exists (or none at all)."""
    slug = request.path_params.get("seat")
    if slug is None:
        return None, True
    seat = public.shelf.seats.by_slug.get(slug)
    return seat, seat is not None

"""Reading what a browser sent: small, UTF-8, one field a line, or refused in words."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from muster.actions import rules
from muster.actions.rules import Typed
from muster.people.contacts import NotAnEmail, NotAPhone, normal_email, normal_phone
from muster.places.postcodes import Found, find
from muster.public.shelf import Seats

MOST_BYTES = 16_384
MOST_FIELDS = 80
LONGEST = 300


class Malformed(Exception):
    """No browser of ours sent this: what is wrong with it, and the status to say it with."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


Sent = dict[str, list[str]]


async def sent(request: Request, *, longest: int = LONGEST) -> Sent:
    """The fields of a form, in order, none with more letters than that. Raises `Malformed`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Malformed("This address takes a plain form.")
    body = await _body(request)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError as refusal:
        raise Malformed("The form came garbled.") from refusal
    fields: Sent = {}
    for name, value in pairs:
        if "\x00" in value or len(value) > longest:
            raise Malformed("One of the boxes holds more than it may.")
        fields.setdefault(name, []).append(value)
    return fields


async def sent_by_anyone(request: Request) -> Sent:
    """The fields if it is a plain form; none otherwise: mail programs send what they like.

    Raises `Malformed` when it is too long.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return await sent(request)
    await _body(request)
    return {}


def typed(fields: Sent) -> Typed:
    """What was typed and ticked: one-line boxes tidied, choices among those offered."""

    def line(name: str) -> str:
        return rules.one_line(fields.get(name, [""])[0])

    return Typed(
        given=line("given"),
        family=line("family"),
        email=line("email"),
        phone=line("phone"),
        postcode=line("postcode"),
        seat=line("seat"),
        can=rules.known(fields.get("can", []), rules.CAN_DO),
        when=rules.known(fields.get("when", []), rules.CAN_WHEN),
        consent=tuple(dict.fromkeys(fields.get("consent", []))),
        old_enough="old_enough" in fields,
        website=line("website"),
    )


def understood(it: Typed, seats: Seats) -> tuple[rules.Read, Found | None]:
    """What we make of it: addresses in their one form, the seat by postcode or as they said."""
    email, email_wrong = "", ""
    if it.email:
        try:
            email = normal_email(it.email)
        except NotAnEmail:
            email_wrong = "Type your e-mail address in full, like name@example.org."
    phone, phone_wrong = "", ""
    if it.phone:
        try:
            phone = normal_phone(it.phone)
        except NotAPhone:
            phone_wrong = "Type your own phone number, like 07700 900123, or leave it empty."
    found = find(it.postcode) if it.postcode else None
    said = next((seat for seat in seats.all if seat.name == it.seat), None) if it.seat else None
    seat_id = found.seat_id if found and found.seat_id else said.id if said else None
    read = rules.Read(
        email=email,
        email_wrong=email_wrong,
        phone=phone,
        phone_wrong=phone_wrong,
        seat_id=seat_id,
        seat_wrong="Choose your seat from the list." if it.seat and not said else "",
        postcode_wrong=_postcode_wrong(found, is_said=said is not None),
    )
    return read, found


def _postcode_wrong(found: Found | None, *, is_said: bool) -> str:
    """A postcode that names no seat is no fault once they say their seat; a mistyped one is."""
    if found is None or found.kind == "found":
        return ""
    if found.kind == "malformed":
        return found.words
    return "" if is_said else found.words


async def _body(request: Request) -> bytes:
    told = request.headers.get("content-length", "0")
    if not told.isdigit() or int(told) > MOST_BYTES:
        raise Malformed("That is more than this form can hold.", 413)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise Malformed("That is more than this form can hold.", 413)
        parts.append(part)
    return b"".join(parts)

"""Drawing the sign-up pages."""

import re
from datetime import datetime, timedelta
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from muster.actions import rules
from muster.actions.leads import CLOCK
from muster.actions.pages import Seat, Shown
from muster.actions.rules import Typed
from muster.lib.gzipped import Filled
from muster.public.answers import html
from muster.public.shelf import Kept, Seats

QUICK = "That was so quick that we held it, in case a robot sent it. Press the button once more."
STALE = "This page was open for a long time. Look over what you typed, then press the button again."
AWAY = (
    "We could not take this in just now: something of ours is being mended. Nothing you typed is"
    " lost. Wait half a minute and press the button again."
)
MARK = "<!--here goes what is new every time-->"
_CODE = re.compile(r"[A-Za-z0-9]{1,16}")

FIELDS = {
    "given": "given",
    "family": "family",
    "postcode": "postcode",
    "email": "email",
    "phone": "phone",
    "consent": "consent-0",
    "old_enough": "old_enough",
    "website": "website",
}
"""The form's fields in order, each with the id that a problem's link leads to."""


def crowded(seconds: int) -> str:
    wait = f"{seconds} seconds" if seconds < 90 else f"{-(-seconds // 60)} minutes"
    return (
        "A great many sign-ups came from where you are, or with your e-mail address. Nothing you"
        f" typed is lost: press the button again in {wait}."
    )


def source_in(text: str | None) -> str:
    """A source code as it stands in a link; empty if it cannot be one."""
    return text if text and _CODE.fullmatch(text) else ""


def hidden(stamp: str, source: str) -> bytes:
    """The form's hidden boxes: its stamp, and the code of the link that led here."""
    return (
        f'<input type="hidden" name="stamp" value="{escape(stamp)}">'
        f'<input type="hidden" name="s" value="{escape(source)}">'
    ).encode()


def ready(kept: Kept, seat: Seat | None, seats: Seats) -> Filled:
    """The empty page of one seat, drawn once for as long as nothing about it changes."""
    assert kept.shown is not None
    slug = seat.slug if seat else ""
    if slug not in kept.drawn:
        whole = form(kept.shown, seat, seats, typed=Typed(), problems={}, said="", hidden=MARK)
        head, _, tail = whole.partition(MARK)
        kept.drawn[slug] = Filled(head.encode(), tail.encode())
    return kept.drawn[slug]


def form(
    shown: Shown,
    seat: Seat | None,
    seats: Seats,
    *,
    typed: Typed,
    problems: dict[str, str],
    said: str,
    hidden: str,
) -> str:
    """The whole page. `hidden` is markup of our own making."""
    return html(
        "volunteer.html",
        shown.accent,
        shown=shown,
        title=shown.title_in(seat),
        words=paragraphs(shown.words_in(seat)),
        seats=seats.all,
        typed=typed,
        problems=[(FIELDS[f], f, problems[f]) for f in FIELDS if f in problems],
        wrong=problems,
        said=said,
        hidden=hidden,
        can_do=rules.CAN_DO,
        can_when=rules.CAN_WHEN,
        imprint=shown.imprint_in(seat),
        is_demonstration=shown.is_demonstration,
    )


def thanks(
    shown: Shown,
    seat: Seat | None,
    *,
    owner: str,
    signed_at: datetime | None,
    share: str,
    confirms: bool,
) -> str:
    """Thank you, and what happens next: only what does. `confirms`: an e-mail can go out."""
    words = f"{shown.title_in(seat)} with {shown.organisation}: {share}"
    return html(
        "thanks.html",
        shown.accent,
        shown=shown,
        seat=seat,
        owner=owner,
        confirms=confirms,
        by=_by(signed_at, shown.time_zone),
        words=paragraphs(shown.thanks_in(seat)),
        share=share,
        mail=f"mailto:?subject={quote(shown.title_in(seat))}&body={quote(words)}",
        text=f"sms:?&body={quote(words)}",
        whatsapp=f"https://wa.me/?text={quote(words)}",
        imprint=shown.imprint_in(seat),
        is_demonstration=shown.is_demonstration,
    )


def paragraphs(text: str) -> list[tuple[str, str]]:
    """Plain words as (tag, words): blank lines part paragraphs, "## " begins a heading."""
    found: list[tuple[str, str]] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        head, _, rest = block.partition("\n")
        if head.startswith("## "):
            found.append(("h2", head[3:].strip()))
            block = rest
        if words := " ".join(block.split()):
            found.append(("p", words))
    return found


def _by(signed_at: datetime | None, zone: str) -> str:
    """The day the clock runs out, where they live: "Tuesday 24 November"."""
    if signed_at is None:
        return ""
    due = (signed_at + timedelta(hours=CLOCK)).astimezone(ZoneInfo(zone))
    return f"{due:%A} {due.day} {due:%B}"

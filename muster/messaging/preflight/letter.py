"""One seat's letter as it would travel, taken apart again: what a receiver has before it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape

from django.conf import settings

from muster.content.filling import SAMPLE
from muster.content.models import Cut
from muster.lib import mime
from muster.lib.mail_headers import tidy
from muster.messaging.compiling import Wording, compiled_for, key_of
from muster.messaging.models import Message
from muster.messaging.terms import action_of, open_fields, seen_words

CODE = "0" * 40  # as long as a code of somebody's own is
LINK = re.compile(r'<a\b[^>]*?href="([^"]*)"', re.IGNORECASE)
PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
SOURCE = re.compile(r'src="([^"]*)"', re.IGNORECASE)
ALT = re.compile(r'\balt="\s*[^"\s]', re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """What is in it. `links` and `pictures` are addresses; `undescribed` pictures say nothing."""

    raw: bytes
    headers: Mapping[str, str]
    text: str
    words: str
    size: int
    links: tuple[str, ...]
    pictures: tuple[str, ...]
    undescribed: int


def seen(cut: Cut, message: Message, link: str, at_words: str = SAMPLE["first_name"]) -> Seen:
    """The letter of one seat to somebody made up. Raises `BreaksHeader`, `UnicodeError`."""
    raw = _raw(cut, message, link, at_words)
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    html = _part(found, "html")
    images = PICTURE.findall(html)
    return Seen(
        raw=raw,
        headers={name.lower(): str(value) for name, value in found.items()},
        text=_part(found, "plain"),
        words=seen_words(html),
        size=len(html.encode()),
        links=tuple(dict.fromkeys(unescape(one) for one in LINK.findall(html))),
        pictures=tuple(unescape(s) for image in images for s in SOURCE.findall(image)),
        undescribed=sum(1 for image in images if not ALT.search(image)),
    )


def link_of(cut: Cut, message: Message) -> str:
    """The seat's own page, its source code as long as it will be."""
    page = f"{settings.PUBLIC_ADDRESS}/{message.organisation.slug}/{message.page.slug}"
    return f"{page}/{cut.place.slug}?s={CODE[:10]}" if cut.place else page


def _raw(cut: Cut, message: Message, link: str, first_name: str) -> bytes:
    account = message.spoken
    wording = Wording(
        subject=cut.subject,
        text=cut.text,
        html=cut.html,
        link=link,
        from_name=tidy(account.from_name),
        from_address=account.from_address,
        headers=(),
        has_one_click=action_of(cut, message).has_one_click,
    )
    said = {"code": CODE, "choices": CODE, "first_name": first_name}
    said["seat"] = cut.place.name if cut.place else ""
    for field in open_fields(cut):
        said[key_of(field)] = said.get(field.name, "") or field.fallback
    person = mime.Person(first_name, "alex@example.org", said)
    body, _ = compiled_for(wording, takes_8bit=True).fill(person, cut.cut_at)
    return body


def _part(found: EmailMessage, kind: str) -> str:
    part = found.get_body((kind,))
    return str(part.get_content()) if part is not None else ""

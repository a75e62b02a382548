"""Compiling a seat's message: from plain words to something that is filled by joining bytes."""

import html
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from muster.content.filling import Open, split_open
from muster.lib import mime
from muster.messaging.returns.addresses import REPLY

OWN = {
    "unsubscribe": ("/u/", "code"),
    "preferences": ("/p/", "choices"),
    "opened": ("/o/", "opened"),
}
"""Addresses of one's own: the path, and the field that holds its code."""
UNSEEN = 'width="1" height="1" alt="" style="display:block;border:0"'


@dataclass(frozen=True, slots=True)
class Wording:
    """All that one seat's message is compiled from, as plain values."""

    subject: str
    text: str
    html: str
    link: str
    from_name: str
    from_address: str
    headers: tuple[tuple[str, str], ...]
    has_one_click: bool
    reply_domain: str = ""
    source: str = ""


@lru_cache(maxsize=2000)
def compiled_for(wording: Wording, takes_8bit: bool, is_counted: bool = False) -> mime.Compiled:
    """One seat's message, compiled: kept over desks, as the same words come again and again.

    Raises `mail_headers.BreaksHeader`.
    """
    code = mime.Field("code")
    domain = wording.from_address.rpartition("@")[2]
    headers: dict[str, list[mime.Piece]] = {"Message-ID": ["<", code, f"@{domain}>"]}
    if wording.has_one_click:
        headers["List-Unsubscribe"] = ["<", *_address("unsubscribe"), ">"]
        headers["List-Unsubscribe-Post"] = ["List-Unsubscribe=One-Click"]
    headers["X-Muster-Delivery"] = [code]
    if wording.reply_domain:
        headers["Reply-To"] = [REPLY, mime.Field("returning"), f"@{wording.reply_domain}"]
    headers |= {name: [words] for name, words in wording.headers}
    return mime.compile_letter(
        from_name=wording.from_name,
        from_address=wording.from_address,
        subject=_pieces(wording.subject, wording.link),
        text=_pieces(wording.text, wording.link, wording.source),
        designed=_designed(wording, is_counted),
        headers=headers,
        takes_8bit=takes_8bit,
    )


def _designed(wording: Wording, is_counted: bool) -> list[mime.Piece]:
    """The designed part; a picture that tells of being opened goes last, where asked for."""
    link = html.escape(wording.link)
    if not is_counted:
        return _pieces(wording.html, link, wording.source)
    before, end, after = wording.html.rpartition("</body>")
    picture: list[mime.Piece] = ['<img src="', *_address("opened"), f'" {UNSEEN}>']
    return [*_pieces(before, link, wording.source), *picture, *_pieces(end + after, link)]


def key_of(open_field: Open) -> str:
    """What a field is called when it is filled: with its fallback, as the two go together."""
    return f"{open_field.name}|{open_field.fallback}"


def _pieces(part: str, link: str, source: str = "") -> list[mime.Piece]:
    """A part's fixed words and its fields; link and source are the same for the whole seat."""
    fixed, fields = split_open(part)
    pieces: list[mime.Piece] = [fixed[0]]
    for found, words in zip(fields, fixed[1:], strict=True):
        if found.name == "link":
            pieces.append(link)
        elif found.name == "source":
            pieces.append(source)
        elif found.name in OWN:
            pieces += _address(found.name)
        else:
            pieces.append(mime.Field(key_of(found)))
        pieces.append(words)
    return pieces


def _address(name: str) -> list[mime.Piece]:
    """A person's own address: fixed but for its code, which alone is put in for each letter."""
    path, code = OWN[name]
    return [f"{settings.PUBLIC_ADDRESS}{path}", mime.Field(code)]

"""E-mail compiled once and filled for each person by joining bytes (RFC 5322, 2045–2047, 8058).

`compile_letter` does the slow work for one text: it splits both parts at their open fields,
encodes what lies between, and leaves `Compiled.fill` to escape and join a person's own words.
Line ends are CRLF throughout; no line passes 998 bytes; nothing in a header can break out of it.
"""

import html
import quopri
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.lib.mail_headers import (
    LONGEST_LINE,
    BreaksHeader,
    date_header,
    has_control,
    mailbox,
    plain_header,
    tidy,
    words_header,
)

ESCAPED = 6  # bytes that one character may become: `&quot;`


@dataclass(frozen=True, slots=True)
class Field:
    """Where a person's own words go. Words beyond `longest` characters are cut off."""

    name: str
    longest: int = 60


Piece = str | Field


@dataclass(frozen=True, slots=True)
class Person:
    """What one copy says of its recipient. `fields` are plain words, not yet escaped."""

    name: str
    address: str
    fields: Mapping[str, str]


DOT = b"."
TO, SUBJECT, DATE = 1, 3, 5  # where these stand among the pieces of every message


@dataclass(frozen=True, slots=True)
class _Open:
    """A field in one kind of place: how its words are put there, and at which pieces."""

    name: str
    longest: int
    put: Callable[[str], bytes]
    where: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """One message for many people, in the order it travels. Made by `compile_letter`.

    Between its fixed pieces are empty ones, which a person's own words fill.
    """

    pieces: tuple[bytes, ...]
    open: tuple[_Open, ...]
    subject: tuple[Piece, ...]
    has_dots: bool  # may a line begin with a dot, whoever it is for?

    def fill(self, person: Person, at: datetime) -> tuple[bytes, bool]:
        """The whole message for one person, CRLF, not dot-stuffed; and whether it is certain
        that no line of it begins with a dot, as looking for one takes longer than all of this.

        Raises `BreaksHeader` and, for a field the person lacks, `KeyError`.
        """
        fields = person.fields
        subject = [p if isinstance(p, str) else fields[p.name] for p in self.subject]
        whole = list(self.pieces)
        whole[TO] = mailbox(person.name, person.address)
        whole[SUBJECT] = words_header("".join(subject), used=9)
        whole[DATE] = date_header(int(at.timestamp()))
        is_plain = not self.has_dots
        for field in self.open:
            ready = field.put(fields[field.name][: field.longest])
            if DOT in ready and may_begin_with_dot(ready):
                is_plain = False
            for where in field.where:
                whole[where] = ready
        return b"".join(whole), is_plain


def compile_letter(
    *,
    from_name: str,
    from_address: str,
    subject: Sequence[Piece],
    text: Sequence[Piece],
    designed: Sequence[Piece],
    headers: Mapping[str, Sequence[Piece]],
    takes_8bit: bool = True,
) -> Compiled:
    """Prepare a message of a plain and a designed (HTML) part.

    `designed` is HTML already; what is put into its fields later is escaped. `headers` are
    further ones, in ASCII. Raises `BreaksHeader` when the sender's name or fixed words cannot
    stand in a header.
    """
    for piece in (from_name, *(p for p in subject if isinstance(p, str))):
        if has_control(piece):
            raise BreaksHeader(piece)
    boundary = f"=_{secrets.token_hex(12)}".encode()
    plain, plain_how = _part(text, takes_8bit, _as_words)
    rich, rich_how = _part(designed, takes_8bit, _as_html)
    pieces: list[bytes | _Put] = [b"From: " + mailbox(from_name, from_address) + b"\r\nTo: ", b""]
    pieces += [b"\r\nSubject: ", b"", b"\r\nDate: ", b""]
    for name, words in headers.items():
        pieces.append(f"\r\n{name}: ".encode("ascii"))
        pieces += [plain_header(w) if isinstance(w, str) else _Put(w, plain_header) for w in words]
    pieces.append(
        b"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative;"
        b'\r\n boundary="' + boundary + b'"\r\n\r\n' + _part_head(boundary, b"plain", plain_how)
    )
    pieces += [*plain, b"\r\n" + _part_head(boundary, b"html", rich_how), *rich]
    pieces.append(b"\r\n--" + boundary + b"--\r\n")
    return _joined(pieces, tuple(subject))


@dataclass(frozen=True, slots=True)
class _Put:
    """A field among the pieces, and how its words are put there."""

    field: Field
    put: Callable[[str], bytes]


def _joined(pieces: Sequence[bytes | _Put], subject: tuple[Piece, ...]) -> Compiled:
    """Neighbouring fixed pieces made one; each field is put once for all its places of a kind."""
    fixed: list[bytes] = []
    open_at: dict[_Put, list[int]] = {}
    for piece in pieces:
        if isinstance(piece, _Put):
            open_at.setdefault(piece, []).append(len(fixed))
            fixed.append(b"")
        elif len(fixed) > DATE + 1 and fixed[-1]:  # the first are filled by their number
            fixed[-1] += piece
        else:
            fixed.append(piece)
    found = [_Open(p.field.name, p.field.longest, p.put, tuple(at)) for p, at in open_at.items()]
    has_dots = any(map(may_begin_with_dot, fixed))
    return Compiled(tuple(fixed), tuple(found), subject, has_dots)


def may_begin_with_dot(piece: bytes) -> bool:
    """May one of its lines, its first perhaps in the middle of one, begin with a dot?"""
    return piece.startswith(DOT) or b"\n." in piece


def _part(
    pieces: Sequence[Piece], takes_8bit: bool, escape: Callable[[str], str]
) -> tuple[list[bytes | _Put], bytes]:
    """Split a part at its fields and say how it travels (its transfer encoding)."""
    fixed, fields = [""], []
    for piece in pieces:
        if isinstance(piece, Field):
            fields.append(piece)
            fixed.append("")
        else:
            fixed[-1] += _crlf(piece)
    put: Callable[[str], bytes]
    if takes_8bit and _is_short(fixed, fields):
        put, how, ready = _plainly(escape), b"8bit", [f.encode("utf-8") for f in fixed]
    else:
        put, how, ready = _softly(escape), b"quoted-printable", [_quoted(f) for f in fixed]
    parts: list[bytes | _Put] = [ready[0]]
    for field, words in zip(fields, ready[1:], strict=True):
        parts += [_Put(field, put), words]
    return parts, how


def _plainly(escape: Callable[[str], str]) -> Callable[[str], bytes]:
    return lambda words: escape(words).encode("utf-8")


def _softly(escape: Callable[[str], str]) -> Callable[[str], bytes]:
    """A soft line break on either side keeps a field's line apart from its neighbours'."""
    return lambda words: b"=\r\n" + _quoted(escape(words)) + b"=\r\n"


def _is_short(fixed: Sequence[str], fields: Sequence[Field]) -> bool:
    """May every line travel as it is, whatever is put into its fields?"""
    marked = fixed[0] + "".join(
        "x" * (ESCAPED * field.longest) + words
        for field, words in zip(fields, fixed[1:], strict=True)
    )
    return all(len(line.encode("utf-8")) <= LONGEST_LINE for line in marked.split("\r\n"))


def _quoted(words: str) -> bytes:
    """Quoted-printable with CRLF line ends (RFC 2045 6.7)."""
    return b"\r\n".join(
        quopri.encodestring(line.encode("utf-8")).replace(b"\n", b"\r\n")
        for line in words.split("\r\n")
    )


def _crlf(words: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", words.replace("\0", ""))


def _as_words(words: str) -> str:
    return tidy(words)


def _as_html(words: str) -> str:
    # Most names are letters only, and so say nothing in HTML.
    return words if words.isalnum() else html.escape(tidy(words), quote=True)


def _part_head(boundary: bytes, kind: bytes, how: bytes) -> bytes:
    return (
        b"--" + boundary + b"\r\nContent-Type: text/" + kind + b'; charset="utf-8"'
        b"\r\nContent-Transfer-Encoding: " + how + b"\r\n\r\n"
    )

"""E-mail compiled once and filled for each person by joining bytes (RFC 5322, 2045–2047, 8058).

`compile_letter` does the slow work for one text: it splits both parts at their open fields,
encodes what lies between, and leaves `Compiled.fill` to escape and join a person's own words.
Line ends are CRLF throughout; no line passes 998 bytes; nothing in a header can break out of it.
"""

import html
import quopri
import re
import secrets
from binascii import b2a_base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

LONGEST_LINE = 998  # bytes, without CRLF (RFC 5322 2.1.1)
ESCAPED = 6  # bytes that one character may become: `&quot;`
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+\Z")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u0085\u2028\u2029]")
UNWANTED = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


class BreaksHeader(ValueError):
    """Something with a line break or control character was to go into a header."""


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


def tidy(words: str) -> str:
    """The words on one line: line breaks and control characters become single spaces."""
    return words if words.isprintable() else UNWANTED.sub(" ", words).strip()


# Headers


def has_control(words: str) -> bool:
    """Is there anything in it that could end a header's line?"""
    return not words.isprintable() and CONTROL.search(words) is not None


def plain_header(words: str) -> bytes:
    """ASCII that goes into a header as it is. Raises `BreaksHeader`."""
    if not (words.isascii() and words.isprintable()) or len(words) > LONGEST_LINE - 60:
        raise BreaksHeader(words)
    return words.encode("ascii")


def mailbox(name: str, address: str) -> bytes:
    """`Name <address>`, the name quoted or encoded as it needs (RFC 5322 3.4, RFC 2047)."""
    bare = plain_header(address)
    if not name:
        return bare
    if name.isascii() and len(name) < 60 and "=?" not in name:
        if has_control(name):
            raise BreaksHeader(name)
        if ATOM.match(name):
            return name.encode("ascii") + b" <" + bare + b">"
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return b'"' + quoted.encode("ascii") + b'" <' + bare + b">"
    return encoded_words(name, used=6) + b"\r\n <" + bare + b">"


def words_header(words: str, *, used: int) -> bytes:
    """Words for a header that holds free text: as they are, or as encoded words (RFC 2047)."""
    if has_control(words):
        raise BreaksHeader(words)
    if words.isascii() and "=?" not in words and len(words) + used <= 76 and "\t" not in words:
        return words.encode("ascii")
    return encoded_words(words, used=used)


def encoded_words(words: str, *, used: int) -> bytes:
    """RFC 2047 encoded words, each under 75 bytes and whole characters, folded."""
    if has_control(words):
        raise BreaksHeader(words)
    whole = words.encode("utf-8", "replace")
    begin, room = 0, 45 - used
    if len(whole) <= room:
        return b"=?utf-8?b?" + b2a_base64(whole, newline=False) + b"?="
    out: list[bytes] = []
    while begin < len(whole) or not out:
        end = min(begin + room, len(whole))
        while end < len(whole) and whole[end] & 0xC0 == 0x80:
            end -= 1  # never through the middle of a letter
        out.append(b"=?utf-8?b?" + b2a_base64(whole[begin:end], newline=False) + b"?=")
        begin, room = end, 45
    return b"\r\n ".join(out)


@lru_cache(maxsize=4)
def date_header(second: int) -> bytes:
    """RFC 5322 date of a second since 1970."""
    return format_datetime(datetime.fromtimestamp(second, UTC)).encode("ascii")


# Parts


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

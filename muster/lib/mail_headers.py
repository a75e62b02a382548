"""Words in the headers of a message: tidy, encoded and folded (RFC 5322, 2047).

Nothing in a header can break out of it.
"""

import re
from binascii import b2a_base64
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

LONGEST_LINE = 998  # bytes, without CRLF (RFC 5322 2.1.1)
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+\Z")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u0085\u2028\u2029]")
UNWANTED = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


class BreaksHeader(ValueError):
    """Something with a line break or control character was to go into a header."""


def tidy(words: str) -> str:
    """The words on one line: line breaks and control characters become single spaces."""
    return words if words.isprintable() else UNWANTED.sub(" ", words).strip()


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

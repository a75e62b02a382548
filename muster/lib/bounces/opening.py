"""Opening a message that may be broken in any way: everything here gives something, always."""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser

MOST = 1_000_000  # bytes that are read; reports come first, what was returned last
DEEPEST = 20  # messages within messages
LONGEST_HEADER = 20_000  # letters: what decodes encoded words takes the square of their number
# Nothing is looked for past the next tag of its kind: a million that never end take no longer.
TAGS = re.compile(
    r"<(?:style|script)\b(?:[^<]|<(?!/?(?:style|script)\b)){0,20000}</(?:style|script)>"
    r"|<[^<>]{0,2000}>",
    re.I,
)
ENDS = re.compile(rb"\r\n?|\x00")


def opened(raw: bytes) -> Message:
    """The message, whatever its line ends. One nested beyond reason is read by its headers."""
    ends = {b"\x00": b""}
    plain = ENDS.sub(lambda found: ends.get(found.group(), b"\n"), raw[: 2 * MOST])[:MOST]
    try:
        message = message_from_bytes(plain)
        if _depth(message) <= DEEPEST:
            return message
    except RecursionError:
        pass
    return BytesHeaderParser().parsebytes(plain)


def _depth(message: Message) -> int:
    deepest, level = 0, [message]
    while level:
        deepest += 1
        level = [part for whole in level for part in parts_of(whole)]
    return deepest


def parts_of(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [p for p in payload if isinstance(p, Message)] if isinstance(payload, list) else []


def walk(message: Message) -> Iterator[Message]:
    """Its parts, but not those of a message it brings along."""
    yield message
    if message is not None and message.get_content_maintype() == "multipart":
        for part in parts_of(message):
            yield from walk(part)


def header(message: Message, name: str) -> str:
    """A header in one line, decoded as far as it can be; "" where there is none."""
    low = name.lower()
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == low), "")
    raw = raw[:LONGEST_HEADER]
    # Bytes that are no ASCII stand in it as surrogates.
    words = _decoded(raw.encode("utf-8", "surrogateescape"), "utf-8")
    with suppress(LookupError, ValueError):  # as it stands, then
        words = str(make_header(decode_header(words)))
    return " ".join(words.split())


def text_of(part: Message) -> str:
    """A part's words, HTML without its tags, of whatever charset it claims."""
    if part.is_multipart():
        return ""
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        raw = None
    if not isinstance(raw, bytes):
        return ""
    text = _decoded(raw, part.get_content_charset("utf-8"))
    if part.get_content_subtype() == "html" or text.lstrip()[:6].lower() == "<html>":
        text = html.unescape(TAGS.sub(" ", text))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return raw.decode("latin-1")

"""Links that readers or filters will not like, on plain values."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from muster.messaging.preflight.finding import BLOCK, WARN

SHORTENERS = frozenset(
    [
        "bit.ly",
        "buff.ly",
        "cutt.ly",
        "goo.gl",
        "is.gd",
        "lnkd.in",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "shorturl.at",
        "t.co",
        "t.ly",
        "tiny.cc",
        "tinyurl.com",
    ]
)
SENSITIVE = re.compile(r"log-?in|sign-?in|account|password|donate|give|pay|checkout", re.I)
UNFILLED = re.compile(r"[{}]|%7B|%7D", re.I)
HARMLESS = ("mailto:", "tel:")


def problems(link: str) -> Iterable[tuple[str, str]]:
    """(state, words) of each thing wrong with one link; it names itself in the words.

    >>> list(problems("https://example.org/a")), list(problems("javascript:x"))[0][0]
    ([], 'block')
    """
    shown = link if len(link) <= 80 else f"{link[:79]}…"
    if UNFILLED.search(link):
        yield BLOCK, f"A field in a link is not filled: {shown}"
        return
    if link.lower().startswith(HARMLESS):
        return
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        yield BLOCK, f"A link is none that can be followed safely: {shown}"
        return
    yield from _of_web(shown, parts.scheme.lower(), host, parts.path, bool(parts.username))


def _of_web(
    shown: str, scheme: str, host: str, path: str, has_name: bool
) -> Iterable[tuple[str, str]]:
    if has_name:
        yield BLOCK, f"A link carries a name or password before its address: {shown}"
    if scheme == "http" and SENSITIVE.search(path):
        yield BLOCK, f"A link leads to a page that asks for secrets, without https: {shown}"
    elif scheme == "http":
        yield WARN, f"A link is not encrypted: write https, if it is there. {shown}"
    if host in SHORTENERS:
        yield WARN, f"A shortened link hides where it leads, and filters mistrust it: {shown}"
    if _is_number(host):
        yield WARN, f"A link leads to a bare number, as forgers' do: {shown}"
    if "xn--" in host or not host.isascii():
        yield WARN, f"A link's name may look like another's: {shown}"


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def to_visit(links: Iterable[str], ours: str) -> list[str]:
    """Those that lead to others' pages and can be asked: of https, and not our own."""
    found = dict.fromkeys(links)
    own = f"{ours.rstrip('/')}/"
    return [one for one in found if one.startswith("https://") and not one.startswith(own)]

"""Servers that know no standard: flufl.bounce says of whom they speak, their words say why."""

import logging
import re
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from muster.lib.bounces import judging
from muster.lib.bounces.opening import header, text_of, walk
from muster.lib.bounces.told import Failure, Kind

log = logging.getLogger(__name__)
MOST = 64_000  # bytes that are searched: the words come first, what was returned after them
BEFORE, AFTER = 400, 900  # letters around an address that say why
LONGEST_LINE = 400  # its patterns take the square of a line's length
ROBOTS = re.compile(
    r"mailer.?daemon|postmaster|mail delivery (sub)?system|mail administrator|"
    r"maildelivery|mail-?system|mdaemon@",
    re.I,
)
SUBJECTS = re.compile(
    r"undeliver|non.?deliver|failure notice|returned mail|returned to sender|delivery.{0,20}(fail"
    r"|problem|report|status|delay|notif|error|warn)|fail\w*.{0,20}(delivery|mail)|could not be"
    r" (delivered|sent)|mail.{0,10}(error|warning|fail)|warning.{0,30}(delay|not.{0,6}delivered)"
    r"|not delivered|message delayed|user unknown|nondeliverable|rejected mail"
    r"|unzustellbar|zustell|non remis|échec|no se (pudo|ha podido) entregar|impossibile|mancat"
    r"|não.{0,10}entreg|onbestelbaar|niet bezorgd|配信不能|退信|недоставлен",
    re.I,
)
QUOTED = re.compile(r"^[ \t>]*(subject|betreff|objet|asunto|oggetto|тема)[ \t]*:.*$", re.I | re.M)
COPY = re.compile(
    r"^[^\w\n]{0,200}(below (this line|the next line)|this is a copy of|original message"
    r"|message text follows|unsent message|returned mail|the header of the original"
    r"|included is a copy|a copy of the original|message headers? follow|mensaje original)"
    r"|^(from|received|return-path|message-id|mime-version|x-[\w-]+): ",
    re.I | re.M,
)


def looks_like_a_report(message: Message) -> bool:
    """Was it written by a mail server? What a person quotes must not count."""
    if message.get("X-Failed-Recipients") or message.get_content_type() == "multipart/report":
        return True
    sender = header(message, "From") or header(message, "Sender")
    by_subject = bool(SUBJECTS.search(header(message, "Subject")))
    has_no_return = header(message, "Return-Path") == "<>" or "<>" in sender or not sender
    if message.get("In-Reply-To") and not has_no_return and not ROBOTS.search(sender):
        return False
    return bool(ROBOTS.search(sender)) or by_subject


def failures_in(message: Message) -> list[Failure]:
    """What a server says in its own way. One failure without an address where none is found."""
    temporary, permanent = _addresses(message)
    said = report_words(message)
    about = _about([*temporary, *permanent], said)
    delayed = [Failure(Kind.DELAYED, one, words=judging.one_line(about[one])) for one in temporary]
    failed = [_failure(one, about[one]) for one in permanent]
    return delayed + failed or [_failure("", said)]


def _failure(address: str, words: str) -> Failure:
    words = judging.one_line(words)
    status = judging.status_in(words)
    status = "" if status.startswith("2") else status  # somebody's version number
    return Failure(judging.judge(words, status), address, status, words)


def _addresses(message: Message) -> tuple[list[str], list[str]]:
    """Those who may get it yet, and those who do not. Lines are cut: a long one would be a trap."""
    try:
        raw = message.as_bytes()[: 4 * MOST]
        lines = b"\n".join(line[:LONGEST_LINE] for line in raw.split(b"\n"))[:MOST]
        temporary, permanent = all_failures(message_from_bytes(lines))
    except Exception:  # a stranger's parser among strangers' mail; what it would say is unknown
        log.warning("flufl.bounce could not read a message", exc_info=True)
        return [], []
    return _sorted(temporary), _sorted(permanent - temporary)


def _sorted(found: frozenset[bytes]) -> list[str]:
    return sorted(address.decode("ascii", "replace").strip("<>") for address in found if address)


def report_words(message: Message) -> str:
    """What the server says, up to where it gives back what it could not deliver."""
    texts = (text_of(part) for part in walk(message) if part.get_content_maintype() == "text")
    said = "\n".join(texts)[:MOST]
    if found := COPY.search(said, 40):
        said = said[: found.start()]
    return QUOTED.sub("", said)  # our own subject says nothing of why


def _about(addresses: list[str], said: str) -> dict[str, str]:
    """The words about each: a little before it is named, and on to where the next one is."""
    low = said.lower()
    at = {address: max(low.find(address.lower()), 0) for address in addresses}
    about = {}
    for address, begins in at.items():
        ends = min((other for other in at.values() if other > begins), default=begins + AFTER)
        before = BEFORE if len(addresses) == 1 else 0
        about[address] = said[max(0, begins - before) : min(ends, begins + AFTER)]
    return about

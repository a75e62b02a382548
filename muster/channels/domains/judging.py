"""What DNS says of a domain, judged check by check in the organiser's words (MAIL-1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from muster.channels.domains import spf
from muster.channels.names import Names

OK, WARN, BLOCK = "ok", "warn", "block"
POLICIES = ("none", "quarantine", "reject")
WIDEST = 5  # levels above a domain that are asked for a DMARC record
MARK = "muster-verification="


@dataclass(frozen=True)
class Check:
    """One check. `code`: spf, dkim, dmarc or owner; `record`: what was found published."""

    code: str
    state: str
    words: str
    record: str = ""

    def kept(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Key:
    """A key of the organisation's for this domain: where it is published, as what, and if it
    signs already."""

    place: str
    record: str
    signs: bool


def of_spf(domain: str, hosts: Sequence[str], names: Names) -> Check:
    """`hosts`: the mail servers its mail is given to. Raises `NoAnswer`."""
    record = ""
    try:
        record = spf.record_of(names.texts(domain))
        if not record:
            words = f"{domain} has no SPF record: receivers cannot tell your mail from a forgery."
            return Check("spf", BLOCK, words)
        unnamed = [h for h in hosts if spf.names_relay(record, domain, h, names) == spf.DOES_NOT]
        if not hosts:
            spf.names_relay(record, domain, "", names)
    except spf.Broken as problem:
        return Check("spf", BLOCK, f"The SPF record of {domain} is broken. {problem}", record)
    if unnamed:
        words = (
            f"SPF does not name {unnamed[0]}. Unless it hands your mail on from elsewhere, add what"
            " whoever runs it tells you to."
        )
        return Check("spf", WARN, words, record)
    return Check("spf", OK, "SPF says who may send for you.", record)


def of_dkim(domain: str, keys: Iterable[Key], names: Names) -> tuple[Check, bool]:
    """And whether a key of ours is published, which shows whose domain it is. Raises `NoAnswer`."""
    known = list(keys)
    published = {key.place: names.texts(key.place) for key in known}
    right = [key for key in known if _is_published(key, published[key.place])]
    signing = next((key for key in known if key.signs), None)
    waiting = next((key for key in known if not key.signs), None)
    return _dkim(domain, signing, waiting, right, published), bool(right)


def _dkim(
    domain: str,
    signing: Key | None,
    waiting: Key | None,
    right: Sequence[Key],
    published: Mapping[str, Sequence[str]],
) -> Check:
    if signing is not None:
        found = (published[signing.place] or [""])[0]
        if signing in right:
            return Check(
                "dkim", OK, f"Mail is signed by {domain}, and the key is published.", found
            )
        what = "another key is published" if found else "no key is published"
        words = (
            f"Mail is signed, but {what} at {signing.place}: receivers take such mail for forged."
            " Publish the key, or stop signing."
        )
        return Check("dkim", BLOCK, words, found)
    if waiting is not None and waiting in right:
        return Check("dkim", WARN, "Your key is published: begin to sign with it.")
    if waiting is not None:
        return Check("dkim", WARN, f"Your key is not published yet at {waiting.place}.")
    words = "Muster does not sign your mail (DKIM). If your mail server does, leave it so."
    return Check("dkim", WARN, words)


def _is_published(key: Key, texts: Iterable[str]) -> bool:
    wanted = tags_of(key.record).get("p")
    return any(tags_of(text).get("p") == wanted for text in texts)


def of_dmarc(domain: str, is_signed: bool, names: Names) -> Check:
    """`is_signed`: by a key of this very domain, which is aligned however strict it asks to be.

    Where the domain has none of its own, the nearest above it holds. Raises `NoAnswer`.
    """
    for place in _above(domain):
        found = [t for t in names.texts(f"_dmarc.{place}") if _is_dmarc(t)]
        if len(found) > 1:
            words = f"There are {len(found)} DMARC records at _dmarc.{place}: receivers use none."
            return Check("dmarc", BLOCK, words, found[0])
        if found:
            return _of_policy(found[0], place, domain, is_signed)
    words = f"{domain} has no DMARC record: Gmail, Yahoo and Microsoft want one of bulk mail."
    return Check("dmarc", BLOCK, words)


def _of_policy(record: str, place: str, domain: str, is_signed: bool) -> Check:
    tags = tags_of(record)
    policy = tags.get("p", "").lower()
    if policy not in POLICIES:
        words = f"The DMARC record at _dmarc.{place} says no policy: write p=none at least."
        return Check("dmarc", BLOCK, words, record)
    if place != domain:
        policy = tags.get("sp", policy).lower()
    if is_signed or policy == "none":
        said = (
            "and your signature is aligned with it" if is_signed else "and it asks for nothing yet"
        )
        return Check("dmarc", OK, f"DMARC is published, {said}.", record)
    words = (
        f"DMARC tells receivers to {policy} mail that {domain} does not answer for, and Muster does"
        " not sign yours. Sign it here, or be sure that your mail server signs for this domain."
    )
    return Check("dmarc", WARN, words, record)


def of_owner(texts: Iterable[str], token: str, is_key_published: bool) -> tuple[Check, bool]:
    """Whether it is shown to be theirs."""
    if MARK + token in {text.strip() for text in texts}:
        return Check("owner", OK, "DNS shows that it is yours.", MARK + token), True
    if is_key_published:
        return Check("owner", OK, "Your published key shows that it is yours."), True
    return Check("owner", WARN, "Nothing in DNS shows yet that it is yours."), False


def tags_of(record: str) -> dict[str, str]:
    """A record of tags, blanks within values taken out.

    >>> tags_of("v=DMARC1; p=reject ; rua=mailto:us@example.org")["p"]
    'reject'
    """
    pairs = (tag.partition("=") for tag in record.split(";"))
    return {
        name.strip().lower(): "".join(value.split()) for name, _, value in pairs if name.strip()
    }


def _is_dmarc(text: str) -> bool:
    return tags_of(text).get("v") == "DMARC1"


def _above(domain: str) -> Iterable[str]:
    """The domain, then those above it, but for the topmost."""
    labels = domain.split(".")
    return [".".join(labels[n:]) for n in range(min(len(labels) - 1, WIDEST))]


def worst_of(found: Iterable[Mapping[str, Any]]) -> str:
    states = {one["state"] for one in found}
    return next((state for state in (BLOCK, WARN) if state in states), OK)

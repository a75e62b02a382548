"""What keeps a cut from going out, on plain values, in the organiser's words (IMP-1 to 3, A11Y)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SUBJECT_LIMIT = 120
BODY_LIMIT = 20_000
# Beyond about 102 kB the largest mailbox providers cut a message off, imprint and all.
HTML_LIMIT = 100_000
NOT_POSTAL = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
LEFT_OVER = re.compile(r"\{+ *(?:seat|seat_local|candidate|date|fact:\w+|first_name|link) *\}")
ASKS = re.compile(
    r"\b(?:donate|chip in|join us|vote for|vote on|sign up|sign (?:the|our|this)|spread the word"
    r"|share (?:this|our)|become a member|pledge)\b"
    r"|(?:^|[.!?:]\s+|\b(?:please|will you|can you|could you|why not|come and|now)\s+)"
    r"(?:vote|join|volunteer|give|help|campaign|sign|share)\b",
    re.IGNORECASE | re.MULTILINE,
)
POSTAL_VOTES = re.compile(
    r"(?:collect|hand in|deliver|take in|post) your (?:postal )?(?:vote|ballot)"
    r"|(?:give|bring|hand|send) us your (?:postal )?(?:vote|ballot)",
    re.IGNORECASE,
)
BALLOT_PHOTO = re.compile(
    r"(?:photo|picture|selfie) (?:of|with) your (?:ballot|vote)", re.IGNORECASE
)
MISSING = {
    "candidate": "Candidate missing",
    "date": "No date is chosen for {date}",
    "fact:lead": "Lead not known: {fact:lead} needs a target list",
    "fact:swing": "Swing not known: {fact:swing} needs a target list",
    "fact:majority": "Majority not known: {fact:majority} needs a loaded election",
    "fact:electorate": "Electorate not known: {fact:electorate}",
    "fact:region": "Region not known: {fact:region}",
}


@dataclass(frozen=True)
class Campaigner:
    """The legal person a cut is sent for, as the imprint names them."""

    promoter: str
    address: str
    on_behalf_of: str
    on_behalf_address: str
    imprint: str
    is_candidate_here: bool
    """Stands in this seat, or (where the organisation fields no candidates) acts everywhere."""


@dataclass(frozen=True)
class Brief:
    """All that is asked of one cut. `missing` are names of fields that had no value."""

    subject: str
    body: str
    html: str
    text: str
    is_service: bool
    has_link: bool
    campaigner: Campaigner | None
    field_problems: Sequence[str] = ()
    missing: Sequence[str] = ()
    dropped: Sequence[str] = ()
    undescribed: int = 0
    block_problems: Sequence[str] = ()
    said: str = field(default="", repr=False)
    """What the writer said, filled: subject and body, without the letterhead."""


def problems_in(brief: Brief) -> list[str]:
    """Every reason this cut may not go out; empty when it is ready. No seat is named in them."""
    problems = [
        *_words(brief),
        *brief.block_problems,
        *brief.field_problems,
        *(MISSING.get(name, f"{{{name}}} is empty") for name in brief.missing),
        *imprint_problems(brief),
        *_purpose(brief),
        *_links(brief),
        *conduct_problems(brief.said),
    ]
    return list(dict.fromkeys(problems))


def _words(brief: Brief) -> Iterable[str]:
    if not brief.subject.strip():
        yield "Subject missing"
    elif len(brief.subject) > SUBJECT_LIMIT:
        yield f"Subject longer than {SUBJECT_LIMIT} letters"
    if not brief.body.strip():
        yield "Message missing: write what it says"
    elif len(brief.body) > BODY_LIMIT:
        yield f"Message longer than {BODY_LIMIT:,} letters"
    if len(brief.html.encode()) > HTML_LIMIT:
        yield "Message so long that mailboxes would cut it off above the imprint"
    if LEFT_OVER.search(brief.said.replace("{{", " ").replace("}}", " ")):
        yield "A field was left unfilled"


def imprint_problems(brief: Brief) -> Iterable[str]:
    """The right campaigner, whole, and named in both parts (IMP-1, IMP-2, IMP-3)."""
    who = brief.campaigner
    yield from campaigner_problems(who)
    if who and not (stands_in(who.imprint, brief.text) and who.imprint):
        yield "Imprint missing from the message"


def campaigner_problems(who: Campaigner | None) -> Iterable[str]:
    """The right campaigner, both slots, postal addresses (IMP-1, IMP-2)."""
    if who is None:
        yield "Candidate missing"
        return
    if not who.is_candidate_here:
        yield "Imprint of another seat's candidate"
    if not who.promoter.strip():
        yield "Imprint lacks who promotes it"
    if not is_postal(who.address):
        yield "Imprint lacks the promoter's postal address"
    if not who.on_behalf_of.strip():
        yield "Imprint lacks on whose behalf it is"
    if not is_postal(who.on_behalf_address):
        yield "Imprint lacks the postal address of those it is on behalf of"


def stands_in(words: str, text: str) -> bool:
    """Do these words stand in the text, however it is wrapped?"""
    return " ".join(words.split()) in " ".join(text.split())


def is_postal(address: str) -> bool:
    """Is there anything left of it without e-mail and web addresses (IMP-2)?"""
    left = NOT_POSTAL.sub("", address)
    return sum(c.isalnum() for c in left) >= 5


def _purpose(brief: Brief) -> Iterable[str]:
    """Service mail asks nothing of anyone (PECR-DM); everything else asks something."""
    if brief.is_service and (brief.has_link or ASKS.search(brief.said)):
        yield "This asks people to act, so it is marketing"
    if not brief.is_service and not brief.has_link:
        yield "No link to the page: add a button, or put {link} in the message"


def _links(brief: Brief) -> Iterable[str]:
    for address in brief.dropped:
        yield f"A link goes nowhere: {address[:80]}"
    if brief.undescribed:
        yield "An image has no description: write it as ![what it shows](address)"


def conduct_problems(said: str) -> Iterable[str]:
    """What campaigners must never offer or ask (CON-112A, CON-66)."""
    if POSTAL_VOTES.search(said):
        yield "Campaigners must not handle other people's postal votes"
    if BALLOT_PHOTO.search(said):
        yield "Asking for photos of ballots breaks the secrecy of the vote"


def grouped(problems: Iterable[tuple[str, str]], of: int, shown: int = 4) -> list[str]:
    """Gather (seat, problem) pairs into one sentence a problem; the widest first.

    >>> grouped([("Stroud", "Candidate missing"), ("Neath", "Candidate missing")], of=9)
    ['Candidate missing in 2 seats: Neath, Stroud']
    """
    seats: dict[str, list[str]] = {}
    for seat, problem in problems:
        seats.setdefault(problem, []).append(seat)
    return [
        _sentence(problem, sorted(names), of, shown)
        for problem, names in sorted(seats.items(), key=lambda item: -len(item[1]))
    ]


def _sentence(problem: str, names: Sequence[str], of: int, shown: int) -> str:
    if not names[0]:
        return problem
    if len(names) == of and of > 1:
        return f"{problem} in all {of:,} seats"
    if len(names) == 1:
        return f"{problem} in {names[0]}"
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return f"{problem} in {len(names):,} seats: {', '.join(names[:shown])}{more}"

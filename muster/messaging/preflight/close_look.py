"""The close look: every seat's letter taken apart, links visited, filters asked, people counted.

Seconds for 650 seats, so a job's work; how far it is, is written down as it goes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.conf import settings

from muster.channels import outside
from muster.channels.outside import Scored
from muster.content.models import Cut
from muster.lib.mail_headers import BreaksHeader
from muster.lib.words import counted
from muster.messaging.estimating import estimate
from muster.messaging.models import Message
from muster.messaging.preflight import links, parts, people
from muster.messaging.preflight.finding import OK, SKIPPED, WARN, Finding, in_seats
from muster.messaging.preflight.letter import Seen, link_of, seen

MOST_LINKS = 40
AT_ONCE = 8
WELL = {
    "unsubscribe": "People can unsubscribe with one click.",
    "text": "The plain part says what the designed one does.",
    "size": "It is short enough: no mailbox cuts it off.",
    "alt": "Every picture is said in words.",
    "links": "No link is unsafe.",
}
Tell = Callable[[int, int], None]
"""Is told how much is done, of how much."""


def look(message: Message, cuts: list[Cut], at: datetime, tell: Tell) -> list[Finding]:
    """Everything a close look finds. `cuts`: of all its seats, as they lie."""
    of = len(cuts) + 3
    sample, found, addresses = _letters(message, cuts, lambda done: tell(done, of))
    found += _outside(message, addresses)
    tell(of - 2, of)
    found.append(_filtered(sample))
    tell(of - 1, of)
    found += [*people.of_fields(message, cuts, at), *people.of_reach(estimate(message, at))]
    tell(of, of)
    return found


def _letters(
    message: Message, cuts: list[Cut], tell: Callable[[int], None]
) -> tuple[Seen | None, list[Finding], list[str]]:
    """The longest letter, what is wrong with which, and all addresses that links lead to."""
    wrong: dict[parts.Said, list[str]] = defaultdict(list)
    addresses: dict[str, None] = {}
    longest: Seen | None = None
    for done, cut in enumerate(cuts, start=1):
        if done % 50 == 0:
            tell(done)
        try:
            letter = seen(cut, message, link_of(cut, message))
        except (BreaksHeader, UnicodeError):
            wrong["parts", "block", "The letter cannot be made as it is", "words"].append(_of(cut))
            continue
        if longest is None or letter.size > longest.size:
            longest = letter
        addresses |= dict.fromkeys(letter.links)
        for said in dict.fromkeys(_problems(letter, message)):
            wrong[said].append(_of(cut))
    found = [
        in_seats(code, state, words, names, len(cuts), mend)
        for (code, state, words, mend), names in wrong.items()
    ]
    return longest, [*found, *_well(found, longest)], list(addresses)


def _problems(letter: Seen, message: Message) -> Iterable[parts.Said]:
    return parts.problems(
        letter,
        is_marketing=message.purpose != "service",
        ours=settings.PUBLIC_ADDRESS,
        is_made_up=message.organisation.is_demonstration,
    )


def _of(cut: Cut) -> str:
    return cut.place.name if cut.place else ""


def _well(found: list[Finding], longest: Seen | None) -> Iterable[Finding]:
    """What nothing was found against."""
    if longest is None:
        return
    wrong = {one.code for one in found}
    for code, words in WELL.items():
        if code in wrong:
            continue
        if code == "size":
            words = (
                f"The longest has {max(1, round(longest.size / 1000))} kB: no mailbox cuts it off."
            )
        yield Finding(code, OK, words)


def _outside(message: Message, addresses: list[str]) -> list[Finding]:
    """Whether others' pages are there; asked by nobody in a demonstration."""
    wanted = links.to_visit(addresses, settings.PUBLIC_ADDRESS)
    if not wanted:
        return []
    if message.organisation.is_demonstration:
        many = counted(len(wanted), "link", "links")
        words = f"{many} to others' pages: a demonstration visits none."
        return [Finding("visits", SKIPPED, words)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(outside.visit, wanted[:MOST_LINKS]))
    dead = [
        Finding("visits", WARN, f"A link may lead nowhere: {link} {answer.words}", "words")
        for link, answer in zip(wanted, answers, strict=False)
        if answer.is_dead
    ]
    if dead:
        return dead
    words = f"{counted(len(answers), 'link', 'links')} to others' pages lead somewhere."
    more = len(wanted) - len(answers)
    return [Finding("visits", OK, words + (f" {more} more were not asked." if more else ""))]


def _filtered(sample: Seen | None) -> Finding:
    """What a spam filter on this machine makes of the longest letter."""
    found = outside.score(sample.raw) if sample else None
    if found is None:
        words = "Neither SpamAssassin nor rspamd answers on this machine: no filter was asked."
        return Finding("spam", SKIPPED, words)
    return _judged(found)


def _judged(found: Scored) -> Finding:
    more = [f"{points:+.1f} {words}" for points, words in found.rules]
    said = f"{found.by} gives it {found.points:.1f} points; spam from {found.limit:.0f}."
    if found.points >= found.limit:
        return Finding("spam", WARN, f"It reads like spam. {said}", "words", more=more)
    if found.points >= found.limit * 0.6:
        return Finding("spam", WARN, f"It comes near to spam. {said}", "words", more=more)
    return Finding("spam", OK, said, more=more)

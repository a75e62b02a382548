"""Looking at a message before the press: what is asked at every look, and the close look's answer.

`preflight` asks what may change outside the words (DNS, pages, accounts, approval's conditions) and
adds what the last close look found, as long as it was of the same words, sender and people.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from muster.content import approving
from muster.lib.words import counted
from muster.messaging import drafting, pressing, rules, speaking
from muster.messaging.models import Message
from muster.messaging.preflight import blocking, close_look
from muster.messaging.preflight.finding import BLOCK, OK, Finding, sorted_by_state
from muster.messaging.preflight.models import Preflight
from muster.messaging.queueing import queue
from muster.organisations.models import Member

JOB = "messaging.preflight"
LOST = timedelta(minutes=10)  # its job died, or nobody works: another may be asked for
HOLDS = timedelta(hours=6)  # then people, links and filters are asked again


def preflight(message: Message, at: datetime, brief: rules.Brief | None = None) -> list[Finding]:
    """Everything known of it, what stands in the way first. Asks nobody outside.

    `brief`: what the press asks, where it was just asked.
    """
    if brief is None:
        brief = pressing.brief_of(message, drafting.cuts_of(message, at), at)
    kept = last_look(message, at)
    found = [Finding(**one) for one in kept.findings] if kept and kept.finished_at else []
    return sorted_by_state([*_live(message, brief, at), *found])


def _live(message: Message, brief: rules.Brief, at: datetime) -> list[Finding]:
    found = _words(brief)
    if not brief.seats:
        found.append(Finding("seats", BLOCK, "Choose at least one target seat."))
    if not brief.has_open_page:
        found.append(Finding("page", BLOCK, "Open the page that its link leads to."))
    if brief.account_problem:
        mend = "sender" if speaking.problem(message) else "account"
        found.append(Finding("account", BLOCK, brief.account_problem, mend, message.account_id))
    if brief.audience_problem:
        found.append(Finding("audience", BLOCK, brief.audience_problem, "audience"))
    found += blocking.of_amounts(message)
    return [*found, *blocking.of_domain(message, at), *blocking.of_own_links(message)]


def _words(brief: rules.Brief) -> list[Finding]:
    """What the words lack, and what the law says of them (IMP-1 to 3, PECR-DM, PECR-23)."""
    seats = brief.seats
    lacks = [Finding("words", BLOCK, words, "words") for words in brief.content_problems]
    law = [Finding("law", BLOCK, words, "words") for words in brief.legal_problems]
    if not lacks and seats:
        whole = f"{counted(seats, 'cut is', 'cuts are')} whole: words, fields, candidate, imprint."
        lacks = [Finding("words", OK, whole)]
    if not law and seats:
        law = [Finding("law", OK, "It says who sends it, why, and how to stop (PECR-23, IMP-3).")]
    return [*lacks, *law]


def ask(message: Message, by: Member | None, at: datetime) -> Preflight:
    """Have a job look closely. Asking twice is asking once, until it is done."""
    asked = {"organisation_id": message.organisation_id, "asked_by": by, "asked_at": at}
    fresh = {"digest": digest_of(message), "done": 0, "of": 0, "finished_at": None, "findings": []}
    with transaction.atomic():
        made, _ = Preflight.objects.update_or_create(message=message, defaults=asked | fresh)
        with suppress(AlreadyEnqueued), transaction.atomic():
            job = queue().configure_task(
                JOB, queue="messaging", queueing_lock=f"preflight {message.pk}"
            )
            job.defer(preflight=made.pk)
    return made


def carry_out(pk: int, at: datetime) -> None:
    """Look closely, and keep what was found; asked for other words meanwhile, the next job does."""
    run = Preflight.objects.select_related("message__organisation").filter(pk=pk).first()
    if run is None or run.finished_at is not None:
        return
    message = run.message
    cuts = drafting.cuts_of(message, at)
    digest = digest_of(message)  # its cuts may just have been made anew
    Preflight.objects.filter(pk=pk, finished_at=None).update(digest=digest)
    mine = Preflight.objects.filter(pk=pk, digest=digest)

    def tell(done: int, of: int) -> None:
        mine.update(done=done, of=of)

    found = close_look.look(message, cuts, at, tell)
    mine.update(findings=[one.kept() for one in found], finished_at=at)


def last_look(message: Message, at: datetime) -> Preflight | None:
    """The close look at it as it is now, under way or done lately; None: there is none."""
    kept = Preflight.objects.filter(message=message, digest=digest_of(message)).first()
    if kept is None:
        return None
    is_old = kept.finished_at is not None and kept.finished_at < at - HOLDS
    is_lost = kept.finished_at is None and kept.asked_at < at - LOST
    return None if is_old or is_lost else kept


def digest_of(message: Message) -> str:
    """SHA-256 of all that a close look depends on within Muster."""
    version = message.audience.version if message.audience else 0
    about = [message.account_id, message.sender_id, message.audience_id, version, message.page_id]
    words = [approving.digest_over(message.master), *map(str, about)]
    return sha256("\n".join(words).encode()).hexdigest()

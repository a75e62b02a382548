"""Answering people: once, as service mail through the organisation's own account."""

import logging
import uuid
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction

from muster.channels import letters, posting
from muster.channels.models import EmailAccount
from muster.journal import journal
from muster.messaging import facts
from muster.messaging.inbox.models import Conversation, ConversationLine
from muster.messaging.masking import masked
from muster.messaging.queueing import queue
from muster.organisations.models import Member

log = logging.getLogger(__name__)
JOB = "messaging.send_answer"
LONGEST = 20_000  # letters


class CannotAnswer(Exception):
    """Why it cannot be answered; each argument is one reason."""


def answer(
    conversation: Conversation, words: str, *, code: uuid.UUID, by: Member, at: datetime
) -> ConversationLine:
    """Write to them. `code` is the form's own: sent twice, it goes once. Raises `CannotAnswer`."""
    words = words.replace("\r\n", "\n").strip()
    if known := ConversationLine.objects.filter(code=code, conversation=conversation).first():
        return known
    if problems := _problems(conversation, words):
        raise CannotAnswer(*problems)
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
        account = account_of(locked)
        assert account is not None
        line, is_fresh = ConversationLine.objects.get_or_create(
            code=code,
            defaults={
                "conversation": locked,
                "is_ours": True,
                "text": words,
                "address": locked.address,
                "message_id": f"<{code.hex}@{account.from_address.rpartition('@')[2]}>",
                "by": by,
                "at": at,
            },
        )
        if not is_fresh:
            return line
        locked.last_at, locked.last_was_ours = at, True
        locked.assigned_to = locked.assigned_to or by
        locked.save(update_fields=["last_at", "last_was_ours", "assigned_to"])
        _tell(locked, by, at)
        queue().configure_task(JOB, queue="clock").defer(
            organisation=locked.organisation_id, line=line.pk
        )
    return line


def send(organisation_id: int, line_id: int, at: datetime) -> None:
    """Hand one answer over, if nobody has begun to. Whatever comes of it is kept beside it."""
    theirs = ConversationLine.objects.filter(
        pk=line_id, conversation__organisation=organisation_id, is_ours=True
    )
    if not theirs.filter(claimed_at=None).update(claimed_at=at):
        return
    line = theirs.select_related("conversation__organisation", "conversation__account").get()
    try:
        problem = _hand_over(line)
    except posting.Unanswered:
        log.warning("nobody said what became of answer %s", line_id)
        return
    theirs.update(sent_at=None if problem else at, problem=problem)


def account_of(conversation: Conversation) -> EmailAccount | None:
    """What it is answered through: the account they answered, where it may be used here."""
    theirs = conversation.account
    if theirs is not None and theirs.is_on:
        is_here = theirs.host in letters.HERE and not theirs.is_hosted
        if is_here or not conversation.organisation.is_demonstration:
            return theirs
    return letters.account_of(conversation.organisation)


def _problems(conversation: Conversation, words: str) -> list[str]:
    problems = []
    if not words:
        problems.append("Write something first.")
    if len(words) > LONGEST:
        problems.append(f"Write at most {LONGEST:,} letters: it has {len(words):,}.")
    if account_of(conversation) is None:
        problems.append("Add a mail account under Settings first: nothing could carry the answer.")
    return problems


def _hand_over(line: ConversationLine) -> str:
    conversation = line.conversation
    account = account_of(conversation)
    if account is None:
        return letters.NO_ACCOUNT
    letter = EmailMessage(
        f"Re: {' '.join(conversation.subject.split())}",
        line.text,
        str(account),
        [line.address],
        headers=_headers(line) | _answers_go_to(line, account),
    )
    return masked(posting.hand_over(letter, account))


def _headers(line: ConversationLine) -> dict[str, str]:
    """What makes it stand beneath theirs in any program (RFC 5322, 3.6.4)."""
    earlier = line.conversation.lines.exclude(message_id="").exclude(pk=line.pk)
    ids = list(earlier.filter(at__lte=line.at).order_by("at").values_list("message_id", flat=True))
    theirs = earlier.filter(is_ours=False, is_automatic=False).order_by("-at").first()
    told = {"Message-ID": line.message_id}
    if theirs:
        told["In-Reply-To"] = _one_line(theirs.message_id)
    if ids:
        told["References"] = " ".join(_one_line(one) for one in ids[-10:])
    return told


def _answers_go_to(line: ConversationLine, account: EmailAccount) -> dict[str, str]:
    """Where a mailbox of ours is read, if the account has a domain for that."""
    if not account.return_domain:
        return {}
    return {"Reply-To": f"reply+{line.code.hex}@{account.return_domain}"}


def _one_line(message_id: str) -> str:
    return "".join(message_id.split())


def _tell(conversation: Conversation, by: Member, at: datetime) -> None:
    journal.record(
        facts.ANSWERED,
        conversation.organisation,
        at=at,
        person_id=conversation.person_id,
        place_id=conversation.seat_id,
        by=by,
        about=("conversation", conversation.pk),
        channel="email",
    )

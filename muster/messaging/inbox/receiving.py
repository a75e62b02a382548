"""Taking in what a person wrote: into the conversation it goes on with, or into one of its own."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Mail
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from muster.journal import journal
from muster.lib.bounces import Kind, Returned
from muster.lib.bounces.opening import header, opened, text_of, walk
from muster.messaging import facts
from muster.messaging.bounce_rules import WORDS_FOR
from muster.messaging.inbox import rules
from muster.messaging.inbox.models import Conversation, ConversationLine
from muster.messaging.models import Sending
from muster.messaging.returns import finding
from muster.organisations.models import Organisation
from muster.people import suppressing
from muster.people.contacts import NotAnEmail, normal_email
from muster.people.models import Channel

REASON = "unsubscribed"
OURS = re.compile(r"[0-9a-f]{32}")
NO_SENDER = "It does not say in a way we can read who wrote it."


class CannotReceive(Exception):
    """Why it cannot stand in a conversation."""


@dataclass(frozen=True, slots=True)
class Written:
    """One e-mail as we read it. `is_sealed`: it names a delivery or a line of ours that nobody
    else could know."""

    address: str
    name: str
    subject: str
    own: str
    quoted: str
    message_id: str
    answers: tuple[str, ...]


def receive(
    organisation: Organisation,
    raw: bytes,
    codes: tuple[str, ...],
    *,
    is_automatic: bool,
    at: datetime,
) -> ConversationLine | None:
    """Add what somebody wrote to its conversation; within a transaction. Raises `CannotReceive`.

    A machine's answer goes on with a conversation there is, and begins none. None: nothing to add.
    """
    written = read(raw)
    by_thread = _thread(organisation, written)
    about = finding.by_codes(organisation, codes)
    is_sealed = bool(by_thread or about)
    about = about or finding.by_address(organisation, written.address)
    conversation = by_thread or _earlier(organisation, written, about)
    if conversation is None and is_automatic:
        return None
    conversation = conversation or _begun(organisation, written, about, at)
    if conversation.person is None and about is not None:
        conversation.person = about.person
    line, is_fresh = _line(conversation, written, is_automatic, at)
    if is_fresh and not is_automatic:
        _go_on(conversation, written, is_sealed, at)
        _tell(conversation, at)
    return line if is_fresh else None


def came_back(organisation: Organisation, returned: Returned, *, at: datetime) -> bool:
    """Was it an answer of ours that came back, or was called spam? Its line says so then.

    Its code stands in its Message-ID: nobody knows it but whoever was answered.
    """
    codes = [UUID(trace) for trace in returned.traces if OURS.fullmatch(trace)]
    ours = ConversationLine.objects.filter(conversation__organisation=organisation, is_ours=True)
    line = ours.filter(code__in=codes).select_related("conversation__organisation").first()
    if line is None:
        return False
    line.problem = f"It came back. {WORDS_FOR[returned.kind]}"
    line.save(update_fields=["problem"])
    if returned.kind is Kind.COMPLAINT:
        stop(line.conversation, at=at)
    return True


def read(raw: bytes) -> Written:
    """An e-mail's sender and words. Raises `CannotReceive`."""
    mail = opened(raw)
    name, typed = parseaddr(header(mail, "Reply-To") or header(mail, "From"))
    try:
        address = normal_email(typed)
    except NotAnEmail:
        raise CannotReceive(NO_SENDER) from None
    own, quoted = rules.own_words(_words(mail).replace("\0", ""))
    ids = f"{header(mail, 'In-Reply-To')} {header(mail, 'References')}".split()
    return Written(
        address,
        " ".join(name.split())[:200],
        (rules.subject_of(header(mail, "Subject")) or "(no subject)")[:200],
        own,
        quoted,
        header(mail, "Message-ID")[:255],
        tuple(dict.fromkeys(one[:255] for one in ids[:50])),
    )


def _words(mail: Mail) -> str:
    """The plain part; without one, the words of the HTML part."""
    texts = [p for p in walk(mail) if p.get_content_maintype() == "text" and not p.get_filename()]
    plain = [part for part in texts if part.get_content_subtype() == "plain"]
    return "\n".join(text_of(part).strip() for part in plain or texts[:1])


def _thread(organisation: Organisation, written: Written) -> Conversation | None:
    """The conversation one of whose lines it answers; ours only, as anybody may quote theirs."""
    return (
        _ours(organisation)
        .filter(lines__message_id__in=written.answers, lines__is_ours=True)
        .order_by("-last_at")
        .first()
    )


def _earlier(
    organisation: Organisation, written: Written, about: finding.About | None
) -> Conversation | None:
    """One that is open, with the same person about the same thing."""
    whose: dict[str, Any] = (
        {"person": about.person} if about else {"person": None, "address": written.address}
    )
    same = Q(subject=written.subject)
    if about and about.sending:
        same |= Q(sending=about.sending)
    found = _ours(organisation).filter(same, closed_at=None, **whose)
    return found.order_by("-last_at").first()


def _begun(
    organisation: Organisation, written: Written, about: finding.About | None, at: datetime
) -> Conversation:
    sending = about.sending if about else None
    return Conversation.objects.create(
        organisation=organisation,
        person=about.person if about else None,
        seat=about.person.seat if about else None,
        address=written.address,
        name=written.name,
        subject=written.subject,
        sending=sending,
        account=_account(sending),
        opened_at=at,
        last_at=at,
    )


def _account(sending: Sending | None) -> Any:
    return sending.message.account if sending else None


def _line(
    conversation: Conversation, written: Written, is_automatic: bool, at: datetime
) -> tuple[ConversationLine, bool]:
    told = {
        "is_ours": False,
        "is_automatic": is_automatic,
        "text": written.own,
        "quoted": written.quoted,
        "address": written.address,
        "at": at,
    }
    if not written.message_id:
        return ConversationLine.objects.create(conversation=conversation, **told), True
    return ConversationLine.objects.get_or_create(
        conversation=conversation, message_id=written.message_id, defaults=told
    )


def _go_on(conversation: Conversation, written: Written, is_sealed: bool, at: datetime) -> None:
    conversation.address, conversation.last_at = written.address, at
    conversation.last_was_ours = False
    conversation.closed_at = conversation.closed_by = None
    if conversation.person:
        conversation.seat = conversation.person.seat
    says = rules.says_stop(written.own, written.subject)
    if says and (is_sealed or conversation.person is None):
        stop(conversation, at=at)
    elif says or rules.may_want_to_stop(written.own):
        conversation.asks_to_stop = True
    conversation.save()


def stop(conversation: Conversation, *, at: datetime, by: Any = None) -> None:
    """No more e-mail to them but answers (DP-21): they wrote so, or `by` read it so.

    Of nobody known, their address gets none, whoever it turns out to be.
    """
    email = Channel.EMAIL.value
    if conversation.person is not None:
        suppressing.suppress_person(
            conversation.person,
            reason=REASON,
            at=at,
            channels=(email,),
            by=by,
            source="Their answer to an e-mail",
        )
    else:
        suppressing.suppress(
            conversation.organisation,
            channel=email,
            value=conversation.address,
            reason=REASON,
            at=at,
        )
    conversation.asks_to_stop, conversation.stopped_at = False, at
    conversation.save(update_fields=["asks_to_stop", "stopped_at"])


def _ours(organisation: Organisation) -> QuerySet[Conversation]:
    return Conversation.objects.filter(organisation=organisation).select_for_update(of=("self",))


def _tell(conversation: Conversation, at: datetime) -> None:
    person = conversation.person
    journal.record(
        facts.WROTE,
        conversation.organisation,
        at=at,
        person_id=person.pk if person else None,
        place_id=conversation.seat_id,
        about=("conversation", conversation.pk),
        channel="email",
    )

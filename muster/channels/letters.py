"""Letters about access: the job that sends what the organisations' room has written.

A letter is claimed before it is handed over, so that it goes once: one that was claimed and never
answered for is shown as uncertain, and a person sends it again.
"""

import logging
from datetime import datetime
from functools import cache

from django.core.mail import EmailMessage
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from muster.channels import posting
from muster.channels.models import EmailAccount
from muster.organisations import inviting, notices
from muster.organisations.models import Notice, Organisation

log = logging.getLogger(__name__)
JOB = "channels.send_notice"
QUEUE = "clock"
NO_ACCOUNT = "There is no mail account to send it through."
HERE = {"localhost", "127.0.0.1", "::1"}


def account_of(organisation: Organisation) -> EmailAccount | None:
    """The account its letters go through; a demonstration's stay on this machine."""
    account = organisation.email_accounts.filter(is_on=True).order_by("position", "id").first()
    is_elsewhere = account is not None and (account.is_hosted or account.host not in HERE)
    return None if organisation.is_demonstration and is_elsewhere else account


def ask_for(notice_id: int) -> None:
    """Queue the sending of a notice, in the transaction that writes it."""
    defer(JOB, notice=notice_id)


def defer(job: str, *, lock: str | None = None, **ids: int) -> None:
    """Queue a job of letters: a rolled-back act queues nothing.

    With a `lock`, raises `AlreadyEnqueued` while one of that name waits.
    """
    _queue().configure_task(job, queue=QUEUE, queueing_lock=lock).defer(**ids)


def send(notice_id: int, *, at: datetime) -> None:
    """Send one notice, if nobody has begun to. Whatever comes of it is kept beside it."""
    claimed = Notice.objects.filter(pk=notice_id, claimed_at=None).update(claimed_at=at)
    if not claimed:
        return
    notice = Notice.objects.select_related(
        "organisation", "member__user", "invitation__organisation"
    ).get(pk=notice_id)
    try:
        problem = _hand_over(notice)
    except posting.Unanswered:
        log.warning("nobody said what became of letter %s", notice_id)
        return
    Notice.objects.filter(pk=notice_id).update(sent_at=None if problem else at, problem=problem)


def _hand_over(notice: Notice) -> str:
    if account_of(notice.organisation) is None:
        return NO_ACCOUNT  # before a fresh key is made for a letter that cannot go
    return hand_over(notice.organisation, _to(notice), notice.subject, _words(notice))


def hand_over(organisation: Organisation, to: str, subject: str, words: str) -> str:
    """Give one letter to the organisation's mail server; why it was not taken, or nothing.

    Raises `Unanswered`: then it stays claimed.
    """
    account = account_of(organisation)
    if account is None:
        return NO_ACCOUNT
    return posting.hand_over(EmailMessage(subject, words, str(account), [to]), account)


def _to(notice: Notice) -> str:
    if notice.invitation is not None:
        return notice.invitation.email
    assert notice.member is not None
    return notice.member.user.email


def _words(notice: Notice) -> str:
    if notice.invitation is None:
        return notice.words
    link = notices.address(inviting.path_of(inviting.fresh_key(notice.invitation)))
    return notice.words.replace(inviting.LINK, link)


@cache
def _queue() -> App:
    """Over Django's own connection: a rolled-back act queues nothing."""
    here: App = app.with_connector(DjangoConnector())
    return here

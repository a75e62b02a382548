"""The organisation's own limits: kept, changed, forgotten."""

from datetime import datetime

from django.db import transaction

from muster.channels.models import EmailAccount
from muster.messaging import chunks
from muster.messaging.models import Cap, Message, Pace, Sending
from muster.organisations.models import Member, Organisation


def keep(
    organisation: Organisation, most: int | None, days: int | None, *, by: Member, at: datetime
) -> None:
    """At most so many marketing messages to one person in so many days; None: no limit."""
    if not most or not days:
        Cap.objects.filter(organisation=organisation).delete()
        return
    Cap.objects.update_or_create(
        organisation=organisation,
        defaults={"most": most, "days": days, "kept_by": by, "kept_at": at},
    )


def forget(account: EmailAccount) -> None:
    """Let the account's pace be learnt anew, and take up what waited for it. Twice is once."""
    with transaction.atomic():
        if Pace.objects.filter(account=account).delete()[0]:
            waiting = Sending.objects.filter(
                message__account=account, state=Sending.State.RELEASING
            )
            for pk in waiting.values_list("pk", flat=True):
                chunks.queue_again(pk)


def make_urgent(message: Message, is_urgent: bool) -> None:
    """Let it pass the organisation's own limit, or keep to it; until it is pressed or armed."""
    with transaction.atomic():
        locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if not locked.sendings.in_earnest().exists():
            locked.is_urgent = message.is_urgent = is_urgent
            locked.save(update_fields=["is_urgent"])

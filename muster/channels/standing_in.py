"""Which accounts a message may go through: its own first, then those that stand in for it."""

import logging
from collections.abc import Sequence
from datetime import datetime

from muster.channels.models import EmailAccount

log = logging.getLogger(__name__)


def ways_of(account: EmailAccount) -> Sequence[EmailAccount]:
    """The account, if it is on, and the organisation's others of the same domain, in their order.

    Another domain never stands in: its mail would look like somebody else's.
    """
    ours = EmailAccount.objects.filter(
        organisation_id=account.organisation_id,
        is_on=True,
        from_address__iendswith=f"@{account.domain}",
    )
    others = ours.exclude(pk=account.pk).select_related("organisation")
    return [*([account] if account.is_on else []), *others.order_by("position", "id")]


def note_trouble(account: EmailAccount, words: str, at: datetime) -> None:
    """Why it took nothing, for whoever looks at the settings."""
    log.warning("%s took nothing: %s", account.name, words)
    EmailAccount.objects.filter(pk=account.pk).update(trouble=words[:300], trouble_at=at)


def note_well(account: EmailAccount) -> None:
    """It takes mail again."""
    EmailAccount.objects.filter(pk=account.pk).exclude(trouble="").update(
        trouble="", trouble_at=None
    )

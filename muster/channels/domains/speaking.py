"""A mail account as it speaks in the name of one of the organisation's senders."""

from copy import copy

from muster.channels.models import EmailAccount, SenderIdentity


def in_name_of(account: EmailAccount, sender: SenderIdentity | None) -> EmailAccount:
    """The same server and the same row, with the sender's name and address; never to be saved."""
    if sender is None:
        return account
    spoken = copy(account)
    spoken.from_name, spoken.from_address = sender.name, sender.address
    return spoken

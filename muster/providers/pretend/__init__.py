"""The made-up network and its advertising platform, asked over HTTP like a real one.

Its service is a program of its own on this machine (`lib/pretend`). A rehearsal goes to an account
of its own there, shown to nobody.
"""

from django.conf import settings

from muster.channels.models import NetworkAccount
from muster.providers.pretend.lines import Ads, Social


def open_social(account: NetworkAccount) -> Social:
    """A line to the made-up social network."""
    return Social(account.address, account.handle, timeout=settings.NETWORK_TIMEOUT)


def open_ads(account: NetworkAccount) -> Ads:
    """A line to the made-up advertising platform."""
    return Ads(account.address, account.handle, timeout=settings.NETWORK_TIMEOUT)


def rehearse_social(account: NetworkAccount) -> Social:
    """Where posts of a rehearsal go, whichever network the account is with."""
    return Social(settings.PRETEND_ADDRESS, _stage_name(account), timeout=settings.NETWORK_TIMEOUT)


def rehearse_ads(account: NetworkAccount) -> Ads:
    """Where ads of a rehearsal go."""
    return Ads(settings.PRETEND_ADDRESS, _stage_name(account), timeout=settings.NETWORK_TIMEOUT)


def _stage_name(account: NetworkAccount) -> str:
    return f"rehearsal-{account.pk}"

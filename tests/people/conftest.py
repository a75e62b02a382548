"""Words people agree to."""

from collections.abc import Callable

import pytest

from muster.organisations.models import Campaigner, Organisation
from muster.people.models import Wording


@pytest.fixture
def email_wording(party: Organisation, campaigner: Campaigner) -> Wording:
    return Wording.objects.create(
        organisation=party,
        campaigner=campaigner,
        channel="email",
        version="2026-05",
        text="Yes, Fair Future may e-mail me about its campaigns.",
    )


@pytest.fixture
def sms_wording(party: Organisation, campaigner: Campaigner) -> Wording:
    return Wording.objects.create(
        organisation=party,
        campaigner=campaigner,
        channel="sms",
        version="2026-05",
        text="Yes, Fair Future may text me about its campaigns.",
    )


@pytest.fixture
def wording_for(party: Organisation, campaigner: Campaigner) -> Callable[[str], Wording]:
    """Words for any channel."""
    return lambda channel: Wording.objects.get_or_create(
        organisation=party, campaigner=campaigner, channel=channel, version="1", text="Yes."
    )[0]

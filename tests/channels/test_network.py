"""Opening an account's network: what may not be used is refused aloud."""

import pytest
from django.conf import settings

from muster.channels.models import NetworkAccount
from muster.channels.network import CannotOpen, open_ads, open_social
from muster.organisations.models import Organisation

pytestmark = pytest.mark.django_db
OPENING = {"social": open_social, "ads": open_ads}
PROVIDERS = {"social": settings.SOCIAL_PROVIDERS, "ads": settings.AD_PROVIDERS}
EVERY = [(kind, name) for kind, known in PROVIDERS.items() for name in known if name != "rehearsal"]


def account(party: Organisation, kind: str, **changed: object) -> NetworkAccount:
    said = {"provider": "pretend", "address": "http://127.0.0.1:8427", "handle": "fair-future"}
    return NetworkAccount(organisation=party, kind=kind, name="Ours", **said | changed)


@pytest.mark.parametrize(("kind", "provider"), EVERY)
@pytest.mark.parametrize("address", ["https://192.0.2.1", "http://198.51.100.4:8427"])
def test_in_a_demonstration_every_provider_stays_on_this_machine(
    party: Organisation, kind: str, provider: str, address: str
) -> None:
    assert party.is_demonstration
    with pytest.raises(CannotOpen, match="this machine"):
        OPENING[kind](account(party, kind, provider=provider, address=address))


@pytest.mark.parametrize("kind", ["social", "ads"])
def test_an_account_switched_off_is_not_opened(party: Organisation, kind: str) -> None:
    with pytest.raises(CannotOpen, match="switched off"):
        OPENING[kind](account(party, kind, is_on=False))


@pytest.mark.parametrize("kind", ["social", "ads"])
def test_a_network_nobody_knows_is_refused_by_name(party: Organisation, kind: str) -> None:
    with pytest.raises(CannotOpen, match="elsewhere"):
        OPENING[kind](account(party, kind, provider="elsewhere"))


@pytest.mark.parametrize("kind", ["social", "ads"])
def test_a_rehearsal_leads_to_this_machine_whatever_the_account(
    party: Organisation, kind: str
) -> None:
    party.is_demonstration = False
    elsewhere = account(party, kind, provider="elsewhere", address="https://192.0.2.1", pk=7)

    line = OPENING[kind](elsewhere, rehearsal=True)

    assert line.__class__.__module__.startswith("muster.providers.pretend")
    line.close()

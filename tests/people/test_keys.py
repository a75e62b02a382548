"""One database, one suppression key: another one is refused before anybody is written to."""

import pytest
from pytest_django import Settings

from muster.organisations.models import Organisation
from muster.people import keys, suppressing
from tests.conftest import NOON


@pytest.mark.django_db
def test_the_first_key_is_written_down_and_another_refused(
    party: Organisation, settings: Settings
) -> None:
    keys.agree()
    suppressing.suppress(
        party, channel="email", value="cleo@example.org", reason="unsubscribed", at=NOON
    )
    settings.SUPPRESSION_KEY = "the key of another machine"

    with pytest.raises(keys.WrongKey, match="MUSTER_SUPPRESSION_SECRET"):
        keys.agree()
    with pytest.raises(keys.WrongKey):
        keys.check()


@pytest.mark.django_db
def test_while_nobody_is_suppressed_a_new_key_is_no_loss(settings: Settings) -> None:
    keys.agree()
    settings.SUPPRESSION_KEY = "another key"

    keys.agree()

    keys.check()


@pytest.mark.django_db
def test_a_database_that_knows_no_key_yet_is_fine() -> None:
    keys.check()

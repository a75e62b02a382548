"""One database, one suppression key: another one is refused before anybody is written to."""

import pytest
from pytest_django import Settings

from muster.people import keys


@pytest.mark.django_db
def test_the_first_key_is_written_down_and_another_refused(settings: Settings) -> None:
    keys.agree()
    settings.SUPPRESSION_KEY = "the key of another machine"

    with pytest.raises(keys.WrongKey, match="MUSTER_SUPPRESSION_SECRET"):
        keys.agree()
    with pytest.raises(keys.WrongKey):
        keys.check()


@pytest.mark.django_db
def test_a_database_that_knows_no_key_yet_takes_any(settings: Settings) -> None:
    settings.SUPPRESSION_KEY = "the first machine's"

    keys.check()
    keys.agree()

    settings.SUPPRESSION_KEY = "another machine's"
    with pytest.raises(keys.WrongKey):
        keys.check()

"""Where a webhook may go: the open internet, or in a demonstration this machine."""

import pytest

from muster.lib.times import now
from muster.organisations.models import Member
from muster.webhooks import keeping
from muster.webhooks.keeping import Asked, CannotSubscribe


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.7/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://user:word@198.41.0.4/",
        "ftp://198.41.0.4/",
        "https://198.41.0.4:0/",
        "https://198.41.0.4/a b",
        "javascript:alert(1)",
        "",
    ],
)
def test_nothing_but_the_open_internet_is_told(ada: Member, url: str) -> None:
    ada.organisation.is_demonstration = False
    asked = Asked("Warehouse", url, frozenset({"volunteered"}))

    with pytest.raises(CannotSubscribe):
        keeping.subscribe(ada.organisation, asked, by=ada, at=now())


def test_a_public_address_may_be_told_but_not_by_a_demonstration(ada: Member) -> None:
    asked = Asked("Warehouse", "https://198.41.0.4/hook", frozenset({"volunteered"}))

    with pytest.raises(CannotSubscribe, match="this machine only"):
        keeping.subscribe(ada.organisation, asked, by=ada, at=now())
    ada.organisation.is_demonstration = False
    assert keeping.subscribe(ada.organisation, asked, by=ada, at=now()).url == asked.url

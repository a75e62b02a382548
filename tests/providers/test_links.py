"""Links are visited on the open internet or not at all."""

import pytest

from muster.providers.links import visit


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost:8400/",
        "https://[::1]/",
        "https://10.0.0.1/admin",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:127.0.0.1]/",
        "http://198.51.100.4/",
        "https://",
        "https://[",
        "ftp://example.org/",
    ],
)
def test_no_address_inside_is_asked(url: str) -> None:
    found = visit(url)

    assert found.is_dead
    assert found.words

"""The made-up network and a stand-in for Amazon's certificates run beside these tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from muster.providers.hosted import sns as signatures
from tests.providers import amazon
from tests.publishing.conftest import network, running

__all__ = ["network", "running"]


@pytest.fixture(autouse=True)
def sns(settings: Any) -> Iterator[amazon.Amazon]:
    signatures.forget_certificates()
    with amazon.serving() as found:
        settings.PRETEND_SNS = found.url
        yield found
    signatures.forget_certificates()

"""The made-up network runs beside these tests."""

from tests.publishing.conftest import network, running

__all__ = ["network", "running"]

"""A DNS of the tests' own, put in by `settings.NAME_PROVIDER`."""

from muster.channels.names import NoAnswer

PROVIDER = "tests.channels.zone.Zone"
TEXTS: dict[str, list[str]] = {}
ADDRESSES: dict[str, list[str]] = {}
AWAY: set[str] = set()


class Zone:
    """Answers from the dicts above; names in `AWAY` time out."""

    def texts(self, name: str) -> list[str]:
        return self._of(TEXTS, name)

    def addresses(self, name: str) -> list[str]:
        return self._of(ADDRESSES, name)

    def exchangers(self, name: str) -> list[str]:
        return [f"mx.{name}"]

    def _of(self, kept: dict[str, list[str]], name: str) -> list[str]:
        if name in AWAY:
            raise NoAnswer(f"The name servers did not answer for {name}.")
        return kept.get(name, [])


def clear() -> None:
    TEXTS.clear()
    ADDRESSES.clear()
    AWAY.clear()
